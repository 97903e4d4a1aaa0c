"""What is asked and answered about somebody's place on a waiting list, and what that is decided on."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from admission.event import Event
from admission.records import buyer_ref, event_ref, tier_ref, waitlist_ref
from admission.request_fields import EventId, TierId
from admission.tier import Tier
from admission.waitlist import Entry, WaitStatus
from common import accounts, clock, documents
from common.callable import Caller
from common.documents import Doc
from common.messages import RequestModel, ResponseModel, Timestamp


class WaitlistRequest(RequestModel):
    """What is waited for."""

    event_id: EventId
    tier: TierId


class WaitlistResponse(ResponseModel):
    """Where the caller stands."""

    event_id: str
    tier: str
    quantity: int
    status: str = Field(description="waiting, offered, bought, lapsed, left or ended")
    joined_at: Timestamp
    order_id: str | None = Field(
        description="Once places were offered: the order to pay by payOrder, or what became of it."
    )
    expires_at: Timestamp | None = Field(description="Until when the offer stands; null where there is none.")

    @classmethod
    def of(cls, entry: Entry) -> WaitlistResponse:
        """The answer about an entry."""
        doc, offered = entry.doc, entry.status is WaitStatus.OFFERED
        return cls(
            event_id=doc["event_id"],
            tier=doc["tier"],
            quantity=entry.quantity,
            status=str(doc["status"]),
            joined_at=entry.joined_at,
            order_id=entry.order_id,
            expires_at=doc.get("offered_until") if offered else None,
        )


@dataclass
class Waiting:
    """What joining is decided on."""

    entry: Entry
    event: Event
    tier: Tier
    person: Doc

    @classmethod
    def read(cls, caller: Caller, request: WaitlistRequest) -> Waiting:
        of_event = event_ref(request.event_id), tier_ref(request.event_id, request.tier)
        entry, event, tier, person, deletion = documents.read(
            waitlist_ref(request.event_id, request.tier, caller.uid),
            *of_event,
            buyer_ref(request.event_id, caller.uid),
            accounts.deletion_ref(caller.uid),
        )
        accounts.refuse_if_deleted(deletion, clock.now())
        return cls(Entry(entry), Event(event), Tier(tier), person)
