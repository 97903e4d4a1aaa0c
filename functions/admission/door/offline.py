"""What is recorded of scans that phones decided on without a network, decided on together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from admission.door.check import Direction, Result, Scanned, gate_of, look, stale, used_up
from admission.door.entries import Scan, change_ticket, keep, kept, note
from admission.door.readable import as_readable
from admission.door.records import hashed, scan_ref, ticket_of
from admission.door.standing import Standing
from admission.door.tokens import TicketCode
from admission.messages import notify_door
from common.documents import Doc, Unit
from common.errors import Refusal

GOOD_FOR_NOTHING = frozenset({Result.CANCELLED, Result.UNPAID, Result.BLOCKED, Result.TRANSFERRED})
"""Why a ticket stays what it is, although somebody was let in with it."""
SCAN_ID_USED = "scan_id_used"
_NOTHING: dict[str, Any] = {"ticket_id": None, "entry": None, "duplicate": False, "problem": None}


@dataclass(frozen=True)
class Report:
    """What a phone says that it did.

    Attributes:
        token: what was shown to it; None where the ticket was looked up.
        code: what that says; None if it is not ours.
        claimed: when, by the phone's clock.
        said: what it answered.
    """

    scan_id: str
    token: str | None
    code: TicketCode | None
    looked_up: str | None
    claimed: datetime
    direction: Direction
    gate: str | None
    said: Result

    @property
    def ticket_id(self) -> str | None:
        return self.code.ticket_id if self.code is not None else self.looked_up

    @property
    def forged(self) -> bool:
        return self.ticket_id is None


class Batch:
    """Scans of one event that are taken one after the other and committed at once.

    Attributes:
        answers: by the number that each was taken with.
    """

    def __init__(self, standing: Standing, by: str, now: datetime) -> None:
        self.answers: dict[int, dict[str, Any]] = {}
        self._standing, self._by, self._now = standing, by, now
        self._read = {doc.ref.path: doc for doc in standing.beside}
        # As they will be once the scans that were taken are committed.
        self._then = dict(self._read)
        self._changes: dict[str, dict[str, Any]] = {}
        self._kept: dict[str, tuple[Scan, dict[str, Any]]] = {}
        self._duplicates: list[str] = []

    def take(self, unit: Unit, number: int, report: Report) -> None:
        """Plan the entry of a scan, if somebody went through by it."""
        scan, path = self._scan(report), scan_ref(report.scan_id).path
        stored, ticket = self._then[path], self._ticket(report)
        try:
            repeated = scan.repeats(stored)
        except Refusal:
            # Nothing may stop the rest of a phone's queue.
            self.answers[number] = {**_NOTHING, "result": Result.INVALID, "detail": SCAN_ID_USED}
            return
        result, verdict = self._judged(report, ticket, scan.at)
        if repeated and (result is not Result.OK or stored["result"] == Result.OK):
            self.answers[number] = dict(stored.data or {})
            return
        # Also where the server had refused it, and the phone, which did not hear that, let somebody in.
        answer = {**_NOTHING, "result": result, "detail": self._detail(report, verdict, scan.at)}
        if ticket is not None and result is not Result.WRONG_EVENT:
            if result is Result.OK:
                answer |= self._pass(unit, scan, ticket, verdict)
            answer |= _told_of(self._then[ticket.ref.path])
        self.answers[number] = answer
        self._kept[path] = scan, {**answer, "claimed_at": _unlike(report.claimed, scan.at)}
        self._then[path] = Doc(stored.ref, kept(scan, answer))

    def finish(self, unit: Unit) -> None:
        """Plan all that the scans change, each document once, and that the organiser is told of duplicates."""
        for path, (scan, answer) in self._kept.items():
            keep(unit, scan, self._read[path], answer)
        for path, changes in self._changes.items():
            change_ticket(unit, self._read[path], changes, self._now)
        if self._duplicates:
            text = f"同じチケットで重ねて入場がありました({len(self._duplicates)}件)"
            notify_door(unit, self._duplicates[0], self._standing.event, self._by, text, self._now)

    def _scan(self, report: Report) -> Scan:
        event = self._standing.event
        return Scan(
            scan_id=report.scan_id,
            event_id=event.id,
            organizer_id=event.organizer_id,
            shown=hashed(report.token) if report.token is not None else str(report.looked_up),
            direction=report.direction,
            gate=gate_of(self._standing.gates, report.gate),
            by=self._by,
            at=min(report.claimed, self._now),
            recorded_at=self._now,
            offline=True,
        )

    def _ticket(self, report: Report) -> Doc | None:
        if report.ticket_id is None:
            return None
        found = as_readable(self._then[ticket_of(report.ticket_id).path])
        return found if found.exists else None

    def _judged(self, report: Report, ticket: Doc | None, at: datetime) -> tuple[Result, Result]:
        """What is answered, and what the server would have said."""
        if ticket is None:
            return Result.INVALID, Result.INVALID
        standing = self._standing
        verdict = look(Scanned(report.code, ticket, standing.gates, report.gate, report.direction, at), standing.rules)
        return (verdict if verdict is Result.WRONG_EVENT else report.said), verdict

    def _detail(self, report: Report, verdict: Result, at: datetime) -> str | None:
        if report.forged or verdict in (Result.OK, report.said):
            return None
        return "stale" if verdict is Result.INVALID and stale(report.code, self._standing.rules, at) else verdict

    def _pass(self, unit: Unit, scan: Scan, ticket: Doc, verdict: Result) -> dict[str, Any]:
        """Plan that somebody went through."""
        duplicate = scan.direction is Direction.ENTRY and used_up(ticket, self._standing.rules)
        problem = verdict if verdict in GOOD_FOR_NOTHING else None
        entry, changes = note(unit, scan, ticket, duplicate=duplicate, problem=problem)
        path = ticket.ref.path
        self._changes[path] = {**self._changes.get(path, {}), **changes}
        self._then[path] = Doc(ticket.ref, {**(ticket.data or {}), **changes})
        if duplicate:
            self._duplicates.append(scan.scan_id)
        return {"entry": entry, "duplicate": duplicate, "problem": problem}


def _told_of(ticket: Doc) -> dict[str, Any]:
    named = ("seat_number", "tier", "holder_name", "entered_at")
    return {"ticket_id": ticket.id, **{name: ticket.get(name) for name in named}}


def _unlike(claimed: datetime, at: datetime) -> str | None:
    """When the phone said that it was, where that is not believed: a text, because it may be any time at all."""
    return claimed.isoformat() if claimed != at else None
