"""``chat_rooms/{id}``: what a ticket's transitions write into its room."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from common.documents import Doc, Unit, user_ref
from consultation.records import room_ref, ticket_ref
from consultation.ticket import Ticket


def open_pending(unit: Unit, ticket: Ticket, room: Doc, now: datetime) -> None:
    """A room that waits for the consultant: a new one, or an ended one that its people open again."""
    waiting = _waiting(ticket, now)
    if room.exists:
        unit.update_as_read(room, {**waiting, "created_at": room["created_at"]})
    else:
        unit.create(room, waiting)


def _waiting(ticket: Ticket, now: datetime) -> dict[str, Any]:
    return {
        "status": "pending",
        "type": ticket.type,
        "page": ticket.terms.page,
        "user_ref": user_ref(ticket.buyer),
        "imecon_ref": user_ref(ticket.imecon),
        "ticket_ref": ticket_ref(ticket.id),
        "created_at": now,
        "expires_at": ticket.time("expires_at"),
        "started_at": None,
        "ends_at": None,
    }


def start(unit: Unit, ticket: Ticket, now: datetime, ends_at: datetime) -> None:
    """The session begins. The room may be that of an earlier ticket of the pair, of another type."""
    unit.merge_blindly(
        room_ref(ticket.room_id),
        {
            "status": "active",
            "type": ticket.type,
            "page": ticket.terms.page,
            "ticket_ref": ticket_ref(ticket.id),
            "started_at": now,
            "ends_at": ends_at,
        },
    )


def end(unit: Unit, ticket: Ticket, now: datetime) -> None:
    """The session is over, at the latest when its time ran out."""
    started = ticket.time("started_at") or now
    ends_at = max(started, min(now, started + timedelta(minutes=ticket.terms.session_minutes)))
    unit.merge_blindly(room_ref(ticket.room_id), {"status": "ended", "ends_at": ends_at})


def close(unit: Unit, ticket: Ticket, status: str) -> None:
    """A room whose session never began."""
    unit.merge_blindly(room_ref(ticket.room_id), {"status": status})
