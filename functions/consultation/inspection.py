"""A ticket by any id of it: its own, its room's or its payment's."""

from __future__ import annotations

from typing import Any

from common import documents
from common.invariants import violations
from consultation import rebuild, surroundings
from consultation.invariants import RULES
from consultation.records import payment_ref, room_ref, ticket_ref
from consultation.ticket import Ticket
from payments.inspection import Inspected


def inspect(id_: str) -> Inspected | None:
    """The ticket that has this id. ``None`` if none does."""
    payment = documents.read(payment_ref(id_))[0] if id_.startswith("pi_") else None
    ticket_id = rebuild.named_by(payment) if payment is not None else _of_room(id_)
    if ticket_id is None:
        return None
    (doc,) = documents.read(ticket_ref(ticket_id))
    if not doc.exists:
        return None
    ticket = Ticket(doc)
    known = ticket.payment_intent_id
    if payment is None or payment.id != known:
        (payment,) = documents.read(payment_ref(known)) if known else (None,)

    def wrong(fact: Any) -> list[str]:
        (records,) = surroundings.records([ticket], {fact.id: fact} if fact is not None else {})
        return violations(RULES, records)

    return Inspected(doc, ticket.buyer, known, wrong, payment=payment)


def _of_room(id_: str) -> str | None:
    """The ticket that a room is of now, which a later one may have reopened."""
    (room,) = documents.read(room_ref(id_))
    return room["ticket_ref"].id if room.exists else id_
