"""An event, as its document says, and when its tickets are on sale."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud import firestore

from admission.records import tier_ref
from admission.states import EventStatus
from common.documents import DocumentView

CANCEL_ORDERS = "cancel_orders"
"""What is due of a cancelled event."""


class Event(DocumentView):
    """``events/{id}``. ``available_seats`` is a hint, which no purchase writes; the blocks say what is left."""

    @property
    def status(self) -> EventStatus:
        return EventStatus(self.doc["status"])

    @property
    def version(self) -> int:
        return int(self.doc["version"])

    @property
    def organizer_id(self) -> str:
        return str(self.doc["organizer_id"])

    @property
    def tiers(self) -> list[str]:
        """The ids of its tiers, in the organiser's order."""
        found: list[str] = self.doc["tiers"]
        return found

    @property
    def max_per_person(self) -> int:
        return int(self.doc["max_per_person"])

    @property
    def rotating_qr(self) -> bool:
        """Whether the codes of its tickets are good for a few minutes only."""
        return bool(self.doc.get("rotating_qr"))

    @property
    def tier_gates(self) -> dict[str, list[str]]:
        """Where people with a ticket of a tier are let in; everywhere if it is not named."""
        found: dict[str, list[str]] = self.doc.get("tier_gates") or {}
        return found

    def tier_refs(self) -> list[firestore.DocumentReference]:
        return [tier_ref(self.id, tier) for tier in self.tiers]

    def on_sale(self, now: datetime) -> bool:
        """Whether its tickets may be bought: until it begins, or until what the organiser said."""
        if not self.exists:
            return False
        starts = self.doc.get("sales_start_at")
        return self.status is EventStatus.PUBLISHED and (starts is None or starts <= now) and now < self.sale_ends

    @property
    def sale_ends(self) -> datetime:
        """When it is too late to buy."""
        ends: datetime = self.doc.get("sales_end_at") or self.doc["event_date"]
        return ends

    def on_tickets(self) -> dict[str, Any]:
        """What an order and its tickets repeat of it."""
        return {
            "event_title": self.doc["title"],
            "event_date": self.doc["event_date"],
            "venue_name": self.doc["venue_name"],
        }
