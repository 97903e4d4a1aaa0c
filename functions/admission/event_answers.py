"""An event as its organiser and its buyers see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, Field

from admission.event import Event
from admission.tier import Tier
from common.messages import ResponseModel, Timestamp


class TermsView(BaseModel):
    """Until when a ticket may be given back, and what is kept then."""

    until_hours: int
    fee_percent: int
    fee_jpy: int = Field(description="JPY")


class RowView(BaseModel):
    """A row of seats."""

    row: str
    seats: int


class TierView(BaseModel):
    """A kind of place."""

    tier: str
    name: str
    price: int = Field(description="JPY")
    size: int
    rows: list[RowView]
    gates: list[str] = Field(description="Where people with a ticket of it are let in; everywhere if empty.")
    left: int | None = Field(None, description="Places that are free, seconds old; null where nobody counted.")
    held_back: int | None = Field(None, description="Places kept from sale; null but for the organiser.")
    held_back_seats: list[str] | None = Field(None, description="Which those are, of a tier with rows; likewise.")


class EventView(ResponseModel):
    """An event."""

    event_id: str
    organizer_id: str
    organizer_name: str
    title: str
    description: str | None
    venue_name: str
    venue_address: str | None
    event_date: Timestamp
    doors_open_at: Timestamp | None
    ends_at: Timestamp | None
    category: str | None
    timezone: str
    sales_start_at: Timestamp | None
    sales_end_at: Timestamp | None
    max_per_person: int
    cancel_terms: TermsView
    transferable: bool
    reentry: bool
    rotating_qr: bool = Field(description="Whether a ticket's code is good for a few minutes only.")
    status: str = Field(description="draft, published, closed or cancelled")
    version: int
    total_seats: int
    available_seats: int = Field(description="A hint; seconds old where the tiers say what is left.")
    base_price: int = Field(description="JPY. The lowest.")
    tiers: list[TierView]

    @classmethod
    def of(
        cls,
        event: Event,
        tiers: Sequence[Tier],
        left: dict[str, int] | None = None,
        held_back: dict[str, list[str]] | None = None,
    ) -> EventView:
        """The event, with what is ``left`` by tier if that was counted, and what is held back for its organiser."""
        doc = event.doc
        plain = (name for name in cls.model_fields if name not in ("ok", "event_id", "tiers"))
        fields = {name: doc.get(name) for name in plain} | {"rotating_qr": event.rotating_qr}
        if left is not None:
            fields["available_seats"] = sum(left.values())
        shown = [
            TierView(
                tier=tier.name,
                name=tier.doc["name"],
                price=tier.price,
                size=tier.size,
                rows=[RowView(**row) for row in tier.rows],
                gates=event.tier_gates.get(tier.name, []),
                left=None if left is None else left[tier.name],
                **_held_back(tier, None if held_back is None else held_back[tier.name]),
            )
            for tier in tiers
        ]
        return cls(event_id=event.id, tiers=shown, **fields)


def _held_back(tier: Tier, places: list[str] | None) -> dict[str, Any]:
    if places is None:
        return {name: tier.doc.get(name) for name in ("held_back", "held_back_seats")}
    return {"held_back": len(places), "held_back_seats": sorted(places) if tier.rows else None}
