"""Everything that one rush is made of."""

from __future__ import annotations

from bench.rush.blocks import Blocks
from bench.rush.clock import Clock
from bench.rush.counter import Counter
from bench.rush.firestore import Firestore
from bench.rush.order import Inventory, Order, Status
from bench.rush.parameters import Rush
from bench.rush.platform import Service
from bench.rush.stripe import Stripe


class Tally:
    """What happened to the buyers, in simulated seconds."""

    def __init__(self) -> None:
        self.held_at: list[float] = []
        self.holds: list[float] = []
        self.sold_out: list[float] = []
        self.payable_after: list[float] = []
        self.paid_at: list[float] = []
        self.places_sold = 0
        self.busy = 0
        self.turned_away = 0
        self.never_payable = 0
        self.voided = 0
        self._settled: set[Order] = set()

    def held(self, now: float, waited: float) -> None:
        self.held_at.append(now)
        self.holds.append(waited)

    def settled(self, order: Order, now: float) -> bool:
        """Whether this order has just come to its end."""
        if order.status not in (Status.PAID, Status.VOIDED) or order in self._settled:
            return False
        self._settled.add(order)
        if order.status is Status.PAID:
            self.paid_at.append(now)
            self.places_sold += order.places
        else:
            self.voided += 1
        return True


class World:
    """One event, its functions, one database and one Stripe account."""

    def __init__(self, rush: Rush) -> None:
        self.rush = rush
        self.clock = Clock(rush.seed)
        self.db = Firestore(self.clock, rush)
        self.stripe = Stripe(self.clock, rush)
        self.inventory: Inventory = (Counter if rush.naive else Blocks)(self.clock, rush, self.db)
        self.purchase, self.pay, self.confirm, self.webhook = (Service(self.clock, rush) for _ in range(4))
        self.tally = Tally()

    @property
    def services(self) -> tuple[Service, ...]:
        return (self.purchase, self.pay, self.confirm, self.webhook)
