"""What a door keeps: every scan with its answer, and who went in and out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from admission.door.check import Direction, Result
from admission.door.records import entry_ref
from admission.reasons import AdmissionReason
from admission.states import TicketStatus
from common.documents import Doc, Unit
from common.errors import Refusal

KEEP_FAILED = timedelta(days=90)


@dataclass(frozen=True)
class Scan:
    """One scan: of what, by whom, where and when.

    Attributes:
        shown: a hash of the code that was shown, or the id of the ticket that was looked up.
        at: when it happened, by the phone's clock where it was offline.
        recorded_at: when the server heard of it.
    """

    scan_id: str
    event_id: str
    organizer_id: str
    shown: str
    direction: Direction
    gate: str | None
    by: str
    at: datetime
    recorded_at: datetime
    offline: bool = False

    def repeats(self, stored: Doc) -> bool:
        """Whether this scan was answered before.

        Raises:
            Refusal: ``SCAN_ID_USED``: something else was scanned under this id, or its answer was damaged by hand.
        """
        if not stored.exists:
            return False
        same = {"event_id": self.event_id, "shown": self.shown, "direction": self.direction}
        if any(stored.get(name) != value for name, value in same.items()) or not _answered(stored):
            raise Refusal(AdmissionReason.SCAN_ID_USED)
        return True


def _answered(stored: Doc) -> bool:
    """Whether what is stored is an answer that can be given again."""
    texts = ("ticket_id", "tier", "seat_number", "holder_name", "detail", "problem", "entry")
    sound = all(isinstance(stored.get(name), str | None) for name in texts)
    entered_at = stored.get("entered_at")
    return sound and isinstance(entered_at, datetime | None) and stored.get("result") in list(Result)


def keep(unit: Unit, scan: Scan, stored: Doc, answer: dict[str, Any]) -> None:
    """Plan to keep a scan with what was answered, also where something else was answered before."""
    fields = kept(scan, answer)
    if stored.exists:
        unit.update_as_read(stored, fields)
    else:
        unit.create(stored, fields)


def kept(scan: Scan, answer: dict[str, Any]) -> dict[str, Any]:
    """The document of a scan."""
    failed = answer["result"] != Result.OK
    return {
        "event_id": scan.event_id,
        "scan_id": scan.scan_id,
        "shown": scan.shown,
        "direction": scan.direction,
        "gate": scan.gate,
        "by": scan.by,
        "at": scan.at,
        "recorded_at": scan.recorded_at,
        "offline": scan.offline,
        "expire_at": scan.recorded_at + KEEP_FAILED if failed else None,
        **answer,
    }


def pass_through(unit: Unit, scan: Scan, ticket: Doc, *, duplicate: bool = False, problem: Result | None = None) -> str:
    """Plan that somebody went in or out with a ticket, which must be as it was read. See ``note``."""
    entry_id, changes = note(unit, scan, ticket, duplicate=duplicate, problem=problem)
    change_ticket(unit, ticket, changes, scan.recorded_at)
    return entry_id


def note(
    unit: Unit, scan: Scan, ticket: Doc, *, duplicate: bool = False, problem: Result | None = None
) -> tuple[str, dict[str, Any]]:
    """Plan the entry alone. Gives its id, and what it changes of its ticket, which must be in the same commit.

    Args:
        duplicate: somebody else is in with it already: another phone without a network let them in.
        problem: why the ticket was good for nothing, which it stays.
    """
    number = int(ticket.get("entries") or 0) + 1
    entry = entry_ref(ticket.id, number)
    unit.create_unread(
        entry,
        {
            "event_id": scan.event_id,
            "organizer_id": scan.organizer_id,
            "ticket_id": ticket.id,
            "seat_number": ticket["seat_number"],
            "holder_name": ticket.get("holder_name"),
            "direction": scan.direction,
            "scan_id": scan.scan_id,
            "gate": scan.gate,
            "by": scan.by,
            "at": scan.at,
            "recorded_at": scan.recorded_at,
            "offline": scan.offline,
            "duplicate": duplicate,
            "problem": problem,
            "undone_at": None,
            "undone_by": None,
            "undo_note": None,
        },
    )
    changes: dict[str, Any] = {"entries": number}
    if duplicate:
        changes["duplicates"] = int(ticket.get("duplicates") or 0) + 1
    elif problem is None and scan.direction is Direction.ENTRY:
        changes |= {"status": TicketStatus.USED, "inside": True, "entered_at": ticket.get("entered_at") or scan.at}
    elif problem is None:
        changes["inside"] = False
    return str(entry.id), changes


def change_ticket(unit: Unit, ticket: Doc, changes: dict[str, Any], now: datetime) -> None:
    """Plan to change what a door must know of a ticket, which must be as it was read."""
    unit.update_as_read(ticket, {**changes, "door_changed_at": now, "version": int(ticket["version"]) + 1})
