"""What a rush is made of. Every figure is an assumption, a limit that somebody publishes, or a measurement of ours.

The limits' sources are in docs/scale.md.
"""

from __future__ import annotations

from typing import NamedTuple


class Spread(NamedTuple):
    """A lognormal distribution of seconds, by its middle and by what one in a hundred exceeds."""

    median: float
    p99: float


class Rush(NamedTuple):
    """The parameters of one rush, as it is designed and deployed by default."""

    seed: int = 1

    # The sale. Arrivals thin out exponentially, so 37 % of the buyers are still to come after `arrive_seconds`.
    buyers: int = 100_000
    places: int = 20_000
    arrive_seconds: float = 60.0
    quantities: tuple[int, ...] = (1, 1, 1, 1, 2, 2, 2, 2, 3, 4)

    # The buyers. A late one pays after the hold has ended.
    abandon: float = 0.25
    late: float = 0.05
    pays_after: Spread = Spread(45.0, 240.0)
    comes_back: float = 0.2
    comes_back_after: tuple[float, float] = (60.0, 1_500.0)
    tries_when_busy: int = 8

    # The inventory: one tier's places lie in blocks of `block_places`, but in `most_blocks` at most, because closing a
    # tier writes all of them in one commit.
    naive: bool = False
    tiers: int = 1
    block_places: int = 20
    most_blocks: int = 250
    looked_at: int = 3
    look_shared_seconds: float = 0.25
    hold_seconds: float = 600.0
    grace_seconds: float = 120.0
    rounds: int = 12
    # Off, commits hold whatever was written since the reading: the control, which must oversell.
    guarded: bool = True

    # Cloud Run. A request waits for a free thread so long, and is then answered 429.
    threads: int = 32
    min_instances: int = 0
    max_instances: int = 20
    cold_start: Spread = Spread(2.5, 6.0)
    pending_seconds: float = 10.0
    # Processor seconds: of a call and of each request to Stripe (docs/performance.md), and of each place in a block
    # that is read (measured: 103 ms to decode and count 250 blocks of 80).
    cpu_call: float = 0.005
    cpu_stripe: float = 0.004
    cpu_place: float = 0.000005

    # Firestore. One document takes `document_writes` a second in the long run, and `document_burst` at once; what has
    # to wait longer than `contention_seconds` is aborted. Reads and writes together may grow by half every five minutes
    # from `served_before` a second; beyond that, everything takes longer in proportion, `slowest_factor` × at most.
    read: Spread = Spread(0.008, 0.050)
    commit: Spread = Spread(0.018, 0.100)
    document_writes: float = 1.0
    document_burst: int = 5
    contention_seconds: float = 2.0
    served_before: float = 500.0
    slowest_factor: float = 20.0

    # Stripe. Requests a second: of one endpoint, and of the account.
    stripe_endpoint: float = 25.0
    stripe_account: float = 100.0
    stripe_answer: Spread = Spread(0.4, 1.5)
    # The app asks again after so long, doubled each time up to the second, and spread by half.
    ask_again: tuple[float, float] = (4.0, 60.0)
    webhook_after: Spread = Spread(1.5, 10.0)
    settle_again_seconds: float = 60.0

    @property
    def block_sizes(self) -> list[list[int]]:
        """How many places each block of each tier has."""
        return [self._blocks_of(places) for places in _shares(self.places, self.tiers)]

    def _blocks_of(self, places: int) -> list[int]:
        return _shares(places, min(self.most_blocks, -(-places // self.block_places)))


def _shares(whole: int, parts: int) -> list[int]:
    return [whole // parts + (part < whole % parts) for part in range(parts)]
