"""Finding the ticket behind an id a client sent, for those it belongs to.

Everybody else gets exactly the answer of an id that does not exist.
"""

from __future__ import annotations

from common import store
from common.callable import Caller
from common.errors import Reason, Refusal
from consultation import case as cases
from consultation.case import Case
from consultation.ticket import payment_ref, room_ref


def by_room(caller: Caller, room_id: str) -> Case:
    """The case whose consultation runs in a chat room; the caller is one of its two people or an administrator.

    A room has the id of the ticket that opened it, so both are read in one round trip; only a reopened room needs a
    second, because it belongs to a later ticket. A ticket not redeemed yet has no room but already its id.
    """
    room, *docs = store.read(room_ref(room_id), *cases.refs(room_id))
    current = room.get("ticket_ref")
    case = cases.of(*docs) if current is None or current.id == room_id else cases.load(current.id)
    if case is None or not _may_see(caller, case):
        raise Refusal(Reason.ROOM_NOT_FOUND)
    return case


def by_payment(caller: Caller, payment_intent_id: str) -> Case:
    """The case of a payment; the caller is one of its two people or an administrator."""
    (payment,) = store.read(payment_ref(payment_intent_id))
    case = cases.load(payment["ticketId"]) if payment.exists else None
    if case is None or not _may_see(caller, case):
        raise Refusal(Reason.PAYMENT_NOT_FOUND)
    return case


def _may_see(caller: Caller, case: Case) -> bool:
    return caller.admin or case.ticket.is_party(caller.uid)
