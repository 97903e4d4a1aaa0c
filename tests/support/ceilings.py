"""The most round trips that the first, uncontended call of a function may take. Time is not measured."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .driver import Driver
from .round_trips import RoundTrips


@dataclass(frozen=True)
class Ceiling:
    """One call and what it may cost.

    Attributes:
        prepare: does all that comes before, and gives the call that is counted.
        firestore: round trips to Firestore.
        stripe: round trips to Stripe. PaymentSheet's own are none of ours.
    """

    prepare: Callable[[Driver], Callable[[], object]]
    firestore: int
    stripe: int

    def check(self, driver: Driver, trips: RoundTrips) -> None:
        """Make the call; raises AssertionError when it took more."""
        call = self.prepare(driver)
        with trips.watching():
            call()
        assert len(trips.firestore) <= self.firestore, trips.calls
        assert len(trips.stripe) <= self.stripe, trips.calls
