"""A ticket is handed on: its holder offers it to whoever has a secret text, and the first who takes it is its holder.

A ticket names the offers of it that stand (``open_transfers``, hashes of their texts). Its own compare-and-set decides
every race: with another who takes it, with its being withdrawn, cancelled or shown at the door.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from admission.door.entries import change_ticket
from admission.door.records import hashed, transfer_ref
from admission.event import Event
from admission.messages import notify_of_ticket
from admission.reasons import AdmissionReason
from admission.states import EventStatus, TicketStatus
from common import ids
from common.documents import Doc, Unit
from common.errors import Refusal

OFFERED_FOR = timedelta(days=7)
MOST_OPEN = 5
"""Offers of one ticket that stand at once. The oldest are withdrawn for another."""
OPEN = "open_transfers"


class TransferStatus(StrEnum):
    """``event_transfers/{hash}.status``."""

    OFFERED = "offered"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


def refuse_unless_transferable(ticket: Doc, event: Event, now: datetime) -> None:
    """Refuse to hand a ticket on that is good for nothing, or of an event where that is not done.

    Raises:
        Refusal: ``NOT_TRANSFERABLE``, also once the event has begun; ``TICKET_NOT_USABLE``.
    """
    if not event.exists or not event.doc.get("transferable") or now >= event.doc["event_date"]:
        raise Refusal(AdmissionReason.NOT_TRANSFERABLE)
    off = event.status is EventStatus.CANCELLED
    if off or ticket["status"] != TicketStatus.VALID or ticket.get("blocked"):
        raise Refusal(AdmissionReason.TICKET_NOT_USABLE, status=ticket["status"])


def offer(unit: Unit, ticket: Doc, event: Event, now: datetime) -> tuple[str, datetime]:
    """Plan to offer a ticket; the secret text, which is kept nowhere, and until when it stands."""
    token = f"{ticket.id}.{ids.new_nonce()}"
    open_ = [*open_transfers(ticket), hashed(token)]
    until = min(now + OFFERED_FOR, event.doc["event_date"])
    fields = {
        "ticket_id": ticket.id,
        "event_id": event.id,
        "from_uid": ticket["holder_id"],
        "to_uid": None,
        "generation": ticket["generation"],
        "status": TransferStatus.OFFERED,
        "created_at": now,
        "expires_at": until,
        "accepted_at": None,
    }
    unit.create_unread(transfer_ref(hashed(token)), fields)
    _end(unit, open_[:-MOST_OPEN])
    unit.update_as_read(ticket, {OPEN: open_[-MOST_OPEN:], "version": int(ticket["version"]) + 1})
    return token, until


def withdraw(unit: Unit, ticket: Doc, more: dict[str, Any] | None = None) -> None:
    """Plan that no offer of a ticket stands, and to change ``more`` of it. Nothing if nothing changes."""
    changes = {OPEN: [], **(more or {})}
    if open_transfers(ticket) or any(ticket.get(name) != value for name, value in (more or {}).items()):
        _end(unit, open_transfers(ticket))
        unit.update_as_read(ticket, {**changes, "version": int(ticket["version"]) + 1})


def hand_on(unit: Unit, transfer: Doc, ticket: Doc, order: Doc, to: str, name: str | None, now: datetime) -> None:
    """Plan that a ticket is somebody else's: what its last holder can show is of an older generation.

    Args:
        name: the new holder's, where they give one.
    """
    giver = str(ticket["holder_id"])
    _end(unit, [each for each in open_transfers(ticket) if each != transfer.id])
    changes: dict[str, Any] = {
        "holder_id": to,
        "holder_name": name,
        "generation": int(ticket["generation"]) + 1,
        OPEN: [],
    }
    change_ticket(unit, ticket, changes, now)
    unit.update_as_read(transfer, {"status": TransferStatus.ACCEPTED, "to_uid": to, "accepted_at": now})
    if order.exists:
        # By this whoever has the ticket is told if the event is called off.
        number = ticket.id.rpartition(".")[2]
        unit.update_as_read(order, {"holders": {**(order.get("holders") or {}), number: to}})
    notify_of_ticket(unit, f"{transfer.id}_taken", to, giver, ticket, "チケットを受け取りました", now)
    notify_of_ticket(unit, f"{transfer.id}_given", giver, to, ticket, "チケットを譲渡しました", now)


def open_transfers(ticket: Doc) -> list[str]:
    """The offers of a ticket that stand."""
    return list(ticket.get(OPEN) or [])


def _end(unit: Unit, transfers: list[str]) -> None:
    for each in transfers:
        unit.merge_blindly(transfer_ref(each), {"status": TransferStatus.WITHDRAWN})
