"""What stands around tickets: the documents that must agree with them, read together, as the rules look at them.

Of a page of tickets that is a few round trips.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from google.cloud import firestore

from common import clock, documents, history
from common.documents import Doc
from consultation import list_walk
from consultation.records import code_ref, lock_ref, payment_ref, request_ref, room_ref
from consultation.ticket import Ticket
from payments.objects import PaymentIntent


def records(
    tickets: Sequence[Ticket], facts: Mapping[str, PaymentIntent], read: Mapping[str, Doc] | None = None
) -> list[dict[str, Any]]:
    """For each ticket what the rules of consultations need, by itself.

    Args:
        tickets: as they were just read.
        facts: the PaymentIntents that are known, by id.
        read: documents that were just read, by path.
    """
    known = read or {}
    missing = (reference for ticket in tickets for reference in _refs(ticket) if reference.path not in known)
    found = {**known, **documents.read_page(missing)}
    around = [_records_of(ticket, facts.get(ticket.payment_intent_id or ""), found) for ticket in tickets]
    lists = list_walk.lists_of(tickets)
    for ticket, its in zip(tickets, around, strict=True):
        if ticket.id in lists:
            # What users show is compared with all of their tickets only.
            its |= {"lists": {ticket.buyer: lists[ticket.id]}, "users": {}}
    return around


def _refs(ticket: Ticket) -> Iterable[firestore.DocumentReference]:
    yield room_ref(ticket.room_id)
    yield lock_ref(ticket.buyer, ticket.imecon)
    yield request_ref(ticket.imecon, ticket.id)
    if ticket.payment_intent_id:
        yield payment_ref(ticket.payment_intent_id)
    if ticket.code:
        yield code_ref(ticket.code)
    yield from _lines(ticket)


def _lines(ticket: Ticket) -> list[firestore.DocumentReference]:
    """The lines of its history, and the next one, which must not be there yet."""
    return [history.line_ref(ticket.doc.ref, version) for version in range(1, ticket.version + 2)]


def _records_of(ticket: Ticket, fact: PaymentIntent | None, found: Mapping[str, Doc]) -> dict[str, Any]:
    def there(*refs: firestore.DocumentReference) -> dict[str, Any]:
        read = (found[reference.path] for reference in refs)
        return {doc.id: doc.data for doc in read if doc.exists}

    known = ticket.payment_intent_id
    locks = there(lock_ref(ticket.buyer, ticket.imecon))
    around = {
        "now": clock.now(),
        "tickets": {ticket.id: ticket},
        "intents": {fact.id: fact} if fact is not None else {},
        "payments": there(payment_ref(known)) if known else {},
        # A later ticket of the pair may have the lock, or the room, by now; then it says nothing about this one.
        "locks": {id_: lock for id_, lock in locks.items() if ticket.state.live or lock["ticket_id"] == ticket.id},
        "codes": there(code_ref(ticket.code)) if ticket.code else {},
        "redemptions": {},
        "histories": {ticket.id: {int(number): line for number, line in there(*_lines(ticket)).items()}},
        "requests": {(ticket.imecon, id_) for id_ in there(request_ref(ticket.imecon, ticket.id))},
    }
    rooms = there(room_ref(ticket.room_id))
    mine = {id_: room for id_, room in rooms.items() if room["ticket_ref"].id == ticket.id}
    if mine or not rooms or ticket.state.live:
        around["rooms"] = mine
    return around
