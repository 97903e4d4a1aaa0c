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
from consultation.states import AUTHORIZED, USED
from consultation.ticket import Ticket
from consultation.walks import MOST, holding
from payments.domain import Compared, Walk

_LISTS = ("available_ticket_codes", "pending_ticket_ids", "has_pending_consultation", "dm_requests")
_WAITING = [AUTHORIZED.status.value, USED.status.value]
_SHOWN = ("status", "ticket_code", "user_ref", "imecon_ref")


def _after(uid: str) -> list[str]:
    return [found.id for found in page_after(documents.client().collection("users"), uid)]


def _judge(uids: Sequence[str]) -> list[Compared | None]:
    """Of a page of buyers the tickets are read at once; each consultant is compared by themselves."""
    shown = documents.read_page(map(user_ref, uids), _LISTS)
    # A ticket's id begins with its buyer's, and none goes on after the dot with what sorts last.
    first, last = min(f"{uid}." for uid in uids), max(f"{uid}.~" for uid in uids)
    bought: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in _waiting(_tickets().order_by("__name__").start_at({"__name__": first}).end_at({"__name__": last})):
        bought[ticket.buyer].append(ticket)

    def judged(uid: str) -> Compared | None:
        lists = shown[user_ref(uid).path]
        return None if lists.get("dm_requests") is not None else _compared(uid, lists, bought[uid])

    return [judged(uid) for uid in uids]


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
