"""The one table of prices: list prices for Tokyo (asia-northeast1) in USD, without free tiers and discounts.

As of November 2026, from cloud.google.com/firestore/pricing (Standard edition, single region),
cloud.google.com/run/pricing (tier 1, request-based billing: how functions of the second generation are charged),
cloud.google.com/vpc/network-pricing (Premium Tier, from Tokyo to Asia) and stripe.com/jp/pricing. Check them before
relying on a sum: the shape of the bill is what the figures are for.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

FIRESTORE_READ = 0.038 / 100_000
FIRESTORE_WRITE = 0.115 / 100_000
FIRESTORE_DELETE = 0.013 / 100_000
CPU_SECOND = 0.000024
GIB_SECOND = 0.0000025
# Of an instance that MIN_INSTANCES keeps while it serves nobody.
IDLE_CPU_SECOND = 0.0000025
REQUEST = 0.40 / 1_000_000
EGRESS_BYTE = 0.12 / 2**30
BILLED_STEP_SECONDS = 0.1

# Of each card payment in JPY, which is more than everything above together.
STRIPE_SHARE = 0.036

# What a call waits for in production, where its network is not loopback. Assumptions, not measurements.
FIRESTORE_TRIP_SECONDS = 0.010
STRIPE_CALL_SECONDS = 0.500

MEMORY_GIB = 0.25
VCPUS = 1


MONTH_SECONDS = 30 * 24 * 3600


def idle_instance_a_month() -> float:
    """USD for one instance that is kept warm and serves nobody."""
    return MONTH_SECONDS * (VCPUS * IDLE_CPU_SECOND + MEMORY_GIB * GIB_SECOND)


@dataclass(frozen=True)
class Bill:
    """USD for one call; the instance is charged as if it served that call alone, which is the most it can cost."""

    firestore: float
    instance: float
    network: float

    @property
    def total(self) -> float:
        return self.firestore + self.instance + self.network


def bill(
    *, reads: int, writes: int, deletes: int, trips: int, stripe_calls: int, cpu_seconds: float, answered_bytes: int
) -> Bill:
    """What one call costs."""
    waiting = trips * FIRESTORE_TRIP_SECONDS + stripe_calls * STRIPE_CALL_SECONDS
    seconds = math.ceil(round((cpu_seconds + waiting) / BILLED_STEP_SECONDS, 6)) * BILLED_STEP_SECONDS
    return Bill(
        firestore=reads * FIRESTORE_READ + writes * FIRESTORE_WRITE + deletes * FIRESTORE_DELETE,
        instance=REQUEST + seconds * (VCPUS * CPU_SECOND + MEMORY_GIB * GIB_SECOND),
        network=answered_bytes * EGRESS_BYTE,
    )
