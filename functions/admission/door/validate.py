"""validateTicket: whether somebody is let in, which is written down in the commit that lets them in."""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field, model_validator

from admission.door import keys, tokens
from admission.door.check import Direction, Result, Scanned, gate_of, look, stale
from admission.door.entries import Scan, keep, pass_through
from admission.door.readable import as_readable
from admission.door.records import hashed, scan_ref, ticket_of
from admission.door.standing import Standing, stand
from admission.door.tokens import MOST_IN_A_QR, TicketCode
from admission.reasons import AdmissionReason
from admission.request_fields import EventId, Gate, TicketId
from common import clock
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import CallReason
from common.messages import DocumentId, RequestModel, ResponseModel, Timestamp
from common.params import TICKET_KEYS
from common.retry import run_until_committed

STALE = "stale"


class ValidateTicketRequest(RequestModel):
    """What was scanned, or which ticket somebody was found to have; by whom says the caller."""

    event_id: EventId
    token: str | None = Field(None, max_length=MOST_IN_A_QR, description="What the QR code says.")
    ticket_id: TicketId | None = Field(None, description="Instead of a code: who was looked up is let in by hand.")
    scan_id: DocumentId = Field(description="The phone's own id of this scan: repeating it scans once.")
    gate: Gate | None = Field(None, description="Where. Who has one gate need not say.")
    direction: Literal["entry", "exit"] = "entry"

    @model_validator(mode="after")
    def _one_ticket(self) -> Self:
        if (self.token is None) is (self.ticket_id is None):
            raise ValueError("token or ticket_id")
        return self


class ValidateTicketResponse(ResponseModel):
    """What to say to them."""

    scan_id: str = Field(description="As it was given.")
    result: Result
    detail: str | None = Field(description="stale: a code that rotates was shown too late, as a picture of it is.")
    direction: Direction
    ticket_id: str | None = Field(description="null where it is none of this event's, as of what follows.")
    tier: str | None
    seat_number: str | None
    holder_name: str | None
    entered_at: Timestamp | None = Field(description="When somebody first went in with it.")
    duplicate: bool = Field(description="Two phones without a network let somebody in with it.")

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        # A scan that a phone without a network told of says less where it names no ticket.
        return cls(**{name: fields.get(name) for name in cls.model_fields if name != "ok"})


@callable_function(
    who="whoever stands at the event's door: its staff until their time is over, the organiser's owners, managers and "
    "door; what setEventStaff changes counts within a minute",
    keep_warm=True,
    secrets=(TICKET_KEYS,),
    reasons=(
        CallReason.PERMISSION_DENIED,
        AdmissionReason.EVENT_NOT_FOUND,
        AdmissionReason.SCAN_ID_USED,
    ),
)
def validateTicket(caller: Caller, request: ValidateTicketRequest) -> ValidateTicketResponse:  # noqa: N802
    """Says whether somebody is let in with a ticket, and writes it down. Of many scans at once one lets somebody in.

    A failed scan is an ordinary answer, and is kept for 90 days. A repeated scan_id gets the first answer again.
    """
    code = _code(request.token)
    ticket_id = request.ticket_id or (code.ticket_id if code is not None else None)
    return run_until_committed(lambda: _validate(caller, request, code, ticket_id))


def _code(token: str | None) -> TicketCode | None:
    """What a code says; ``None`` where there is none, or it is none of ours."""
    return None if token is None else tokens.code_of(token, keys.public_keys())


def _validate(
    caller: Caller, request: ValidateTicketRequest, code: TicketCode | None, ticket_id: str | None
) -> ValidateTicketResponse:
    named = [ticket_of(ticket_id)] if ticket_id is not None else []
    standing = stand(caller, request.event_id, scan_ref(request.scan_id), *named)
    stored, *found = standing.beside
    scan, unit = _scan(caller, request, standing), Unit()
    if not scan.repeats(stored):
        ticket = as_readable(found[0]) if found else None
        answer = _judged(scan, code, ticket, standing) if ticket else _answer(scan, {}, Result.INVALID)
        if ticket and answer["result"] == Result.OK:
            answer["entry"] = pass_through(unit, scan, ticket)
        keep(unit, scan, stored, answer)
        unit.commit()
    return ValidateTicketResponse.of(stored.data or {})


def _scan(caller: Caller, request: ValidateTicketRequest, standing: Standing) -> Scan:
    now = clock.now()
    return Scan(
        scan_id=request.scan_id,
        event_id=standing.event.id,
        organizer_id=standing.event.organizer_id,
        shown=hashed(request.token) if request.token is not None else str(request.ticket_id),
        direction=Direction(request.direction),
        gate=gate_of(standing.gates, request.gate),
        by=caller.uid,
        at=now,
        recorded_at=now,
    )


def _judged(scan: Scan, code: TicketCode | None, ticket: Doc, standing: Standing) -> dict[str, Any]:
    """What is answered. Of another event's ticket nothing is told."""
    result = look(Scanned(code, ticket, standing.gates, scan.gate, scan.direction, scan.at), standing.rules)
    its = (ticket.data or {}) if ticket.get("event_id") == scan.event_id else {}
    answer = _answer(scan, its, result)
    if result is Result.INVALID and its and stale(code, standing.rules, scan.at):
        answer["detail"] = STALE
    return answer


def _answer(scan: Scan, ticket: dict[str, Any], result: Result) -> dict[str, Any]:
    entered = result is Result.OK and scan.direction is Direction.ENTRY
    return {
        "result": result,
        "detail": None,
        **{name: ticket.get(name) for name in ("ticket_id", "tier", "seat_number", "holder_name")},
        "entered_at": ticket.get("entered_at") or (scan.at if entered else None),
        "duplicate": False,
        "entry": None,
    }
