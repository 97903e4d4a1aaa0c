"""What becomes of somebody's orders and tickets when they delete their account.

They wait for nothing any more, what is held is given up, and no ticket is offered to anybody. What was bought stays for
the books and for the door, and names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from admission import order as orders
from admission.decisions import end
from admission.door import handing_on
from admission.states import PENDING, OrderEvent
from common import documents, pages
from common.deadline import Deadline
from common.documents import Unit
from common.retry import run_until_committed


def leave(uid: str, deadline: Deadline) -> None:
    """Give up what is held, and blank names."""
    for found in _each("event_waitlist", "user_id", uid, deadline):
        _leave_line(found, uid)
    for found in _each("event_orders", "purchaser_id", uid, deadline):
        _give_up(found.id, uid)
        if found.get("names"):
            # What tells the same request from another has the names, too.
            _blank(found.reference, {"names": [], "fingerprint": None})
    for found in _each("event_tickets", "holder_id", uid, deadline):
        if found.get("holder_name"):
            _forget_at_the_door(found.id, deadline)
        run_until_committed(lambda found=found: _leave_ticket(found.reference, uid))  # type: ignore[misc]


def _leave_ticket(reference: firestore.DocumentReference, uid: str) -> None:
    """Offer it to nobody, and blank the name, while it is still theirs."""
    (ticket,) = documents.read(reference)
    unit = Unit()
    if ticket.get("holder_id") == uid:
        handing_on.withdraw(unit, ticket, {"holder_name": None})
    if not unit.empty:
        unit.commit()


def _forget_at_the_door(ticket_id: str, deadline: Deadline) -> None:
    """Before the ticket's own name goes, by which it is known what is still to be done."""
    for collection in ("event_entries", "event_scans"):
        for found in _each(collection, "ticket_id", ticket_id, deadline):
            if found.get("holder_name"):
                _blank(found.reference, {"holder_name": None})


def _leave_line(found: Any, uid: str) -> None:
    if (order_id := found.get("order_id")) is not None:
        _give_up(order_id, uid)
    unit = Unit()
    unit.delete_blindly(found.reference)
    unit.commit()


def _each(collection: str, field: str, uid: str, deadline: Deadline) -> Iterator[Any]:
    query = documents.collection(collection).where(filter=FieldFilter(field, "==", uid))
    for page in pages.pages(query, deadline):
        for found in page:
            if not deadline.passed:
                yield found


def _give_up(order_id: str, uid: str) -> None:
    loaded = orders.load(order_id)
    if loaded is not None and loaded.order.state == PENDING:
        end(loaded, OrderEvent.ABANDON, uid, "account_deleted")


def _blank(reference: firestore.DocumentReference, fields: dict[str, Any]) -> None:
    unit = Unit()
    unit.merge_blindly(reference, fields)
    unit.commit()
