"""What the daily reconciliation compares of consultations: each PaymentIntent with its ticket and what is around it.

What a lost webhook, an outage or a hand in the dashboard left behind is brought in by the same door as ever
(``settle``); what is then still different no rule allows to repair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents
from common.invariants import violations
from consultation.aftermath import bring_up_to_date
from consultation.decisions import load_up_to_date
from consultation.invariants import RULES
from consultation.origin import TicketOrigin
from consultation.records import lock_ref, payment_ref, room_ref
from consultation.settle import settle
from consultation.states import COMPLETED, PAID_STATES
from consultation.ticket import Ticket
from payments import aftermath, objects, payment_intents
from payments.domain import Compared
from payments.objects import PaymentIntent

_LIVE = sorted({state.status.value for state in PAID_STATES if state.live})


def live_tickets() -> Iterator[str]:
    """The ids of all tickets that are not finished."""
    query = documents.client().collection("tickets").where(filter=FieldFilter("status", "in", _LIVE)).select([])
    return (snapshot.id for snapshot in query.stream())


def id_of(fact: PaymentIntent) -> str:
    """The ticket that a PaymentIntent names."""
    origin = TicketOrigin.of(fact.origin)
    return origin.ticket_id if origin is not None else fact.id


def compare_fact(fact: PaymentIntent) -> Compared:
    """Settle a PaymentIntent, and compare its ticket with it."""
    return _compare(settle(fact), fact)


def compare_open(ticket_id: str) -> Compared:
    """Bring a live ticket up to date, and compare it: one older than what is listed, or a perk's."""
    loaded = load_up_to_date(ticket_id)
    if loaded is None:
        return Compared(at_stripe=False)
    known = loaded.ticket.payment_intent_id
    if known is None:
        return Compared(differences=tuple(violations(RULES, _records(loaded.ticket, None))), at_stripe=False)
    fact = payment_intents.retrieve(known)
    return _compare(settle(fact), fact)


def _compare(ticket: Ticket | None, fact: PaymentIntent) -> Compared:
    if ticket is None or ticket.payment_intent_id != fact.id:
        return Compared(fact.amount_received, 0, tuple(_astray(fact, ticket)))
    captured = int(ticket.doc.get("capture_amount") or 0) if ticket.payment_status == "captured" else 0
    records = _records(ticket, fact)
    if aftermath.outdated(records["payments"].get(fact.id, {}), fact):
        bring_up_to_date(ticket, fact)
        records = _records(ticket, fact)
    differences = (*violations(RULES, records), *_unserved(ticket, fact, records["payments"].get(fact.id, {})))
    return Compared(fact.amount_received, captured, differences)


def _astray(fact: PaymentIntent, ticket: Ticket | None) -> Iterator[str]:
    """A payment that no ticket has: a buyer who has another one, or none, must not pay it."""
    if fact.at_rest:
        return
    if ticket is not None:
        yield f"{fact.id}: {fact.status}, but ticket {ticket.id} has another payment"
    elif fact.status == objects.CAPTURED:
        yield f"{fact.id}: {fact.status} and has no ticket"


def _unserved(ticket: Ticket, fact: PaymentIntent, payment: Mapping[str, Any]) -> Iterator[str]:
    """Money for no session, while the buyer does not have it back: also again, when its refund failed.

    Its alert followed the commit, and may have died with the process.
    """
    if ticket.state == COMPLETED and ticket.time("started_at") is None and not aftermath.returned(fact, payment):
        yield f"{fact.id}: {fact.amount_received} JPY were captured, but ticket {ticket.id} had no session"


def _records(ticket: Ticket, fact: PaymentIntent | None) -> dict[str, Any]:
    """What concerns this ticket, read fresh."""
    known = fact.id if fact is not None else "-"
    payment, room, lock = documents.read(
        payment_ref(known), room_ref(ticket.room_id), lock_ref(ticket.buyer, ticket.imecon)
    )
    locked = lock.exists and (ticket.state.live or lock["ticket_id"] == ticket.id)
    history = ticket.doc.ref.collection("history").stream()
    records = {
        "now": clock.now(),
        "intents": {known: fact} if fact is not None else {},
        "tickets": {ticket.id: ticket},
        "payments": {known: payment.data} if payment.exists else {},
        "locks": {lock.id: lock.data} if locked else {},
        "histories": {ticket.id: {int(line.id): line.to_dict() or {} for line in history}},
    }
    mine = room.exists and room["ticket_ref"].id == ticket.id
    # A later ticket of the pair may have the room by now; then it says nothing about this one.
    if mine or not room.exists or ticket.state.live:
        records["rooms"] = {room.id: room.data} if mine else {}
    return records
