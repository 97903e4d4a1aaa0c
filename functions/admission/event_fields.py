"""What an organiser says of an event, in createEvent and updateEvent."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Self
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from admission.request_fields import EventId, Gate, OrganizerId, RowLabel, SeatNumber, TierId
from admission.tier import MOST_BLOCKS, SEATS_A_ROW
from common.messages import IsoTime, Part, RequestModel
from payments.prices import MAXIMUM_JPY, MINIMUM_JPY

MOST_PLACES = 100_000
MOST_HELD_SEATS = 2_000
DEFAULT_TERMS = {"until_hours": 72, "fee_percent": 0, "fee_jpy": 0}
DEFAULT_LIMIT = 10


def _a_price(value: int) -> int:
    if 0 < value < MINIMUM_JPY:
        raise ValueError("Stripe charges no less than 50 JPY")
    return value


def _a_timezone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("no such time zone")
    return value


Title = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Text = Annotated[str, StringConstraints(max_length=5000)]
Category = Annotated[str, StringConstraints(min_length=1, max_length=50)]
Price = Annotated[int, Field(ge=0, le=MAXIMUM_JPY, description="JPY: 0, or 50 and more."), AfterValidator(_a_price)]
Places = Annotated[int, Field(ge=1, le=MOST_PLACES)]
TimeZone = Annotated[str, StringConstraints(max_length=64), AfterValidator(_a_timezone)]
Limit = Annotated[int, Field(ge=1, le=100)]


class RowFields(Part):
    """A row of seats, ``A-1`` to ``A-10``."""

    row: RowLabel
    seats: int = Field(ge=1, le=SEATS_A_ROW)


class TierFields(Part):
    """A kind of place: so many of them, or rows of seats."""

    tier: TierId
    name: Title
    price: Price
    size: Places | None = None
    rows: list[RowFields] | None = Field(None, min_length=1, max_length=MOST_BLOCKS)
    held_back: int | None = Field(
        None, ge=0, le=MOST_PLACES, description="How many places are kept from sale, of a tier without rows."
    )
    held_back_seats: list[SeatNumber] | None = Field(
        None, max_length=MOST_HELD_SEATS, description="The seats that are kept from sale, of a tier with rows."
    )
    gates: list[Gate] | None = Field(
        None, max_length=50, description="Where people with a ticket of it are let in; everywhere if empty."
    )

    @model_validator(mode="after")
    def _places_or_rows(self) -> Self:
        if self.rows is not None and len({row.row for row in self.rows}) != len(self.rows):
            raise ValueError("a row stands twice")
        if self.rows is None and self.size is None:
            raise ValueError("size or rows")
        if self.rows is not None and self.size not in (None, self.places):
            raise ValueError("size and rows differ")
        return self

    @model_validator(mode="after")
    def _held_back_of_its_own(self) -> Self:
        seats = self.held_back_seats or []
        if self.rows is not None and self.held_back is not None:
            raise ValueError("held_back_seats says which seats of a tier with rows are kept")
        if self.rows is None and self.held_back_seats is not None:
            raise ValueError("held_back says how many places of a tier without rows are kept")
        known = {f"{row.row}-{seat}" for row in self.rows or () for seat in range(1, row.seats + 1)}
        if (self.held_back or 0) > self.places or {*seats} - known or len({*seats}) != len(seats):
            raise ValueError("there are no such places to keep")
        return self

    @property
    def places(self) -> int:
        return sum(row.seats for row in self.rows) if self.rows is not None else int(self.size or 0)


class CancelTerms(Part):
    """Until when a ticket may be given back, and what is kept of its price then."""

    until_hours: int = Field(72, ge=0, le=24 * 365, description="Hours before the event begins.")
    fee_percent: int = Field(0, ge=0, le=100)
    fee_jpy: int = Field(0, ge=0, le=MAXIMUM_JPY)


class _Optional(RequestModel):
    description: Text | None = None
    venue_address: Text | None = None
    doors_open_at: IsoTime | None = None
    ends_at: IsoTime | None = None
    category: Category | None = None
    timezone: TimeZone | None = Field(None, description="Asia/Tokyo where absent.")
    sales_start_at: IsoTime | None = None
    sales_end_at: IsoTime | None = None
    max_per_person: Limit | None = Field(None, description="Places that one person may have, in all orders; 10.")
    cancel_terms: CancelTerms | None = Field(None, description="In full until 72 hours before, where absent.")
    transferable: bool | None = None
    reentry: bool | None = None
    rotating_qr: bool | None = Field(
        None, description="Whether a ticket's code is good for a few minutes only, so that a picture of it is not."
    )


class CreateEventRequest(_Optional):
    """A new event, which nobody sees until it is published."""

    organizer_id: OrganizerId
    title: Title
    venue_name: Title
    event_date: IsoTime
    tiers: list[TierFields] = Field(min_length=1, max_length=20)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check_tiers(self.tiers)
        return self


class UpdateEventRequest(_Optional):
    """What changes of an event. What is not given stays.

    Of a draft the tiers are replaced. Once it was published, those that are named change their name, price or size.
    """

    event_id: EventId
    version: int | None = Field(None, ge=1)
    title: Title | None = None
    venue_name: Title | None = None
    event_date: IsoTime | None = None
    tiers: list[TierFields] | None = Field(None, min_length=1, max_length=20)

    @model_validator(mode="after")
    def _sound(self) -> Self:
        check_tiers(self.tiers or [])
        return self


def check_tiers(tiers: list[TierFields]) -> None:
    """Refuse tiers that cannot be sold together.

    Raises:
        ValueError: with why.
    """
    if len({each.tier for each in tiers}) != len(tiers):
        raise ValueError("a tier stands twice")
    if sum(each.places for each in tiers) > MOST_PLACES:
        raise ValueError("too many places")
    if sum(len(each.rows or ()) for each in tiers) > MOST_BLOCKS // 2:
        raise ValueError("too many rows")
    rows = [row.row for each in tiers for row in each.rows or ()]
    if len(set(rows)) != len(rows):
        raise ValueError("a row stands in two tiers")


def given(request: _Optional, *left_out: str) -> dict[str, Any]:
    """The fields of an event that a request gives, as its document keeps them."""
    return request.model_dump(exclude_none=True, exclude={"inline_errors", "tiers", *left_out})


def in_order(fields: dict[str, Any]) -> bool:
    """Whether an event's times follow each other."""
    times = ("sales_start_at", "sales_end_at"), ("doors_open_at", "event_date"), ("event_date", "ends_at")
    return all(_before(fields.get(first), fields.get(then)) for first, then in times)


def _before(first: datetime | None, then: datetime | None) -> bool:
    return first is None or then is None or first <= then
