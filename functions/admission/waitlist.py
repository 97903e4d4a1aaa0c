"""``event_waitlist/{event}.{tier}.{uid}``: who waits for places of a tier that is sold out.

While people wait and nothing is left, ``waiting`` stands on the tier and on all of its blocks: what comes free there is
theirs, and no other order finds it, though it reads nothing more than before. The tier is due every minute as long as
its list is not empty (``offers``).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from google.cloud import firestore

from admission.order import Order
from admission.records import waitlist_ref
from admission.states import PENDING, OrderEvent, OrderStatus, State
from admission.tier import Tier
from common.documents import DocumentView, Unit

OFFER = "offer"
AGAIN_AFTER = timedelta(seconds=30)
EMPTY_FOR = timedelta(minutes=2)
"""How long a list that was found empty is still due: longer than a call may take that is just joining it."""


class WaitStatus(StrEnum):
    """``event_waitlist/{id}.status``."""

    WAITING = "waiting"
    OFFERED = "offered"
    BOUGHT = "bought"
    LAPSED = "lapsed"
    LEFT = "left"
    ENDED = "ended"
    """The event was cancelled, its sale is over, or they have as many places as one person may."""


class Entry(DocumentView):
    """Somebody's place in the line, which is when they joined."""

    @property
    def status(self) -> WaitStatus | None:
        return WaitStatus(self.doc["status"]) if self.exists else None

    @property
    def uid(self) -> str:
        return str(self.doc["user_id"])

    @property
    def quantity(self) -> int:
        return int(self.doc["quantity"])

    @property
    def joined_at(self) -> datetime:
        joined: datetime = self.doc["joined_at"]
        return joined

    @property
    def order_id(self) -> str | None:
        """The order that is, or was, theirs to pay."""
        known: str | None = self.doc.get("order_id")
        return known

    def change(self, unit: Unit, fields: dict[str, Any]) -> None:
        """Plan changes of the entry, which must be as it was read."""
        unit.update_as_read(self.doc, {**fields, "version": int(self.doc["version"]) + 1})


def open_list(unit: Unit, tier: Tier, now: datetime, *, for_them_only: bool) -> None:
    """Plan the tier to be due, and what comes free of it to be for those who wait, or for everybody."""
    _change(unit, tier, {"due_action": OFFER, "due_at": now, "tries": 0, "empty": False}, for_them_only)


def close_list(unit: Unit, tier: Tier, now: datetime) -> None:
    """Plan what comes free of the tier to be for everybody. Found empty for the second time it is not due any more."""
    if tier.waiting or not tier.doc.get("empty"):
        _change(unit, tier, {"due_at": now + EMPTY_FOR, "tries": 0, "empty": True}, False)
    else:
        unit.update_as_read(tier.doc, {"due_action": None, "due_at": None, "empty": False})


def _change(unit: Unit, tier: Tier, fields: dict[str, Any], waiting: bool) -> None:
    if tier.waiting != waiting:
        for block in tier.blocks():
            unit.merge_blindly(block, {"waiting": waiting})
    unit.update_as_read(tier.doc, {**fields, "waiting": waiting})


_AFTER: dict[str, WaitStatus] = {
    OrderEvent.EXPIRE: WaitStatus.LAPSED,
    OrderEvent.TAKEN_OVER: WaitStatus.LAPSED,
    OrderEvent.ABANDON: WaitStatus.LEFT,
}


def follow(unit: Unit, order: Order, before: State, target: State, event: OrderEvent) -> None:
    """Plan what becomes of the entry whose offer this order is. Guarded by the order that is in the commit."""
    tier = order.doc.get("waitlist")
    if tier is None or before != PENDING or target == PENDING:
        return
    status = _became(target, event)
    reference: firestore.DocumentReference = waitlist_ref(order.event_id, tier, order.buyer)
    unit.merge_blindly(reference, {"status": status, "version": firestore.Increment(1)})


def _became(state: State, event: str | None) -> WaitStatus:
    return WaitStatus.BOUGHT if state.status is OrderStatus.PAID else _AFTER.get(event or "", WaitStatus.ENDED)


def became(order: Order | None) -> WaitStatus:
    """What an offer is that is open no more, by its order; ``None`` if that is gone."""
    return WaitStatus.LAPSED if order is None else _became(order.state, order.doc.get("end_reason"))
