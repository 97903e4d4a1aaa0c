"""People's lists, looked through: ``consultation_lists``, and what ``users`` show, say what the tickets say.

What a list lacks is found from the ticket (``lists_of``, for ``consultation.surroundings``), what was left over by
looking through the people. What differs is made anew from the tickets. Of ``users`` only these fields are read: their
owners may fill the rest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, ids
from common.documents import Doc, user_ref
from common.pages import ids_after
from consultation import invariants
from consultation.lists_repair import show_again
from consultation.records import lists_ref, request_ref, ticket_ref
from consultation.states import AUTHORIZED, USED
from consultation.ticket import Ticket
from consultation.walks import MOST, holding
from payments.domain import Compared, Walk

Fields = dict[str, Any]
_SHOWN = ("available_ticket_codes", "pending_ticket_ids", "has_pending_consultation", "dm_requests")
_WAITING = [AUTHORIZED.status.value, USED.status.value]
_TICKET = ("status", "decision", "ticket_code", "user_ref", "imecon_ref")


def lists_of(tickets: Iterable[Ticket]) -> dict[str, Fields]:
    """By the id of each ticket that waits for its session: what its buyer's lists say of it, and of no other."""
    waiting = [ticket for ticket in tickets if ticket.doc["status"] in _WAITING]
    lists = documents.read_page(lists_ref(ticket.buyer) for ticket in waiting)
    return {ticket.id: _part(ticket, lists[lists_ref(ticket.buyer).path]) for ticket in waiting}


def _part(ticket: Ticket, lists: Doc) -> Fields:
    mine = {"available_ticket_codes": ticket.code, "pending_ticket_ids": ticket.id}
    return {name: [each for each in _list(lists, name) if each == value] for name, value in mine.items()}


def _list(doc: Doc, field: str) -> list[Any]:
    """A hand, or the owner, may have put anything there."""
    found = doc.get(field)
    return found if isinstance(found, list) else []


def _judge_lists(uids: Sequence[str]) -> list[Compared | None]:
    found = documents.read_page(map(lists_ref, uids))
    lists = {uid: found[lists_ref(uid).path] for uid in uids}
    tickets = _by_buyer(_pending(lists.values()))
    return [_judged(uid, tickets[uid], lists={uid: lists[uid]}) for uid in uids]


def _judge_users(uids: Sequence[str]) -> list[Compared | None]:
    """The tickets of a page of people are read at once: those in their lists, and those that they are asked for."""
    found = documents.read_page(map(user_ref, uids), _SHOWN)
    users = {uid: found[user_ref(uid).path] for uid in uids}
    lists = documents.read_page(map(lists_ref, uids))
    tickets = _by_buyer(_pending([*users.values(), *lists.values()]))
    asked = [uid for uid in uids if users[uid].get("dm_requests") is not None]
    for ticket in _read(_requested(asked) if asked else ()):
        tickets[ticket.imecon].append(ticket)
    return [_judged(uid, tickets[uid], users={uid: users[uid]}) for uid in uids]


def _pending(docs: Iterable[Doc]) -> list[str]:
    named = {id_ for doc in docs for id_ in _list(doc, "pending_ticket_ids") if ids.usable(id_)}
    return sorted(named)


def _by_buyer(named: Iterable[str]) -> defaultdict[str, list[Ticket]]:
    tickets: defaultdict[str, list[Ticket]] = defaultdict(list)
    for ticket in _read(named):
        tickets[ticket.buyer].append(ticket)
    return tickets


def _read(named: Iterable[str]) -> Iterable[Ticket]:
    """Those of the tickets that wait for their session."""
    found = map(Ticket, documents.read_page(map(ticket_ref, named), _TICKET).values())
    return (ticket for ticket in found if ticket.exists and ticket.doc["status"] in _WAITING)


def _requested(imecons: Sequence[str]) -> list[str]:
    """The ids of all tickets that a page of consultants is asked for."""
    requests: Any = documents.client().collection_group("pending_consultations").order_by("__name__").select([])
    first, last = request_ref(imecons[0], " "), request_ref(imecons[-1], "\uf8ff")
    requests = requests.start_at({"__name__": first}).end_at({"__name__": last})
    return [request.id for request in requests.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]


def _judged(uid: str, waiting: Iterable[Ticket], **shown: dict[str, Doc]) -> Compared | None:
    return None if _problems(waiting, **shown) else Compared(uid)


def _problems(
    waiting: Iterable[Ticket], lists: dict[str, Doc] | None = None, users: dict[str, Doc] | None = None
) -> list[str]:
    tickets = {ticket.id: ticket for ticket in waiting}
    kept = {uid: doc.data for uid, doc in (lists or {}).items() if doc.exists}
    shown = {uid: doc.data for uid, doc in (users or {}).items() if doc.exists}
    return holding(invariants.user_lists, tickets=tickets, lists=kept, users=shown)


def compare(uid: str) -> Compared:
    """Compare a person's lists with all tickets of theirs, and make them anew if they differ."""
    before = _found(uid)
    if not before:
        return Compared(uid)
    show_again(uid)
    # Their owner may have left no room for it.
    left = _found(uid)
    return Compared(uid, differences=tuple(left), repaired=tuple(line for line in before if line not in left))


def _found(uid: str) -> list[str]:
    (user,) = documents.read(user_ref(uid), fields=_SHOWN)
    (lists,) = documents.read(lists_ref(uid))
    waiting = [ticket for side in ("user_ref", "imecon_ref") for ticket in _waiting(side, uid)]
    if not lists.exists and any(ticket.buyer == uid for ticket in waiting):
        lists.data = {}
    return _problems(waiting, {uid: lists}, {uid: user})


def _waiting(side: str, uid: str) -> Iterable[Ticket]:
    query = documents.collection("tickets").where(filter=FieldFilter(side, "==", user_ref(uid)))
    query = query.where(filter=FieldFilter("status", "in", _WAITING)).select(_TICKET)
    for found in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS):
        yield Ticket(Doc(found.reference, found.to_dict()))


def _walk(collection: str, judge: Any) -> Walk:
    return Walk(collection, partial(ids_after, collection), compare, judge, MOST)


LISTS = _walk("consultation_lists", _judge_lists)
USERS = _walk("users", _judge_users)
