"""getDoorBundle: what a phone at the door must know to decide without a network. It holds nobody's name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import BaseModel, Field, StringConstraints

from admission.door.check import Result, Rules, state_of
from admission.door.keys import public_keys
from admission.door.readable import FIELDS, readable, told
from admission.door.standing import stand
from admission.door.tokens import base64url, event_hash
from admission.reasons import AdmissionReason
from admission.request_fields import EventId
from admission.states import TicketStatus
from common import clock, documents
from common.callable import Caller, callable_function
from common.documents import Doc
from common.errors import CallReason
from common.messages import IsoTime, RequestModel, ResponseModel, Timestamp
from common.params import TICKET_KEYS

PAGE = 1_000
OVERLAP = timedelta(seconds=60)
"""How long after its time a change may be written: no call lasts longer, so none falls between two bundles."""
CHANGED_AT = "door_changed_at"
READ = (*FIELDS, "ended_because", "blocked", "inside")
_FIRST = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

Cursor = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,16}\.[0-9a-f]{40}\.(0|[1-9][0-9]?)$")]


class GetDoorBundleRequest(RequestModel):
    """The event, and what is known already."""

    event_id: EventId
    since: IsoTime | None = Field(None, description="The last answer's: only what changed since then.")
    cursor: Cursor | None = Field(None, description="The last answer's next, with the same since.")


class KeyView(BaseModel):
    """A key that codes are verified with."""

    kid: str = Field(description="By which a code names it.")
    public_key: str = Field(description="Ed25519: 32 bytes, base64url without padding.")


class RulesView(BaseModel):
    """What the event's organiser says of its doors."""

    opens_at: Timestamp | None = Field(description="Nobody is let in before; null: at any time.")
    closes_at: Timestamp = Field(description="Nobody is let in from then on.")
    reentry: bool
    rotating_qr: bool = Field(description="Whether codes say when they were made, and are good for minutes only.")
    gates: list[str] = Field(description="Where the caller may be; everywhere if empty.")
    tiers: dict[str, list[str]] = Field(description="Gates by tier; everywhere for a tier that is not named.")


class DoorTicketView(BaseModel):
    """A ticket that is no more as it was issued."""

    ticket_id: str
    generation: int = Field(description="1, and one more whenever it was handed on. Older codes are void.")
    state: str = Field(description="valid, used, cancelled, unpaid or blocked")
    inside: bool
    entered_at: Timestamp | None
    tier: str
    seat_number: str


class CountsView(BaseModel):
    """How many there are now."""

    sold: int = Field(description="Tickets that are not cancelled.")
    entered: int = Field(description="Tickets that were used.")
    inside: int
    duplicates: int = Field(description="Entries with a ticket that somebody else was in with.")


class GetDoorBundleResponse(ResponseModel):
    """A page of what a door must know."""

    event_id: str
    title: str
    event_hash: str = Field(description="What a code of this event says in its claim e.")
    keys: list[KeyView] = Field(description="Those that codes are verified with; the first signs.")
    rules: RulesView = Field(description="What the organiser says of the doors.")
    tickets: list[DoorTicketView] = Field(description="Those that changed. Any other has generation 1 and is valid.")
    next: str | None = Field(description="The cursor of the next page; null at the end.")
    since: Timestamp = Field(description="To give back the next time, once all pages are here.")
    counts: CountsView = Field(description="How many there are now.")
    server_time: Timestamp


@callable_function(
    who="whoever is at the event's door: its staff, and the organiser's members but finance",
    secrets=(TICKET_KEYS,),
    reasons=(AdmissionReason.EVENT_NOT_FOUND, CallReason.PERMISSION_DENIED),
)
def getDoorBundle(caller: Caller, request: GetDoorBundleRequest) -> GetDoorBundleResponse:  # noqa: N802
    """Gives what a door needs without a network: keys, rules, and each ticket that changed since it was issued.

    With ``since`` only what changed after the bundle that said so, and a minute before; a ticket that is already known
    is replaced. In pages of 1,000 tickets.
    """
    standing, now = stand(caller, request.event_id), clock.now()
    found = _changed(request, now)
    return GetDoorBundleResponse(
        event_id=standing.event.id,
        title=standing.event.doc["title"],
        event_hash=event_hash(standing.event.id),
        keys=[KeyView(kid=kid, public_key=base64url(key.public_bytes_raw())) for kid, key in public_keys().items()],
        rules=_rules(standing.rules, list(standing.gates)),
        tickets=[_view(ticket) for ticket in found],
        next=_cursor(found[-1]) if len(found) == PAGE else None,
        since=now,
        counts=_counts(standing.event.id),
        server_time=now,
    )


def _changed(request: GetDoorBundleRequest, now: datetime) -> list[Doc]:
    """A page of tickets in the order of their changes: what changes meanwhile comes on a later page."""
    query = documents.collection("event_tickets").where(filter=FieldFilter("event_id", "==", request.event_id))
    if request.since is not None:
        # A clock that is wrong asks for any time at all.
        query = query.where(filter=FieldFilter(CHANGED_AT, ">", min(max(request.since, _FIRST), now) - OVERLAP))
    query = query.order_by(CHANGED_AT).order_by("__name__").select([CHANGED_AT, *READ]).limit(PAGE)
    if request.cursor is not None:
        at, _, ticket_id = request.cursor.partition(".")
        query = query.start_after({CHANGED_AT: _FIRST + int(at) * _MICROSECOND, "__name__": ticket_id})
    return [Doc.found(found) for found in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]


def _cursor(last: Doc) -> str:
    return f"{(last[CHANGED_AT] - _FIRST) // _MICROSECOND}.{last.id}"


def _view(ticket: Doc) -> DoorTicketView:
    if not readable(ticket.data or {}):
        told(ticket.id)
        # A phone takes a ticket that it was told nothing of for a good one.
        return DoorTicketView(
            ticket_id=ticket.id,
            generation=1,
            state=Result.BLOCKED,
            inside=False,
            entered_at=None,
            tier="",
            seat_number="",
        )
    return DoorTicketView(
        ticket_id=ticket.id,
        generation=ticket["generation"],
        state=state_of(ticket),
        inside=bool(ticket.get("inside")),
        entered_at=ticket.get("entered_at"),
        tier=ticket["tier"],
        seat_number=ticket["seat_number"],
    )


def _rules(rules: Rules, gates: list[str]) -> RulesView:
    return RulesView(
        opens_at=rules.opens_at,
        closes_at=rules.closes_at,
        reentry=rules.reentry,
        rotating_qr=rules.rotating,
        gates=gates,
        tiers=rules.gates,
    )


def _counts(event_id: str) -> CountsView:
    tickets = ("event_tickets", event_id)
    return CountsView(
        sold=_count(*tickets, ("status", "in", [TicketStatus.VALID, TicketStatus.USED])),
        entered=_count(*tickets, ("status", "==", TicketStatus.USED)),
        inside=_count(*tickets, ("inside", "==", True)),
        duplicates=_count("event_entries", event_id, ("duplicate", "==", True)),
    )


def _count(collection: str, event_id: str, condition: tuple[str, str, Any]) -> int:
    """How many documents of an event meet a condition, counted by Firestore."""
    query: Any = documents.collection(collection).where(filter=FieldFilter("event_id", "==", event_id))
    query = query.where(filter=FieldFilter(*condition))
    ((counted,),) = query.count().get(timeout=documents.RPC_TIMEOUT_SECONDS)
    return int(counted.value)
