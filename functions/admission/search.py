"""searchEvents: published, coming events by words, category, dates and prices, a page at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Self

from pydantic import BaseModel, Field, StringConstraints, model_validator

from admission import search_index
from admission.event_fields import Category
from admission.search_index import Row
from admission.search_query import Query, SearchEngine
from admission.search_table import SearchTable
from common import ids
from common.callable import Caller, callable_function
from common.made_once import MadeOnce
from common.messages import IsoTime, RequestModel, ResponseModel, Timestamp
from payments.prices import MAXIMUM_JPY

SearchText = Annotated[str, StringConstraints(max_length=100)]
Cursor = Annotated[str, StringConstraints(pattern=rf"^[0-9]{{1,17}}\.{ids.PLAIN}$", max_length=100)]
PriceBound = Annotated[int, Field(ge=0, le=MAXIMUM_JPY, description="JPY. Of any of the event's tiers.")]


class SearchEventsRequest(RequestModel):
    """What to look for; every event that is coming where nothing is given."""

    text: SearchText | None = Field(None, description="Words, or parts of words: each must be found, in any of them.")
    category: Category | None = None
    from_: IsoTime | None = Field(None, alias="from", description="The earliest beginning.")
    to: IsoTime | None = Field(None, description="The latest beginning.")
    min_price: PriceBound | None = None
    max_price: PriceBound | None = None
    cursor: Cursor | None = Field(None, description="The last answer's next; the first page where absent.")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.from_ is not None and self.to is not None and self.from_ > self.to:
            raise ValueError("from is after to")
        if self.min_price is not None and self.max_price is not None and self.min_price > self.max_price:
            raise ValueError("min_price is above max_price")
        return self


class FoundEvent(BaseModel):
    """An event as a list shows it."""

    event_id: str
    organizer_id: str
    organizer_name: str
    title: str
    description: str = Field(description="Its first 200 characters.")
    venue_name: str
    venue_address: str = Field(description="Its first 200 characters.")
    event_date: Timestamp
    ends_at: Timestamp | None
    category: str | None
    timezone: str
    base_price: int = Field(description="JPY. The lowest.")

    @classmethod
    def of(cls, event_id: str, row: Row) -> FoundEvent:
        """The event of a row."""
        times = {name: _time(row[name]) for name in ("event_date", "ends_at")}
        shown = {name: row[name] for name in cls.model_fields if name in row}
        return cls(**{**shown, **times, "event_id": event_id})


class SearchEventsResponse(ResponseModel):
    """A page of events, those that begin first before the others."""

    events: list[FoundEvent]
    next: str | None = Field(description="The cursor of the next page; null at the end.")


@MadeOnce
def engine() -> SearchEngine:
    """What searches here."""
    return SearchTable()


@callable_function(who="a signed-in user")
def searchEvents(_: Caller, request: SearchEventsRequest) -> SearchEventsResponse:  # noqa: N802
    """Finds published events that are not over, as they were at most a minute ago.

    Width, case and the kind of kana do not matter. Titles, names of venues and organisers, categories, and the first
    200 characters of addresses and descriptions are searched. Pages stay in order while events come and go.
    """
    found = engine().find(
        Query(
            text=request.text,
            category=request.category,
            since=request.from_,
            until=request.to,
            min_price=request.min_price,
            max_price=request.max_price,
            after=_after(request.cursor),
        )
    )
    events = [FoundEvent.of(event_id, row) for event_id, row in found.events]
    return SearchEventsResponse(events=events, next=_cursor(*found.events[-1]) if found.more else None)


def _cursor(event_id: str, row: Row) -> str:
    return f"{row['event_date']}.{event_id}"


def _after(cursor: str | None) -> tuple[int, str] | None:
    if cursor is None:
        return None
    begins, _, event_id = cursor.partition(".")
    return int(begins), event_id


def _time(number: int | None) -> datetime | None:
    return None if number is None else search_index.from_micros(number)
