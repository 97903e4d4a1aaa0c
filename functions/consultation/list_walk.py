"""The lists on ``users``: what they show of tickets is what the tickets say.

What a list lacks is found from the ticket (``shown_of``, for ``consultation.surroundings``), what was left over by
looking through the people. Only these fields are read: their owners may fill the rest of the documents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents
from common.documents import Doc, user_ref
from common.pages import page_after
from consultation import invariants
from consultation.records import request_ref, ticket_ref
from consultation.states import AUTHORIZED, USED
from consultation.ticket import Ticket
from consultation.walks import MOST, holding
from payments.domain import Compared, Walk

_LISTS = ("available_ticket_codes", "pending_ticket_ids", "has_pending_consultation", "dm_requests")
_WAITING = [AUTHORIZED.status.value, USED.status.value]
_SHOWN = ("status", "ticket_code", "user_ref", "imecon_ref")


def shown_of(tickets: Iterable[Ticket]) -> dict[str, dict[str, Any]]:
    """By the id of each ticket that waits for its session: what its buyer's lists show of it. Nothing of a buyer whose
    document is gone."""
    waiting = [ticket for ticket in tickets if ticket.state.status.value in _WAITING]
    lists = documents.read_page((user_ref(ticket.buyer) for ticket in waiting), _LISTS)
    shown = ((ticket, lists[user_ref(ticket.buyer).path]) for ticket in waiting)
    return {ticket.id: _part(ticket, found) for ticket, found in shown if found.exists}


def _part(ticket: Ticket, lists: Doc) -> dict[str, Any]:
    mine = {"available_ticket_codes": ticket.code, "pending_ticket_ids": ticket.id}
    part = {name: [each for each in lists.get(name) or () if each == value] for name, value in mine.items()}
    return {**part, "has_pending_consultation": lists.get("has_pending_consultation", False)}


def _after(uid: str) -> list[str]:
    return [found.id for found in page_after(documents.client().collection("users"), uid)]


def _judge(uids: Sequence[str]) -> list[Compared]:
    """The tickets of a page of people are read at once: those they are shown, and those that they are asked for."""
    found = documents.read_page(map(user_ref, uids), _LISTS)
    lists = {uid: found[user_ref(uid).path] for uid in uids}
    named = [id_ for doc in lists.values() for id_ in doc.get("pending_ticket_ids") or ()]
    asked = [uid for uid in uids if lists[uid].get("dm_requests") is not None]
    tickets: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in _read(named):
        tickets[ticket.buyer].append(ticket)
    for ticket in _read(_requested(asked) if asked else ()):
        tickets[ticket.imecon].append(ticket)
    return [_compared(uid, lists[uid], tickets[uid]) for uid in uids]


def _read(ids: Iterable[str]) -> Iterable[Ticket]:
    found = map(Ticket, documents.read_page(map(ticket_ref, ids), _SHOWN).values())
    return (ticket for ticket in found if ticket.exists and ticket.doc["status"] in _WAITING)


def _requested(imecons: Sequence[str]) -> list[str]:
    """The ids of all tickets that a page of consultants is asked for."""
    requests: Any = documents.client().collection_group("pending_consultations").order_by("__name__").select([])
    first, last = request_ref(imecons[0], " "), request_ref(imecons[-1], "\uf8ff")
    requests = requests.start_at({"__name__": first}).end_at({"__name__": last})
    return [request.id for request in requests.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]


def _compare(uid: str) -> Compared:
    (lists,) = documents.read_page([user_ref(uid)], _LISTS).values()
    sides = (_tickets().where(filter=FieldFilter(side, "==", user_ref(uid))) for side in ("user_ref", "imecon_ref"))
    return _compared(uid, lists, [ticket for side in sides for ticket in _waiting(side)])


def _tickets() -> Any:
    waiting = FieldFilter("status", "in", _WAITING)
    return documents.client().collection("tickets").where(filter=waiting).select(_SHOWN)


def _waiting(query: Any) -> Iterable[Ticket]:
    for found in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS):
        yield Ticket(Doc(found.reference, found.to_dict()))


def _compared(uid: str, lists: Doc, waiting: Iterable[Ticket]) -> Compared:
    users = {uid: lists.data} if lists.exists else {}
    lines = holding(invariants.user_lists, tickets={ticket.id: ticket for ticket in waiting}, users=users)
    return Compared(uid, differences=tuple(lines))


USERS = Walk("users", _after, _compare, _judge, MOST)
