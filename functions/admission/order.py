"""An order, as its document says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from admission.inventory import Item
from admission.origin import NAME
from admission.records import block_ref, order_ref, tier_ref
from admission.states import Decision, OrderStatus, State
from common import documents
from common.documents import LostRace
from payments import disputes
from payments.purchase import Purchase

EXPIRE = "expire"
RESUME = "resume"
MOST_PLACES = 50
"""Of one order."""


class Order(Purchase):
    """``event_orders/{id}``: whose, for which places, what it costs, and what is decided about the money."""

    domain = NAME

    @property
    def state(self) -> State:
        decision = self.doc.get("decision")
        carried_out = self.doc.get("carried_out_at") is not None
        return State(OrderStatus(self.doc["status"]), None if not decision or carried_out else Decision(decision))

    @property
    def buyer(self) -> str:
        return str(self.doc["purchaser_id"])

    @property
    def event_id(self) -> str:
        return str(self.doc["event_id"])

    @property
    def amount(self) -> int:
        return int(self.doc["amount"])

    @property
    def payment_intent_id(self) -> str | None:
        known: str | None = self.doc.get("payment_id")
        return known

    @property
    def items(self) -> list[Item]:
        return [Item(**item) for item in self.doc["items"]]

    @property
    def returned(self) -> list[int]:
        """The numbers of those of its tickets that were cancelled."""
        found: list[int] = self.doc.get("returned") or []
        return found

    @property
    def kept(self) -> list[Item]:
        """Its places without those that were given back."""
        return [item for number, item in enumerate(self.items) if number not in self.returned]

    @property
    def open_refunds(self) -> dict[str, int]:
        """JPY that were decided to be given back, and not asked for at Stripe yet, by the refund's number."""
        found: dict[str, int] = self.doc.get("open_refunds") or {}
        return found

    @property
    def captured(self) -> int:
        """JPY that were taken."""
        return int(self.doc.get("amount_captured") or 0)

    @property
    def refunded_amount(self) -> int:
        """JPY that came back, by whoever's hand, or are decided to."""
        return int(self.doc.get("refunded_amount") or 0)

    @property
    def returned_amount(self) -> int:
        """JPY that were decided to be given back, whatever became of it."""
        return int(self.doc.get("returned_amount") or 0)

    @property
    def left(self) -> int:
        """JPY that can still be given back."""
        return max(0, self.captured - self.refunded_amount)

    @property
    def dispute_status(self) -> str | None:
        """Stripe's status of the dispute that counts."""
        known: str | None = self.doc.get("dispute_status")
        return known

    @property
    def disputed(self) -> bool:
        """Whether a dispute costs its money, or may: then its tickets are blocked, and Stripe refunds nothing."""
        return disputes.costs_money(self.dispute_status)

    @property
    def owed(self) -> int:
        """JPY that its buyer should have back, and has not: a refund came to nothing."""
        if self.state.decision is Decision.REFUND or self.dispute_status == disputes.LOST:
            return 0
        return max(0, min(self.returned_amount, self.captured) - self.refunded_amount)

    @property
    def given_up(self) -> bool:
        """Whether its buyer, or the server, wants no payment of it any more, also none that comes late."""
        return self.doc.get("end_reason") not in (None, "expire", "taken_over")

    def on_blocks(self, held: dict[str, Any] | None) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Its blocks, each with what a merge writes on all of the order's places in it."""
        blocks: dict[tuple[str, int], dict[str, Any]] = {}
        for item in self.kept:
            blocks.setdefault((item.tier, item.block), {})[item.place] = held
        for (tier, number), places in blocks.items():
            yield block_ref(self.event_id, tier, number), places

    def tier_paths(self) -> set[str]:
        return {tier_ref(self.event_id, item.tier).path for item in self.items}


@dataclass
class LoadedOrder:
    """An order, which is all that what happens to it is decided on."""

    order: Order

    @property
    def purchase(self) -> Order:
        return self.order

    def reload(self) -> None:
        """Read it again.

        Raises:
            LostRace: it is not there, which only a moment between two writes can show.
        """
        found = load(self.order.id)
        if found is None:
            raise LostRace
        self.order = found.order


def recorded(payment_id: str) -> str | None:
    """The order on whose record a payment is: metadata can be edited. Asked only where that leads nowhere."""
    has_it = FieldFilter("payment_id", "==", payment_id)
    found = documents.collection("event_orders").where(filter=has_it).limit(1).select([]).stream()
    return next((str(order.id) for order in found), None)


def load(order_id: str) -> LoadedOrder | None:
    """Read an order by its id."""
    (doc,) = documents.read(order_ref(order_id))
    return LoadedOrder(Order(doc)) if doc.exists else None
