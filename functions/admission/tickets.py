"""Tickets: one for each place of a paid order, issued in the commit that decides about the money."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Self

from google.cloud import firestore
from pydantic import BaseModel, Field

from admission.order import Order
from admission.records import ticket_ref
from admission.states import TicketStatus
from common.documents import Doc, Unit
from common.messages import Timestamp


class TicketView(BaseModel):
    """A ticket as it is answered."""

    ticket_id: str
    event_id: str
    tier: str
    seat_number: str = Field(description="A seat, or the place's number.")
    price: int = Field(description="JPY")
    status: str = Field(description="valid, used or cancelled")
    holder_name: str | None
    event_title: str
    event_date: Timestamp
    venue_name: str
    purchase_date: Timestamp

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Self:
        return cls(**{name: fields[name] for name in TicketView.model_fields})


def refs(order: Order) -> list[firestore.DocumentReference]:
    """The documents of an order's tickets."""
    return [ticket_ref(order.id, number) for number in range(len(order.items))]


def views(docs: Iterable[Doc]) -> list[TicketView]:
    """Those that are there."""
    return [TicketView.of(doc.data) for doc in docs if doc.data is not None]


def new_tickets(order: Order, payment_id: str | None, now: datetime) -> list[dict[str, Any]]:
    """The tickets of an order, as their documents say."""
    names = order.doc.get("names") or []
    fields = []
    for number, (item, reference) in enumerate(zip(order.items, refs(order), strict=True)):
        fields.append(
            {
                **{name: order.doc[name] for name in ("event_title", "event_date", "venue_name")},
                "ticket_id": reference.id,
                "event_id": order.event_id,
                "order_id": order.id,
                "organizer_id": order.doc["organizer_id"],
                "purchaser_id": order.buyer,
                "holder_id": order.buyer,
                "holder_name": names[number] if number < len(names) else None,
                "tier": item.tier,
                "seat_number": item.seat_number,
                "price": item.price,
                "purchase_date": now,
                "status": TicketStatus.VALID,
                "blocked": False,
                "payment_id": payment_id,
                "generation": 1,
                "version": 1,
            }
        )
    return fields


def issue(unit: Unit, order: Order, payment_id: str | None, now: datetime) -> None:
    """Plan the tickets of an order that is in the commit."""
    for reference, fields in zip(refs(order), new_tickets(order, payment_id, now), strict=True):
        unit.create_unread(reference, fields)


UNPAID = "unpaid"
"""``event_tickets/{id}.ended_because``: its payment came to nothing before it was captured."""


def cancel_all(unit: Unit, order: Order, now: datetime, because: str | None) -> None:
    """Plan to end all tickets of an order, blindly: guarded by the order."""
    ended = {"status": TicketStatus.CANCELLED, "ended_because": because}
    for reference in refs(order):
        unit.merge_blindly(reference, {**ended, **seen_at_the_door(now)})


def seen_at_the_door(now: datetime) -> dict[str, Any]:
    """What every blind change of a ticket writes that phones at a door must hear of."""
    return {"door_changed_at": now, "version": firestore.Increment(1)}
