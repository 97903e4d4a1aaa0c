"""Tickets as the door reads them. One that was damaged by hand lets nobody in, and stops nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from admission.states import TicketStatus
from common import log
from common.documents import Doc

_NOTHING = type(None)
_KINDS: dict[str, tuple[type, ...]] = {
    "event_id": (str,),
    "tier": (str,),
    "seat_number": (str,),
    "status": (str,),
    "generation": (int,),
    "holder_name": (str, _NOTHING),
    "entered_at": (datetime, _NOTHING),
    "entries": (int, _NOTHING),
    "version": (int,),
}
FIELDS = tuple(_KINDS)
"""What a query must read of a ticket, for it to be known as readable."""


def readable(ticket: Mapping[str, Any]) -> bool:
    """Whether a ticket has what the door decides on."""
    kinds = all(isinstance(ticket.get(name), kinds) for name, kinds in _KINDS.items())
    return kinds and ticket["status"] in set(TicketStatus)


def as_readable(ticket: Doc) -> Doc:
    """The ticket, or if it is damaged none at all."""
    if not ticket.exists or readable(ticket.data or {}):
        return ticket
    told(ticket.id)
    return Doc(ticket.ref, None, ticket.update_time)


def told(ticket_id: str) -> None:
    """Somebody must mend it."""
    log.warning("ticket unreadable", ticket=ticket_id)
