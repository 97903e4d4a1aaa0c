"""The one table of prices: list prices for Tokyo (asia-northeast1) in USD, without free tiers and discounts.

As of November 2026, from cloud.google.com/firestore/pricing (Standard edition, single region),
cloud.google.com/run/pricing (tier 1, request-based billing: how functions of the second generation are charged),
cloud.google.com/vpc/network-pricing (Premium Tier, from Tokyo to Asia) and stripe.com/jp/pricing. Check them before
relying on a sum: the shape of the bill is what the figures are for.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from bench.arena import Seen
from bench.pages import Report
from bench.wire import Usage, usage

FIRESTORE_READ, FIRESTORE_WRITE, FIRESTORE_DELETE = 0.038 / 100_000, 0.115 / 100_000, 0.013 / 100_000
CPU_SECOND, GIB_SECOND = 0.000024, 0.0000025
IDLE_CPU_SECOND = 0.0000025  # of an instance that MIN_INSTANCES keeps while it serves nobody
REQUEST, EGRESS_BYTE, BILLED_STEP_SECONDS = 0.40 / 1_000_000, 0.12 / 2**30, 0.1
# What a call waits for in production, where its network is not loopback. Assumptions, not measurements.
FIRESTORE_TRIP_SECONDS, STRIPE_CALL_SECONDS = 0.010, 0.500
MEMORY_GIB, VCPUS = 0.25, 1

# One purchase that is held, redeemed, accepted, ended and captured. The webhook comes twice; both are counted as the
# dearer kind, a hold that nobody has confirmed yet.
PURCHASE = (
    "createPaymentIntent confirmTicket stripeWebhook stripeWebhook redeemTicketCode answerConsultation endConsultation"
)
VISIT = "issueSecureQR issueSecureQR verifySecureQR requestPointAward awardPoints"
CHECKOUT = "createCheckoutSession confirmCheckout stripeWebhook"
"""A licence or a pass; its webhook is counted as that of a hold."""


def bill(used: Usage, *, cpu_seconds: float, answered_bytes: int) -> tuple[float, float, float]:
    """USD for one call: Firestore, the instance as if it served that call alone (the most it can cost), the network."""
    waiting = used.trips * FIRESTORE_TRIP_SECONDS + used.stripe_calls * STRIPE_CALL_SECONDS
    seconds = math.ceil(round((cpu_seconds + waiting) / BILLED_STEP_SECONDS, 6)) * BILLED_STEP_SECONDS
    return (
        used.reads * FIRESTORE_READ + used.writes * FIRESTORE_WRITE + used.deletes * FIRESTORE_DELETE,
        REQUEST + seconds * (VCPUS * CPU_SECOND + MEMORY_GIB * GIB_SECOND),
        answered_bytes * EGRESS_BYTE,
    )


def idle_instance_a_month() -> float:
    """USD for one instance that is kept warm and serves nobody."""
    return 30 * 24 * 3600 * (VCPUS * IDLE_CPU_SECOND + MEMORY_GIB * GIB_SECOND)


def report_costs(report: Report, warm: Mapping[str, Seen], cpu: Mapping[str, float]) -> None:
    """What each call uses and costs, with its processor seconds where they are known, and the sums for people."""
    bills = {}
    for name, seen in warm.items():
        used = usage(seen.requests)
        bills[name] = bill(used, cpu_seconds=cpu.get(name, 0), answered_bytes=seen.answered_bytes)
        counts = (f"{count:,}" for count in (*used, seen.received_bytes, seen.answered_bytes))
        spent = f"{cpu[name] * 1000:.1f}" if name in cpu else "–"
        report.row("costs", name, *counts, spent, f"{sum(bills[name]) * 1000:.4f}")
    for story, names in (("1,000 purchases", PURCHASE), ("1,000 visits with points", VISIT)):
        calls = names.split()
        if bills.keys() >= set(calls):
            sums = [1000 * sum(column) for column in zip(*(bills[name] for name in calls), strict=True)]
            report.row("sums", story, *(f"{part:.4f}" for part in (*sums, sum(sums))))
    idle = f"{idle_instance_a_month():.2f}"
    report.row("sums", "a month of an instance that `MIN_INSTANCES` keeps and nobody calls", "–", idle, "–", idle)
