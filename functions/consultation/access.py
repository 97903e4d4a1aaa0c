"""Finding the ticket behind an id a client sent, for those it belongs to.

Everybody else gets exactly the answer of an id that does not exist.
"""

from __future__ import annotations

from common import documents
from common.callable import Caller
from common.errors import Refusal
from consultation import loaded_ticket, rebuild
from consultation.loaded_ticket import LoadedTicket
from consultation.reasons import ConsultationReason
from consultation.records import payment_ref, room_ref
from payments.reasons import PaymentReason


def by_room(caller: Caller, room_id: str) -> LoadedTicket:
    """The ticket whose consultation runs in a chat room; the caller is one of its two people or an administrator.

    A room has the id of the ticket that opened it, so both are read in one round trip; only a reopened room needs a
    second, because it belongs to a later ticket. A ticket not redeemed yet has no room but already its id.
    """
    room, *docs = documents.read(room_ref(room_id), *loaded_ticket.refs(room_id))
    current = room.get("ticket_ref")
    loaded = loaded_ticket.of(*docs) if current is None or current.id == room_id else loaded_ticket.load(current.id)
    if loaded is None or not _may_see(caller, loaded):
        raise Refusal(ConsultationReason.ROOM_NOT_FOUND)
    return loaded


def by_payment(caller: Caller, payment_intent_id: str) -> LoadedTicket:
    """The ticket of a payment; the caller is one of its two people or an administrator."""
    (payment,) = documents.read(payment_ref(payment_intent_id))
    ticket_id = rebuild.named_by(payment)
    loaded = loaded_ticket.load(ticket_id) if ticket_id is not None else None
    if loaded is None or not _may_see(caller, loaded):
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
    return loaded


def _may_see(caller: Caller, loaded: LoadedTicket) -> bool:
    return caller.admin or loaded.ticket.is_party(caller.uid)
