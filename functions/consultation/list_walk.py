"""The lists on ``users``, looked through: what they show of tickets is what the tickets say.

Only these fields are read: their owners may fill the rest of the documents.
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


def _after(uid: str) -> list[str]:
    return [found.id for found in page_after(documents.client().collection("users"), uid)]


def _judge(uids: Sequence[str]) -> list[Compared]:
    """The tickets of a page of people are read at once: those they bought, and those that ask them for something."""
    shown = documents.read_page(map(user_ref, uids), _LISTS)
    lists = {uid: shown[user_ref(uid).path] for uid in uids}
    tickets: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in _bought_by(uids):
        tickets[ticket.buyer].append(ticket)
    asked = [uid for uid in uids if lists[uid].get("dm_requests") is not None]
    for ticket in _asking(asked) if asked else ():
        if ticket.imecon != ticket.buyer:
            tickets[ticket.imecon].append(ticket)
    return [_compared(uid, lists[uid], tickets[uid]) for uid in uids]


def _bought_by(uids: Sequence[str]) -> Iterable[Ticket]:
    """A ticket's id begins with its buyer's, and none goes on after the dot with what sorts last."""
    first, last = min(f"{uid}." for uid in uids), max(f"{uid}.~" for uid in uids)
    return _waiting(_tickets().order_by("__name__").start_at({"__name__": first}).end_at({"__name__": last}))


def _asking(imecons: Sequence[str]) -> Iterable[Ticket]:
    """The tickets of all that consultants are asked."""
    requests: Any = documents.client().collection_group("pending_consultations").order_by("__name__").select([])
    first, last = request_ref(imecons[0], " "), request_ref(imecons[-1], "\uf8ff")
    requests = requests.start_at({"__name__": first}).end_at({"__name__": last})
    refs = [ticket_ref(request.id) for request in requests.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]
    found = map(Ticket, documents.read_page(refs, _SHOWN).values())
    return (ticket for ticket in found if ticket.exists and ticket.doc["status"] in _WAITING)


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


def _compared(uid: str, lists: Doc, waiting: Sequence[Ticket]) -> Compared:
    users = {uid: lists.data} if lists.exists else {}
    lines = holding(invariants.user_lists, tickets={ticket.id: ticket for ticket in waiting}, users=users)
    return Compared(uid, differences=tuple(lines))


USERS = Walk("users", _after, _compare, _judge, MOST)
