"""getEventDetails and getSeatMap: what everybody may see of an event, and what is left, seconds old."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from pydantic import BaseModel, Field

from admission import roles
from admission.block import Block
from admission.event import Event
from admission.event_answers import EventView
from admission.reasons import AdmissionReason
from admission.records import event_ref, organizer_ref
from admission.request_fields import EventId
from admission.roles import Role
from admission.states import EventStatus
from admission.tier import Tier
from common import cache, clock, documents
from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import RequestModel, ResponseModel

COUNTED_FOR = timedelta(seconds=3)
_counted: dict[str, tuple[datetime, list[Block]]] = {}


class EventDetailsRequest(RequestModel):
    """The event to look at."""

    event_id: EventId


class SeatView(BaseModel):
    """A seat."""

    seat_number: str
    tier: str
    free: bool
    held_back: bool = Field(description="Kept from sale; true for the organiser alone.")


class SeatMapResponse(ResponseModel):
    """All seats of an event, and what is left of its places."""

    event_id: str
    seats: list[SeatView]
    left: dict[str, int] = Field(description="By tier: free places, seconds old.")


@callable_function(who="a signed-in user; a draft its organiser only", reasons=(AdmissionReason.EVENT_NOT_FOUND,))
def getEventDetails(caller: Caller, request: EventDetailsRequest) -> EventView:  # noqa: N802
    """Shows an event, its tiers, and how many places are left, as they were a few seconds ago."""
    event, tiers = _visible(caller, request.event_id)
    now = clock.now()
    return EventView.of(event, tiers, _left(event, tiers, now), _held_back(caller, event, tiers, now))


@callable_function(who="a signed-in user; a draft its organiser only", reasons=(AdmissionReason.EVENT_NOT_FOUND,))
def getSeatMap(caller: Caller, request: EventDetailsRequest) -> SeatMapResponse:  # noqa: N802
    """Shows which seats are free, as they were a few seconds ago."""
    event, tiers = _visible(caller, request.event_id)
    now, seats = clock.now(), []
    kept = {seat for seats in (_held_back(caller, event, tiers, now) or {}).values() for seat in seats}
    for tier in (each for each in tiers if each.rows):
        for block in _blocks(tier, now) if event.doc.get("published_at") else []:
            free = {*block.free(now, 0)}
            seats += [
                SeatView(seat_number=label, tier=tier.name, free=label in free, held_back=label in kept)
                for label in block.labels or ()
            ]
    return SeatMapResponse(event_id=event.id, seats=seats, left=_left(event, tiers, now))


def _visible(caller: Caller, event_id: str) -> tuple[Event, list[Tier]]:
    (known,) = cache.read(event_ref(event_id))
    if not known.exists:
        raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
    # As it is now: whoever sees an old price could not buy at it.
    doc, *tiers = cache.read_anew(known.ref, *Event(known).tier_refs())
    if not doc.exists:
        raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
    event = Event(doc)
    if event.status is EventStatus.DRAFT:
        (organizer,) = documents.read(organizer_ref(event.organizer_id))
        if not roles.may(caller, organizer, frozenset(Role)):
            raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
    if [tier.ref for tier in tiers] != event.tier_refs():
        tiers = cache.read_anew(*event.tier_refs())
    return event, [Tier(tier) for tier in tiers if tier.exists]


def _left(event: Event, tiers: Sequence[Tier], now: datetime) -> dict[str, int]:
    if event.doc.get("published_at") is None:
        return {tier.name: tier.size for tier in tiers}
    return {tier.name: sum(block.left(now) for block in _blocks(tier, now)) for tier in tiers}


def _held_back(caller: Caller, event: Event, tiers: Sequence[Tier], now: datetime) -> dict[str, list[str]] | None:
    """The places of each tier that are kept from sale; ``None`` of a draft, and for all but the organiser."""
    if event.doc.get("published_at") is None:
        return None
    (organizer,) = cache.read(organizer_ref(event.organizer_id))
    if not roles.may(caller, organizer, frozenset(Role)):
        return None
    return {tier.name: [name for block in _blocks(tier, now) for name in block.held_back] for tier in tiers}


def forget() -> None:
    """Remember nothing."""
    _counted.clear()


def _blocks(tier: Tier, now: datetime) -> list[Block]:
    """All blocks of a tier, read once in a few seconds."""
    at, blocks = _counted.get(tier.doc.ref.path, (None, []))
    if at is None or abs(now - at) >= COUNTED_FOR or len(blocks) != tier.block_count:
        blocks = [Block(doc) for doc in documents.read(*tier.blocks()) if doc.exists]
        _counted[tier.doc.ref.path] = (now, blocks)
    return blocks
