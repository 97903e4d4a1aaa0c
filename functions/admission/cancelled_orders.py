"""An event that does not take place gives all the money back.

The event is due until every order of it was decided about; each order is due until its money is back. So a run that is
cut short at any point is gone on with, and no order is decided about twice. What limits it is Stripe's pace.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from google.cloud.firestore_v1.base_query import FieldFilter

from admission import giving_back
from admission.decisions import bring_up_to_date, resume
from admission.order import LoadedOrder, Order
from admission.origin import NAME
from admission.records import event_ref
from admission.states import CAPTURING, PENDING, OrderEvent, OrderStatus
from admission.transition import Happening, apply
from common import clock, documents, history, log
from common.alerts import Alert
from common.deadline import Deadline
from common.documents import Doc, Unit
from common.history import Change
from common.pages import pages
from common.retry import Busy, run_until_committed
from common.worker_pool import workers
from payments.due_work import DueWork
from payments.failures import Rejected, Unavailable
from payments.purchase import Purchase

SECONDS_A_RUN = 240
AGAIN_AFTER = timedelta(minutes=1)
_UNENDED = [OrderStatus.PENDING_PAYMENT, OrderStatus.PAID]


def catch_up(event_id: str) -> Purchase | None:
    """A cancelled event after its orders were ended, with their money; still due if not all could be decided about."""
    (doc,) = documents.read(event_ref(event_id))
    if not doc.exists:
        return None
    deadline = Deadline(SECONDS_A_RUN)
    with workers() as pool:
        left = sum(not decided for decided in pool.each(_cancel_order, _open_orders(event_id, deadline)))
    unit, now = Unit(), clock.now()
    if left or deadline.passed:
        log.warning("orders of a cancelled event are left", event=event_id, left=left)
        if not left:
            # There are many, and it goes on: nothing is stuck.
            unit.merge_blindly(doc.ref, {"tries": 0})
            unit.commit()
        return Purchase(doc)
    history.advance(unit, doc, {"due_action": None, "due_at": None}, Change("orders_cancelled", "schedule", now))
    unit.commit()
    return Purchase(doc)


def _open_orders(event_id: str, deadline: Deadline) -> Iterator[LoadedOrder]:
    """The orders of an event that something is to be decided about, until the deadline.

    What the query found is what they are decided on: whatever changed since then is seen when that is committed.
    """
    its, unended = FieldFilter("event_id", "==", event_id), FieldFilter("status", "in", _UNENDED)
    query = documents.collection("event_orders").where(filter=its).where(filter=unended)
    for page in pages(query, deadline, documents.AT_ONCE):
        for found in page:
            if deadline.passed:
                return
            yield LoadedOrder(Order(Doc.found(found)))


def _cancel_order(loaded: LoadedOrder) -> bool:
    """Decide about one order, and carry it out, which its own due time does otherwise. Whether it is decided."""
    try:
        if loaded.order.state == CAPTURING:
            bring_up_to_date(loaded)
        if loaded.order.state == CAPTURING:
            return False
        run_until_committed(lambda: _decide(loaded), loaded.reload)
        resume(loaded)
    except (Unavailable, Rejected, Busy):
        return False
    except Exception:  # noqa: BLE001  # one bad order must not stop the others
        log.exception(Alert.SWEEP_ITEM_FAILED, collection="event_orders", id=loaded.order.id)
        return False
    return True


def _decide(loaded: LoadedOrder) -> None:
    order, now, unit = loaded.order, clock.now(), Unit()
    happening = Happening(OrderEvent.EVENT_CANCELLED, "schedule", now, reason=OrderEvent.EVENT_CANCELLED)
    if order.state == PENDING:
        apply(unit, order, happening, {"due_at": now})
    elif order.state.status is OrderStatus.PAID:
        rest = order.left
        if not rest:
            happening = Happening(OrderEvent.ALL_GIVEN_UP, "schedule", now, reason=OrderEvent.EVENT_CANCELLED)
        kept = [number for number in range(len(order.items)) if number not in order.returned]
        giving_back.give_back(unit, order, kept, rest, happening)
    if not unit.empty:
        unit.commit()


DUE = DueWork(
    NAME, "events", every_minute=(), every_five_minutes=(), catch_up=catch_up, longest_wait=lambda _: AGAIN_AFTER
)
"""Cancelled events whose orders are not all decided about."""
