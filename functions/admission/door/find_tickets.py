"""findTickets: who has no code to show is found by name or seat, to be let in by hand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Self

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import BaseModel, Field, StringConstraints, model_validator

from admission.door.readable import FIELDS, readable, told
from admission.door.standing import stand
from admission.reasons import AdmissionReason
from admission.request_fields import EventId, TicketId
from admission.search_table import folded
from common import documents
from common.callable import Caller, callable_function
from common.errors import CallReason
from common.messages import RequestModel, ResponseModel, Timestamp

PAGE = 20
MOST_LOOKED_AT = 1_000
"""Tickets that one call reads. Of a larger event the app goes on with ``next``."""
_SHOWN = ("ticket_id", "tier", "seat_number", "holder_name", "status", "inside", "entered_at")


class FindTicketsRequest(RequestModel):
    """A part of a name, a seat, or both."""

    event_id: EventId
    name: Annotated[str, StringConstraints(min_length=1, max_length=100)] | None = Field(
        None,
        description="Words that stand somewhere in the holder's name, whatever their case, width and kind of kana.",
    )
    seat_number: Annotated[str, StringConstraints(min_length=1, max_length=12)] | None = Field(
        None, description="The whole of it: A-1, or a place's number."
    )
    cursor: TicketId | None = Field(None, description="The last answer's next; the first page where absent.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.name is None and self.seat_number is None:
            raise ValueError("name or seat_number")
        if self.name is not None and not folded(self.name).split():
            raise ValueError("a name of nothing that can be seen")
        return self


class FoundTicket(BaseModel):
    """A ticket, for the door."""

    ticket_id: str = Field(description="The id in `event_tickets`.")
    tier: str
    seat_number: str
    holder_name: str | None
    status: str = Field(description="valid, used or cancelled")
    inside: bool
    entered_at: Timestamp | None

    @classmethod
    def of(cls, fields: dict[str, Any]) -> FoundTicket:
        shown = {name: fields.get(name) for name in _SHOWN}
        return cls(**{**shown, "inside": bool(shown["inside"])})


class FindTicketsResponse(ResponseModel):
    """A page of the tickets that were found, in no order that means anything."""

    tickets: list[FoundTicket]
    next: str | None = Field(description="Where to go on, also if nothing was found yet; null at the end.")


@callable_function(
    who="whoever stands at the event's door, as for validateTicket",
    reasons=(CallReason.PERMISSION_DENIED, AdmissionReason.EVENT_NOT_FOUND),
)
def findTickets(caller: Caller, request: FindTicketsRequest) -> FindTicketsResponse:  # noqa: N802
    """Finds tickets of an event by their holder's name or their seat, 20 a page and 1,000 looked through at most."""
    stand(caller, request.event_id)
    looked_at, words = list(_tickets(request)), folded(request.name or "").split()
    found = [FoundTicket.of(ticket) for ticket in looked_at if _may_be_shown(ticket) and _has(ticket, words)]
    if len(found) > PAGE:
        return FindTicketsResponse(tickets=found[:PAGE], next=found[PAGE - 1].ticket_id)
    more = len(looked_at) == MOST_LOOKED_AT
    return FindTicketsResponse(tickets=found, next=str(looked_at[-1]["ticket_id"]) if more else None)


def _tickets(request: FindTicketsRequest) -> Iterator[dict[str, Any]]:
    query = documents.collection("event_tickets").where(filter=FieldFilter("event_id", "==", request.event_id))
    if request.seat_number is not None:
        query = query.where(filter=FieldFilter("seat_number", "==", request.seat_number))
    query = query.select({*_SHOWN, *FIELDS}).order_by("__name__").limit(MOST_LOOKED_AT)
    if request.cursor is not None:
        query = query.start_after({"__name__": request.cursor})
    for found in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS):
        yield {**(found.to_dict() or {}), "ticket_id": found.id}


def _may_be_shown(ticket: dict[str, Any]) -> bool:
    if not readable(ticket):
        told(ticket["ticket_id"])
        return False
    return True


def _has(ticket: dict[str, Any], words: list[str]) -> bool:
    """Whether every word stands in the holder's name, however that is spaced."""
    name = "".join(folded(ticket.get("holder_name") or "").split())
    return all(word in name for word in words)
