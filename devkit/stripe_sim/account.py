"""The simulated account: all objects, the clock and one lock. Nothing here sleeps, delivers or answers."""

from __future__ import annotations

import heapq
import threading
from collections.abc import Callable

from devkit.stripe_sim.cards import Card
from devkit.stripe_sim.clock import SimClock
from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.events import EventLog


class Account:
    """Everything Stripe knows. Hold `lock` for every read or change; it is never held while waiting."""

    def __init__(self, clock: SimClock, publish: Callable[[Json], None]) -> None:
        self.lock = threading.RLock()
        self.clock = clock
        self._publish = publish
        self.clear()

    def clear(self) -> None:
        """Forgets every object."""
        self.intents = Collection("payment_intent")
        self.charges = Collection("charge")
        self.refunds = Collection("refund")
        self.customers = Collection("customer")
        self.disputes = Collection("dispute")
        self.payment_methods = Collection("PaymentMethod")
        self.events = EventLog(self.clock, self._publish)
        self.cards: dict[str, Card] = {}
        self.capture_before: dict[str, int] = {}
        """Deadlines set by a test for a PaymentIntent id, in epoch seconds."""
        self._deadlines: list[tuple[int, str]] = []

    def now(self) -> int:
        """Epoch seconds on the simulator's clock."""
        return self.clock.now()

    def charge_of(self, intent: Json) -> Json | None:
        """The PaymentIntent's latest charge."""
        return self.charges.get(intent["latest_charge"]) if intent["latest_charge"] else None

    def watch_deadline(self, capture_before: int, intent_id: str) -> None:
        """Remembers when a hold lapses; an outdated entry does no harm."""
        heapq.heappush(self._deadlines, (capture_before, intent_id))

    def next_lapsed_hold(self) -> tuple[Json, Json] | None:
        """The PaymentIntent and charge of the earliest hold past its `capture_before`, once each."""
        while self._deadlines and self._deadlines[0][0] <= self.now():
            deadline, intent_id = heapq.heappop(self._deadlines)
            intent = self.intents.get(intent_id)
            held = self.charge_of(intent) if intent and intent["status"] == "requires_capture" else None
            if intent and held and held["payment_method_details"]["card"]["capture_before"] == deadline:
                return intent, held
        return None
