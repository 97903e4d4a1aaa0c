"""Locks whose ticket is gone: somebody deleted it by hand. Until they are mended nobody of the pair can buy."""

from __future__ import annotations

from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, ids, incidents
from common.alerts import Alert
from common.documents import Doc, LostRace, Unit
from consultation import loaded_ticket
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import NAME
from consultation.records import room_ref
from consultation.settle import settle
from payments import payment_intents
from payments.failures import Missing
from payments.objects import PaymentIntent


def locked_ticket(lock: Doc) -> LoadedTicket | None:
    """The ticket that a lock names. One that is gone is written anew from its payment.

    ``None`` if nothing is known of a payment: then the lock is released.

    Raises:
        Unavailable: Stripe was needed and did not answer.
    """
    ticket_id = lock.get("ticket_id")
    loaded = loaded_ticket.load(ticket_id) if ids.usable(ticket_id) else None
    if loaded is not None:
        return loaded
    incidents.reported(Alert.LOCK_WITHOUT_TICKET, NAME, lock.id, {"lock": lock.id, "ticket": ticket_id})
    fact = _payment_of(ticket_id)
    if fact is not None and settle(fact) is not None:
        return loaded_ticket.load(ticket_id)
    _release(lock, ticket_id)
    return None


def _payment_of(ticket_id: str) -> PaymentIntent | None:
    """The payment on record for a ticket, as Stripe has it."""
    its = FieldFilter("ticketId", "==", ticket_id)
    for found in documents.collection("payment_intents").where(filter=its).limit(1).select([]).stream():
        try:
            return payment_intents.retrieve(found.id)
        except Missing:
            return None
    return None


def _release(lock: Doc, ticket_id: str) -> None:
    """Release a lock, and close the chat room that was its ticket's. A hold that nobody knew of is found as a stray."""
    unit = Unit()
    unit.delete_as_read(lock)
    if ids.usable(ticket_id):
        (room,) = documents.read(room_ref(ticket_id))
        if room.get("status") in ("pending", "active"):
            unit.update_as_read(room, {"status": "ended" if room["status"] == "active" else "cancelled"})
    try:
        unit.commit()
    except LostRace:
        # Somebody else has just mended it.
        return
