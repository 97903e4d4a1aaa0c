"""What is looked through besides purchases: locks, rooms, payments and requests, each from its own end.

Tickets are compared with what is around them too (``consultation.surroundings``); but what was left over, or outlived
its ticket, only these find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from google.cloud import firestore

from common import documents, ids
from common.documents import Doc
from common.invariants import Rule, violations
from common.pages import ids_after, page_after
from consultation import invariants
from consultation.orphans import locked_ticket
from consultation.records import request_ref, ticket_ref
from consultation.ticket import Ticket
from payments.domain import Compared, Walk

MOST = 10_000
"""How many of each a run looks at: most of these collections grow for ever."""

Check = Callable[[Doc, Ticket | None], Iterable[str]]
"""What is wrong with a document, given the ticket that it names."""


def _walk(
    collection: str,
    ticket_of: Callable[[Doc], Any],
    check: Check,
    mend: Callable[[Doc, Ticket | None], bool] = lambda *_: False,
) -> Walk:
    """A walk through a collection whose documents each name a ticket.

    Args:
        ticket_of: the id of the ticket, as it stands there: a hand may have written anything.
        check: what is wrong.
        mend: puts right what can be. Whether it tried.
    """

    def found(wanted: Sequence[str]) -> Iterator[tuple[Doc, Ticket | None]]:
        there = read_there(documents.ref(collection, id_) for id_ in wanted)
        tickets = tickets_of(map(ticket_of, there))
        return ((doc, tickets.get(ticket_of(doc))) for doc in there)

    def judge(wanted: Sequence[str]) -> list[Compared]:
        lines = {doc.id: tuple(check(doc, ticket)) for doc, ticket in found(wanted)}
        return [Compared(id_, differences=lines.get(id_, ())) for id_ in wanted]

    def compare(id_: str) -> Compared:
        (before,) = judge([id_])
        if not before.differences or not any(mend(doc, ticket) for doc, ticket in found([id_])):
            return before
        (left,) = judge([id_])
        return left if left.differences else replace(left, repaired=before.differences)

    return Walk(collection, partial(ids_after, collection), compare, judge, MOST)


def read_there(refs: Iterable[firestore.DocumentReference]) -> list[Doc]:
    """The documents that there are."""
    return [doc for doc in documents.read_page(refs).values() if doc.exists]


def tickets_of(named: Iterable[Any]) -> dict[Any, Ticket]:
    """The tickets that there are of these ids."""
    return {doc.id: Ticket(doc) for doc in read_there(ticket_ref(id_) for id_ in named if ids.usable(id_))}


def holding(rule: Rule, **records: Any) -> list[str]:
    """What is wrong by one rule."""
    return violations((rule,), records)


def _ref_id(doc: Doc, field: str) -> str | None:
    found = doc.get(field)
    return str(found.id) if isinstance(found, firestore.DocumentReference) else None


def _lock(lock: Doc, ticket: Ticket | None) -> list[str]:
    tickets = {ticket.id: ticket} if ticket is not None else {}
    named = {"ticket_id": lock.get("ticket_id") or "no ticket"}
    return holding(invariants.locks, tickets=tickets, locks={lock.id: named})


def _mend_lock(lock: Doc, ticket: Ticket | None) -> bool:
    """As when somebody of the pair buys."""
    if ticket is None:
        locked_ticket(lock)
    return ticket is None


def _room(room: Doc, ticket: Ticket | None) -> list[str]:
    if ticket is None or ticket.room_id != room.id:
        return [f"room {room.id}: its ticket does not have it"]
    return holding(invariants.rooms, tickets={ticket.id: ticket}, rooms={room.id: room.data})


def _payment(payment: Doc, ticket: Ticket | None) -> Iterator[str]:
    if ticket is None:
        yield f"{payment.id}: its ticket {payment.get('ticketId')} is gone"
    elif ticket.payment_intent_id == payment.id and payment.get("status") != ticket.payment_status:
        yield f"{payment.id}: payment is {payment.get('status')}, ticket {ticket.id} is {ticket.state}"


def _request_of(id_: str) -> firestore.DocumentReference:
    return request_ref(*id_.split(" "))


def _requests_after(id_: str) -> list[str]:
    query = documents.client().collection_group("pending_consultations")
    found = page_after(query, _request_of(id_) if id_ else "")
    return [f"{request.parent.parent.id} {request.id}" for request in found]


def _judge_requests(wanted: Sequence[str]) -> list[Compared]:
    there = {request.ref.path for request in read_there(map(_request_of, wanted))}
    tickets = tickets_of(id_.split(" ")[1] for id_ in wanted)

    def lines(id_: str) -> Iterator[str]:
        imecon, ticket_id = id_.split(" ")
        ticket = tickets.get(ticket_id)
        if request_ref(imecon, ticket_id).path in there:
            mine = {ticket.id: ticket} if ticket is not None and ticket.imecon == imecon else {}
            yield from holding(invariants.requests, tickets=mine, requests={(imecon, ticket_id)})

    return [Compared(id_, differences=tuple(lines(id_))) for id_ in wanted]


LOCKS = _walk("ticket_locks", lambda lock: lock.get("ticket_id"), _lock, _mend_lock)
ROOMS = _walk("chat_rooms", lambda room: _ref_id(room, "ticket_ref"), _room)
PAYMENTS = _walk("payment_intents", lambda payment: payment.get("ticketId"), _payment)
REQUESTS = Walk("requests", _requests_after, lambda id_: _judge_requests([id_])[0], _judge_requests, MOST)
"""Their ids are a consultant's and a ticket's, with a space between them."""
