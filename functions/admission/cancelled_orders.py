"""An event that does not take place gives all the money back.

The event is due until every order of it was decided about; each order is due until its money is back. So a run that is
cut short at any point is gone on with, and no order is decided about twice.
"""

from __future__ import annotations

from datetime import timedelta

from google.cloud.firestore_v1.base_query import FieldFilter

from admission import giving_back
from admission import order as orders
from admission.decisions import bring_up_to_date
from admission.order import LoadedOrder
from admission.records import event_ref
from admission.states import CAPTURING, PENDING, OrderEvent, OrderStatus
from admission.transition import Happening, apply
from common import clock, documents, history, log
from common.deadline import Deadline
from common.documents import Unit
from common.history import Change
from common.pages import pages
from common.retry import run_until_committed
from payments.due_work import DueWork
from payments.failures import Rejected, Unavailable
from payments.purchase import Purchase

SECONDS_A_RUN = 120
AGAIN_AFTER = timedelta(minutes=1)


def catch_up(event_id: str) -> Purchase | None:
    """A cancelled event after all of its orders were looked at; still due if one could not be decided about."""
    (doc,) = documents.read(event_ref(event_id))
    if not doc.exists:
        return None
    deadline = Deadline(SECONDS_A_RUN)
    its = FieldFilter("event_id", "==", event_id)
    of_event = documents.collection("event_orders").where(filter=its).select(["status"])
    left = 0
    for page in pages(of_event, deadline):
        for found in page:
            if found.get("status") in (OrderStatus.PENDING_PAYMENT, OrderStatus.PAID):
                left += not deadline.passed and not _cancel_order(found.id)
    if left or deadline.passed:
        log.warning("orders of a cancelled event are left", event=event_id, left=left)
        return Purchase(doc)
    unit, now = Unit(), clock.now()
    history.advance(unit, doc, {"due_action": None, "due_at": None}, Change("orders_cancelled", "schedule", now))
    unit.commit()
    return Purchase(doc)


def _cancel_order(order_id: str) -> bool:
    """Decide about one order, which its own due time carries out. Whether that could be done."""
    loaded = orders.load(order_id)
    if loaded is None:
        return True
    try:
        if loaded.order.state == CAPTURING:
            bring_up_to_date(loaded)
    except (Unavailable, Rejected):
        return False
    if loaded.order.state == CAPTURING:
        return False
    run_until_committed(lambda: _decide(loaded), loaded.reload)
    return True


def _decide(loaded: LoadedOrder) -> None:
    order, now, unit = loaded.order, clock.now(), Unit()
    happening = Happening(OrderEvent.EVENT_CANCELLED, "schedule", now, reason="event_cancelled")
    if order.state == PENDING:
        apply(unit, order, happening, {"due_at": now})
    elif order.state.status is OrderStatus.PAID:
        rest = order.amount - int(order.doc["refunded_amount"])
        if not rest:
            happening = Happening(OrderEvent.ALL_GIVEN_UP, "schedule", now, reason="event_cancelled")
        kept = [number for number in range(len(order.items)) if number not in order.returned]
        giving_back.give_back(unit, order, kept, rest, happening)
    if not unit.empty:
        unit.commit()


DUE = DueWork("events", every_minute=(), every_five_minutes=(), catch_up=catch_up, longest_wait=lambda _: AGAIN_AFTER)
"""Cancelled events whose orders are not all decided about."""
