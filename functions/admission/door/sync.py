"""syncScans: what phones did at the door while they had no network.

Whoever was let in is in: that is a fact, which the server records and does not judge. A second entry with the same
ticket is marked as a duplicate, and the organiser is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, Field, StringConstraints, model_validator

from admission.door import tokens
from admission.door.check import Direction, Result
from admission.door.keys import public_keys
from admission.door.offline import Batch, Report
from admission.door.records import scan_ref, ticket_of
from admission.door.standing import stand
from admission.door.tokens import MOST_IN_A_QR
from admission.reasons import AdmissionReason
from admission.request_fields import EventId, Gate, TicketId
from common import clock
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import CallReason
from common.messages import DocumentId, IsoTime, Part, RequestModel, ResponseModel, Timestamp
from common.params import TICKET_KEYS
from common.retry import run_until_committed

MOST_SCANS = 100
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)

DirectionName = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Direction)})$")]
ResultName = Annotated[str, StringConstraints(pattern=f"^({'|'.join(Result)})$")]


class ScanFields(Part):
    """A scan as a phone decided on it."""

    scan_id: DocumentId = Field(description="The phone's own, the same that it would have sent to validateTicket.")
    token: Annotated[str, StringConstraints(min_length=1, max_length=MOST_IN_A_QR)] | None = None
    ticket_id: TicketId | None = Field(None, description="Instead of the token, of a ticket that was looked up.")
    scanned_at: IsoTime = Field(description="A time that is still to come is taken as now.")
    direction: DirectionName = Field("entry", description="entry or exit")
    gate: Gate | None = None
    result: ResultName = Field(description="What the phone said; ok: somebody went through.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.token is None) is (self.ticket_id is None):
            raise ValueError("token or ticket_id")
        return self


class SyncScansRequest(RequestModel):
    """What a phone has not told yet."""

    event_id: EventId
    scans: list[ScanFields] = Field(min_length=1, max_length=MOST_SCANS, description="What a phone decided on.")


class ScanView(BaseModel):
    """What became of a scan."""

    scan_id: str = Field(description="As it was given.")
    recorded: bool = Field(description="Whether it is on record that somebody went in or out by it.")
    result: str = Field(description="ok for whoever was let in; else what the phone said, invalid or wrong_event.")
    detail: str | None = Field(description="What the server would have said; scan_id_used: nothing was kept.")
    duplicate: bool = Field(description="Somebody else was in with this ticket already.")
    problem: str | None = Field(description="cancelled, unpaid, blocked or transferred: the ticket stays that.")
    direction: str
    ticket_id: str | None
    seat_number: str | None
    tier: str | None
    holder_name: str | None
    entered_at: Timestamp | None

    @classmethod
    def of(cls, scan_id: str, direction: str, answer: Mapping[str, Any]) -> ScanView:
        named = ("result", "detail", "problem", "ticket_id", "seat_number", "tier", "holder_name", "entered_at")
        return cls(
            scan_id=scan_id,
            direction=direction,
            recorded=answer.get("entry") is not None,
            duplicate=bool(answer.get("duplicate")),
            **{name: answer.get(name) for name in named},
        )


class SyncScansResponse(ResponseModel):
    """What became of each scan, in the order of the request."""

    scans: list[ScanView] = Field(description="One for each, in the order of the request.")


@callable_function(
    who="whoever is at the event's door: its staff, and the organiser's members but finance",
    secrets=(TICKET_KEYS,),
    reasons=(AdmissionReason.EVENT_NOT_FOUND, CallReason.PERMISSION_DENIED),
)
def syncScans(caller: Caller, request: SyncScansRequest) -> SyncScansResponse:  # noqa: N802
    """Records what a phone did without a network, all of a batch or nothing of it.

    Whoever was let in with a ticket of this event is recorded, whatever is known by now: a second entry is a
    ``duplicate``. A code that is not ours is ``invalid``, and nobody is recorded by it. A scan that was answered before
    gets the same answer, so a batch may be sent again. Two phones without a network can let two people in with one
    ticket.
    """
    keys = public_keys()
    reports = [(number, _report(scan, keys)) for number, scan in enumerate(request.scans)]
    return run_until_committed(lambda: _sync(caller, request, reports))


def _report(scan: ScanFields, keys: Mapping[str, Ed25519PublicKey]) -> Report:
    """A scan, with what its code says."""
    return Report(
        scan_id=scan.scan_id,
        token=scan.token,
        code=tokens.code_of(scan.token, keys) if scan.token is not None else None,
        looked_up=scan.ticket_id,
        claimed=max(scan.scanned_at, _FIRST),
        direction=Direction(scan.direction),
        gate=scan.gate,
        said=Result(scan.result),
    )


def _sync(caller: Caller, request: SyncScansRequest, reports: list[tuple[int, Report]]) -> SyncScansResponse:
    ids = {each.ticket_id for _, each in reports if each.ticket_id is not None}
    scans = {each.scan_id for _, each in reports}
    standing, unit = stand(caller, request.event_id, *map(scan_ref, scans), *map(ticket_of, ids)), Unit()
    batch = Batch(standing, caller.uid, clock.now())
    # As it happened: somebody who left and came back did so in this order, whoever tells of it.
    for number, report in sorted(reports, key=lambda each: (each[1].claimed, each[0])):
        batch.take(unit, number, report)
    batch.finish(unit)
    if not unit.empty:
        unit.commit()
    views = [
        ScanView.of(each.scan_id, each.direction, batch.answers[number]) for number, each in enumerate(request.scans)
    ]
    return SyncScansResponse(scans=views)
