"""Whether somebody is let in with a ticket: the closed list of answers, and in which order is looked. Pure.

The door page decides in the same way without a network (``hosting/door/``); a test compares the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from admission.door.tokens import MINUTE_SECONDS, TicketCode, event_hash
from admission.event import Event
from admission.states import EventStatus, TicketStatus
from admission.tickets import UNPAID
from common.documents import Doc

CLOSES_AFTER = timedelta(hours=24)
"""After an event began, where its organiser did not say when it ends."""
OLDEST_MINUTES, NEWEST_MINUTES = 2, 1
"""How old a rotating code may be, and how far ahead of the door's clock it may have been issued."""


class Result(StrEnum):
    """What a door says to a scan."""

    OK = "ok"
    ALREADY_USED = "already_used"
    INVALID = "invalid"
    WRONG_EVENT = "wrong_event"
    WRONG_GATE = "wrong_gate"
    WRONG_TIME = "wrong_time"
    CANCELLED = "cancelled"
    UNPAID = "unpaid"
    BLOCKED = "blocked"
    TRANSFERRED = "transferred"


class Direction(StrEnum):
    """Which way somebody goes through a door."""

    ENTRY = "entry"
    EXIT = "exit"


@dataclass(frozen=True)
class Rules:
    """What an event's organiser says of its doors.

    Attributes:
        opens_at: from when people are let in; None: at any time.
        closes_at: from when they are not any more.
        gates: where people with a ticket of a tier are let in; everywhere if it is not named.
        called_off: whether the event was, which ends its tickets only within minutes.
    """

    event_id: str
    opens_at: datetime | None
    closes_at: datetime
    reentry: bool
    rotating: bool
    gates: dict[str, list[str]]
    called_off: bool = False

    @classmethod
    def of(cls, event: Event) -> Rules:
        """The rules of an event's document."""
        doc = event.doc
        return cls(
            event_id=event.id,
            opens_at=doc.get("doors_open_at"),
            closes_at=doc.get("ends_at") or doc["event_date"] + CLOSES_AFTER,
            reentry=doc.get("reentry") is True,
            rotating=event.rotating_qr,
            gates=event.tier_gates,
            called_off=event.status is EventStatus.CANCELLED,
        )


@dataclass(frozen=True)
class Scanned:
    """What is decided on.

    Attributes:
        code: what the QR said; None where a person looked the ticket up.
        ticket: as its document says, which may be missing.
        staff_gates: where the staff may be; everywhere if empty.
        gate: where they say that they are.
    """

    code: TicketCode | None
    ticket: Doc
    staff_gates: Sequence[str]
    gate: str | None
    direction: Direction
    at: datetime


def look(scanned: Scanned, rules: Rules) -> Result:
    """Whether somebody is let in or out."""
    code, ticket = scanned.code, scanned.ticket
    if code is not None and code.event != event_hash(rules.event_id):
        return Result.WRONG_EVENT
    if not ticket.exists:
        return Result.INVALID
    if ticket.get("event_id") != rules.event_id:
        return Result.WRONG_EVENT
    if code is not None and code.generation != int(ticket["generation"]):
        return Result.TRANSFERRED if code.generation < int(ticket["generation"]) else Result.INVALID
    if stale(code, rules, scanned.at):
        return Result.INVALID
    state = state_of(ticket)
    if state not in (TicketStatus.VALID, TicketStatus.USED):
        return Result(state)
    if rules.called_off:
        return Result.CANCELLED
    return Result.OK if scanned.direction is Direction.EXIT else _at_the_door(scanned, rules)


def state_of(ticket: Doc) -> str:
    """What a ticket is good for, whoever shows it: valid or used, or else why nobody is let in with it."""
    if ticket["status"] == TicketStatus.CANCELLED:
        return Result.UNPAID if ticket.get("ended_because") == UNPAID else Result.CANCELLED
    return Result.BLOCKED if ticket.get("blocked") else TicketStatus(ticket["status"])


def used_up(ticket: Doc, rules: Rules) -> bool:
    """Whether somebody is in with a ticket, or was and nobody may come in again."""
    return ticket["status"] == TicketStatus.USED and (bool(ticket.get("inside")) or not rules.reentry)


def stale(code: TicketCode | None, rules: Rules, at: datetime) -> bool:
    """Whether it is an old picture of a code that rotates."""
    if code is None or not rules.rotating:
        return False
    now = int(at.timestamp()) // MINUTE_SECONDS
    return code.minute is None or not now - OLDEST_MINUTES <= code.minute <= now + NEWEST_MINUTES


def gate_of(staff_gates: Sequence[str], named: str | None) -> str | None:
    """Where somebody is who may name their gate: those who have only one need not."""
    return staff_gates[0] if named is None and len(staff_gates) == 1 else named


def _at_the_door(scanned: Scanned, rules: Rules) -> Result:
    ticket = scanned.ticket
    if not _right_gate(scanned, rules.gates.get(str(ticket["tier"]), [])):
        return Result.WRONG_GATE
    if (rules.opens_at is not None and scanned.at < rules.opens_at) or scanned.at >= rules.closes_at:
        return Result.WRONG_TIME
    return Result.ALREADY_USED if used_up(ticket, rules) else Result.OK


def _right_gate(scanned: Scanned, tier_gates: Sequence[str]) -> bool:
    staff, gate = scanned.staff_gates, gate_of(scanned.staff_gates, scanned.gate)
    if gate is None:
        return not staff
    return (not staff or gate in staff) and (not tier_gates or gate in tier_gates)
