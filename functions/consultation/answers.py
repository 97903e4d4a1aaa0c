"""What the callables answer with: the ticket, the payment and the room as the app's screens bind to them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from common.messages import ResponseModel, Timestamp
from consultation.states import CAPTURING, COMPLETED, Status
from consultation.ticket import PaymentStatus, RoomStatus, Ticket

ROOM_OF_TICKET = "Its chat room: null until its code is redeemed, unless it reopens one."
TicketStatus = Literal["pending_payment", "authorized", "used", "active", "completed", "cancelled"]


class TicketView(ResponseModel):
    """A ticket, for its buyer."""

    ticket_id: str
    status: TicketStatus
    ticket_code: str | None = Field(description="The code to redeem, while the ticket is authorized.")
    payment_intent_id: str | None
    amount: int = Field(description="JPY")
    currency: str
    expires_at: Timestamp | None = Field(description="When the ticket lapses unless the session starts before.")
    cancel_reason: str | None
    chat_room_id: str | None = Field(description=ROOM_OF_TICKET)

    @classmethod
    def of(cls, ticket: Ticket) -> TicketView:
        status = ticket.state.status
        return cls(
            ticket_id=ticket.id,
            status=status.value,
            ticket_code=ticket.code if status is Status.AUTHORIZED else None,
            payment_intent_id=ticket.payment_intent_id,
            amount=ticket.amount,
            currency=ticket.doc["currency"],
            expires_at=ticket.time("expires_at"),
            cancel_reason=ticket.doc.get("cancel_reason"),
            chat_room_id=ticket.known_room_id,
        )


class PaymentView(ResponseModel):
    """What became of a payment."""

    payment_intent_id: str | None
    ticket_id: str
    status: PaymentStatus
    decision: Literal["capture", "void"] | None = Field(
        description="What was decided. While the status does not show it yet, Stripe is still to be reached."
    )
    amount: int = Field(description="JPY held")
    amount_captured: int = Field(description="JPY captured, or decided to be")
    currency: str
    cancel_reason: str | None

    @classmethod
    def of(cls, ticket: Ticket) -> PaymentView:
        decision = ticket.decision
        captured = ticket.state == CAPTURING or ticket.state == COMPLETED
        return cls(
            payment_intent_id=ticket.payment_intent_id,
            ticket_id=ticket.id,
            status=ticket.payment_status,
            decision=None if decision is None else decision.value,
            amount=ticket.amount,
            amount_captured=int(ticket.doc.get("capture_amount") or ticket.amount) if captured else 0,
            currency=ticket.doc.get("currency") or "jpy",
            cancel_reason=ticket.doc.get("cancel_reason"),
        )


class RoomView(ResponseModel):
    """A chat room and where its session stands."""

    chat_room_id: str
    ticket_id: str
    status: RoomStatus
    ticket_status: TicketStatus
    started_at: Timestamp | None
    ends_at: Timestamp | None = Field(description="When the session ends or ended.")
    expires_at: Timestamp | None = Field(description="When the ticket lapses unless the session starts before.")

    @classmethod
    def of(cls, ticket: Ticket) -> RoomView:
        return cls(
            chat_room_id=ticket.room_id,
            ticket_id=ticket.id,
            status=ticket.room_status,
            ticket_status=ticket.state.status.value,
            started_at=ticket.time("started_at"),
            ends_at=ticket.ends_at,
            expires_at=ticket.time("expires_at"),
        )
