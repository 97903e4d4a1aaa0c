"""The simulated account: all objects, the clock and one lock. Nothing here sleeps, delivers or answers."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections.abc import Callable
from dataclasses import dataclass

from devkit.stripe_sim.cards import Card
from devkit.stripe_sim.clock import SimClock
from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.events import EventLog


@dataclass(frozen=True)
class Order:
    """What a Checkout Session does not show of itself: its lines, and what its PaymentIntent is to be made of."""

    items: list[Json]
    intent_data: Json


class Account:
    """Everything Stripe knows. Hold `lock` for every read or change; it is never held while waiting."""

    def __init__(self, clock: SimClock, publish: Callable[[Json], None]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._publish = publish
        self.url = ""
        """Where the pages that people see are served."""
        self.clear()

    def clear(self) -> None:
        """Forgets every object."""
        self.intents = Collection("payment_intent")
        self.charges = Collection("charge")
        self.refunds = Collection("refund")
        self.customers = Collection("customer")
        self.disputes = Collection("dispute")
        self.payment_methods = Collection("PaymentMethod")
        self.sessions = Collection("checkout.session")
        self.orders: dict[str, Order] = {}
        """What was ordered, by the session's id."""
        self.session_of: dict[str, str] = {}
        """The session's id, by that of its PaymentIntent."""
        self.events = EventLog(self.clock, self._publish)
        self.cards: dict[str, Card] = {}
        self.capture_before: dict[str, int] = {}
        """Deadlines set by a test for a PaymentIntent id, in epoch seconds."""
        self._later: list[tuple[int, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def now(self) -> int:
        """Epoch seconds on the simulator's clock."""
        return self.clock.now()

    def charge_of(self, intent: Json) -> Json | None:
        """The PaymentIntent's latest charge."""
        return self.charges.get(intent["latest_charge"]) if intent["latest_charge"] else None

    def later(self, at: int, act: Callable[[], None]) -> None:
        """Lets something happen by itself at a time, unless it finds that it is too late for it."""
        heapq.heappush(self._later, (at, next(self._order), act))

    def catch_up(self) -> None:
        """Lets everything happen whose time has come, in order."""
        while self._later and self._later[0][0] <= self.now():
            heapq.heappop(self._later)[2]()
