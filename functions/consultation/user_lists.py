"""What a ticket shows its two people: the buyer's codes and pending tickets, the consultant's requests.

``consultation_lists/{uid}`` is the server's own and decides: ``pending_ticket_ids`` and ``available_ticket_codes`` of a
buyer, with a ``version``. ``users/{uid}`` is the app's and only shows it (``Unit.show``), so that its owner may fill,
rewrite or delete it and stop no money by that. It is made by us once, while its owner is here in person; one that was
deleted does not come back with somebody else's event.

A consultant's ``dm_requests`` is shown with array transforms, because many buyers write to one popular consultant; what
waits for them is ``pending_consultations``. The ticket's compare-and-set in the same commit is the guard of both.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud import firestore

from common.documents import Doc, Unit, user_ref
from consultation.records import request_ref, room_ref
from consultation.ticket import Ticket


def shown(lists: Doc) -> dict[str, Any]:
    """What a buyer's document shows of their lists."""
    return _shown(_strings(lists, "pending_ticket_ids"), _strings(lists, "available_ticket_codes"))


def begin(unit: Unit, lists: Doc) -> None:
    """Plan the lists of a buyer who is here in person, if there are none yet."""
    if not lists.exists or _is_closed(lists):
        write(unit, lists, [], [], in_person=True)


def begin_requests(unit: Unit, lists: Doc) -> None:
    """Plan to show a consultant that nobody waits for them, once: their own lists say that it was done."""
    if not lists.exists:
        unit.create(lists, {"pending_ticket_ids": [], "available_ticket_codes": [], "version": 1})
        # Removing what cannot be in it leaves an array as it is, and makes an empty one where there is none.
        unit.show(user_ref(lists.id), {"dm_requests": firestore.ArrayRemove([None])}, may_create=True)


def raise_request(
    unit: Unit,
    ticket: Ticket,
    lists: Doc,
    *,
    status: str,
    code: str | None,
    expires_at: datetime,
    now: datetime,
    in_person: bool = False,
) -> None:
    """The buyer now waits for the consultant. A perk ticket has no ``code`` to show.

    Args:
        lists: the buyer's.
        in_person: whether it is the buyer who is calling.
    """
    pending, codes = _without(ticket, lists)
    write(unit, lists, [*pending, ticket.id], [*codes, *([code] if code else [])], in_person=in_person)
    if code is not None:
        unit.show(user_ref(ticket.imecon), {"dm_requests": firestore.ArrayUnion([dm_request(ticket, code)])})
    unit.merge_blindly(
        request_ref(ticket.imecon, ticket.id),
        {
            "user_ref": user_ref(ticket.buyer),
            "created_at": now,
            "expires_at": expires_at,
            "status": status,
            "type": ticket.type,
            "page": ticket.terms.page,
            "chat_room_ref": room_ref(ticket.room_id),
        },
    )


def use_code(unit: Unit, ticket: Ticket, lists: Doc) -> None:
    """The code is spent; the consultant may now accept."""
    pending, codes = _without(ticket, lists)
    write(unit, lists, [*pending, ticket.id], codes)
    unit.merge_blindly(request_ref(ticket.imecon, ticket.id), {"status": "used"})


def clear(unit: Unit, ticket: Ticket, lists: Doc) -> None:
    """Nobody waits any more."""
    write(unit, lists, *_without(ticket, lists))
    if ticket.code is not None:
        unit.show(user_ref(ticket.imecon), {"dm_requests": firestore.ArrayRemove([dm_request(ticket, ticket.code)])})
    unit.delete_blindly(request_ref(ticket.imecon, ticket.id))


def write(unit: Unit, lists: Doc, pending: list[str], codes: list[str], *, in_person: bool = False) -> None:
    """Plan a buyer's lists as they shall be, and to show them. Lists that are gone are made anew."""
    closed = _is_closed(lists)
    fields = {"pending_ticket_ids": pending, "available_ticket_codes": codes, "version": _next_version(lists)}
    if closed and in_person:
        fields["deleted_at"] = None
    if in_person or not closed:
        new = closed or not lists.exists
        unit.show(user_ref(lists.id), _shown(pending, codes), may_create=in_person and new)
    (unit.update_as_read if lists.exists else unit.create)(lists, fields)


def close(unit: Unit, lists: Doc, now: datetime) -> None:
    """Plan to show nothing more on the document of somebody who deleted their account, until they come again.

    The lists stay, since what is decided of their tickets may still be on its way.
    """
    if lists.exists and not _is_closed(lists):
        unit.update_as_read(lists, {"deleted_at": now, "version": _next_version(lists)})


def _is_closed(lists: Doc) -> bool:
    return lists.get("deleted_at") is not None


def _next_version(lists: Doc) -> int:
    version = lists.get("version")
    return version + 1 if isinstance(version, int) else 1


def dm_request(ticket: Ticket, code: str) -> dict[str, str]:
    """A request as a consultant's document shows it."""
    return {"user_id": ticket.buyer, "ticket_code": code}


def _shown(pending: list[str], codes: list[str]) -> dict[str, Any]:
    return {
        "pending_ticket_ids": pending,
        "available_ticket_codes": codes,
        "has_pending_consultation": bool(pending),
    }


def _without(ticket: Ticket, lists: Doc) -> tuple[list[str], list[str]]:
    """The pending tickets and the codes of the other tickets."""
    pending = [id_ for id_ in _strings(lists, "pending_ticket_ids") if id_ != ticket.id]
    return pending, [code for code in _strings(lists, "available_ticket_codes") if code != ticket.code]


def _strings(lists: Doc, field: str) -> list[str]:
    """A list of strings, also where a hand has put something else: what it holds must never stop a commit."""
    value = lists.get(field)
    return [each for each in value if isinstance(each, str)] if isinstance(value, list) else []
