"""capturePaymentIntent and cancelPaymentIntent: the two ends of a hold."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from common import clock
from common.callable import Caller, callable_function
from common.errors import CallReason, Refusal
from common.messages import AdministeredRequest, DocumentId
from common.params import STRIPE_SECRET_KEY
from consultation import access
from consultation.answers import PaymentView
from consultation.commands import command
from consultation.happening import Happening
from consultation.reasons import ConsultationReason
from consultation.request_fields import PaymentIntentId
from consultation.states import CAPTURING, COMPLETED, Event
from consultation.ticket import Ticket, unserved
from payments.limits import count_stripe_call
from payments.prices import MAXIMUM_JPY, MINIMUM_JPY
from payments.reasons import PaymentReason


class CapturePaymentIntentRequest(AdministeredRequest):
    """The payment to capture."""

    payment_intent_id: PaymentIntentId
    amount: int | None = Field(
        None,
        ge=MINIMUM_JPY,
        le=MAXIMUM_JPY,
        description="JPY to capture, at most what is held; the rest is released. Everything when absent.",
    )


class CancelPaymentIntentRequest(AdministeredRequest):
    """The payment to void, or for a perk ticket, which has none, its chat room."""

    payment_intent_id: PaymentIntentId | None = None
    chat_room_id: DocumentId | None = None
    reason: Literal["requested_by_customer", "duplicate", "fraudulent", "abandoned"] | None = Field(
        None, description="Kept on the ticket as cancel_reason."
    )

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.payment_intent_id is None) == (self.chat_room_id is None):
            raise ValueError("exactly one of paymentIntentId and chatRoomId")
        return self


@callable_function(
    who="the consultant or an administrator, while the session runs",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        PaymentReason.PAYMENT_NOT_FOUND,
        CallReason.PERMISSION_DENIED,
        ConsultationReason.CAPTURE_AMOUNT_INVALID,
        ConsultationReason.CAPTURE_ALREADY_DECIDED,
        ConsultationReason.TICKET_UNPAID,
        ConsultationReason.SESSION_NOT_STARTED,
        ConsultationReason.TICKET_EXPIRED,
        ConsultationReason.TICKET_CANCELLED,
        ConsultationReason.TICKET_COMPLETED,
    ),
)
def capturePaymentIntent(caller: Caller, request: CapturePaymentIntentRequest) -> PaymentView:  # noqa: N802
    """Ends the session and captures all or part of what is held.

    The rule for sessions that were too short holds here too: a consultant who captures before ``min_session_minutes``
    gets the hold voided instead. If Stripe cannot be reached, the answer shows the decision, and the schedule carries
    it out.
    """
    loaded = access.by_payment(caller, request.payment_intent_id)
    if not caller.admin and caller.uid != loaded.ticket.imecon:
        raise Refusal(CallReason.PERMISSION_DENIED)

    def capture(ticket: Ticket) -> Happening:
        now = clock.now()
        if request.amount is not None:
            _check_amount(ticket, request.amount)
        event = Event.ABANDON if unserved(ticket, caller.uid, now) else Event.CAPTURE
        return Happening(event, caller.uid, now, capture_amount=request.amount)

    return PaymentView.of(command(loaded, capture))


def _check_amount(ticket: Ticket, amount: int) -> None:
    if amount > ticket.amount:
        raise Refusal(ConsultationReason.CAPTURE_AMOUNT_INVALID, held=ticket.amount)
    if ticket.state in (CAPTURING, COMPLETED) and amount != ticket.doc["capture_amount"]:
        raise Refusal(ConsultationReason.CAPTURE_ALREADY_DECIDED, amount=ticket.doc["capture_amount"])


@callable_function(
    who="the buyer, the consultant or an administrator, before the session starts",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        PaymentReason.PAYMENT_NOT_FOUND,
        ConsultationReason.ROOM_NOT_FOUND,
        ConsultationReason.SESSION_STARTED,
        ConsultationReason.TICKET_COMPLETED,
        PaymentReason.TOO_MANY_PURCHASES,
    ),
)
def cancelPaymentIntent(caller: Caller, request: CancelPaymentIntentRequest) -> PaymentView:  # noqa: N802
    """Voids a hold whose session has not started, or gives up an unpaid purchase.

    An administrator also closes a capture whose payment Stripe does not know (``payment_missing``).

    If Stripe cannot be reached, the answer shows the decision, and the schedule carries it out. Repeating it answers
    with what became of it.
    """
    if request.payment_intent_id is not None:
        loaded = access.by_payment(caller, request.payment_intent_id)
    else:
        loaded = access.by_room(caller, str(request.chat_room_id))
    if caller.uid == loaded.ticket.buyer:
        count_stripe_call(caller.uid)
    reason = request.reason or "requested_by_customer"

    def cancel(ticket: Ticket) -> Happening:
        if caller.admin and ticket.payment_missing:
            return Happening(Event.WRITE_OFF, caller.uid, clock.now())
        return Happening(Event.CANCEL, caller.uid, clock.now(), reason=reason)

    return PaymentView.of(command(loaded, cancel))
