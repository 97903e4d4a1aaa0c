"""Buying: createPaymentIntent opens a ticket and answers with what PaymentSheet needs to place the hold."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from common import clock
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import LostRace, Unit
from common.errors import Refusal
from common.messages import ResponseModel, Timestamp
from common.params import STRIPE_SECRET_KEY
from common.retry import Busy, run_until_committed
from consultation import loaded_ticket
from consultation.answers import TicketStatus
from consultation.decisions import bring_up_to_date, decide_and_carry_out, obtain
from consultation.happening import Happening, Note
from consultation.loaded_ticket import LoadedTicket
from consultation.order import CreatePaymentIntentRequest, Order, agree
from consultation.reasons import ConsultationReason
from consultation.settle import settle
from consultation.states import PENDING, Event
from consultation.ticket import Ticket
from consultation.transition import record
from payments import payment_intents
from payments.failures import Missing, Rejected, Unavailable
from payments.objects import PaymentIntent
from payments.reasons import PaymentReason

EXTEND_AFTER = timedelta(minutes=1)
ROUNDS = 3


class CreatePaymentIntentResponse(ResponseModel):
    """The live ticket of this buyer and consultant, new or already there."""

    client_secret: str | None = Field(description="For PaymentSheet; null once the card is held.")
    clientSecret: str | None = Field(description="The same, in the spelling of older screens.")  # noqa: N815
    payment_intent_id: str | None
    ticket_id: str
    status: TicketStatus
    amount: int = Field(description="JPY")
    currency: str
    expires_at: Timestamp | None


@callable_function(
    who="a signed-in buyer",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        ConsultationReason.IMECON_UNAVAILABLE,
        ConsultationReason.TICKET_TYPE_UNAVAILABLE,
        PaymentReason.AMOUNT_MISMATCH,
        PaymentReason.CURRENCY_MISMATCH,
        ConsultationReason.SELF_PURCHASE,
        ConsultationReason.ROOM_NOT_REOPENABLE,
        PaymentReason.TOO_MANY_PURCHASES,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.PAYMENT_REJECTED,
    ),
)
def createPaymentIntent(caller: Caller, request: CreatePaymentIntentRequest) -> CreatePaymentIntentResponse:  # noqa: N802
    """Places a hold on the buyer's card for one consultation, to be paid with PaymentSheet.

    Calling it again for the same consultant is how an app recovers after a restart: it answers with the ticket that
    is already there and the same client secret while it is unpaid. A pair has one live ticket at a time; an unpaid one
    is given up when another ticket type or another room to reopen is asked for.
    """
    if request.imecon_id == caller.uid:
        raise Refusal(ConsultationReason.SELF_PURCHASE)
    for _ in range(ROUNDS):
        loaded = run_until_committed(lambda: _live_ticket(caller, request))
        intent = _intent(loaded)
        # A ticket that Stripe has meanwhile closed makes room for a new one.
        if loaded.ticket.state.live:
            return _answer(loaded.ticket, intent)
    raise Busy


def _live_ticket(caller: Caller, request: CreatePaymentIntentRequest) -> LoadedTicket:
    """The pair's live ticket; a new one if there is none. What a schedule has left undone on it is done first."""
    order = Order.read(caller, request)
    if order.lock.exists:
        loaded = loaded_ticket.load(order.lock["ticket_id"])
        if loaded is None:
            raise LostRace
        bring_up_to_date(loaded)
        if loaded.ticket.state.decision is not None:
            raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)
        if loaded.ticket.state == PENDING and not _asks_for(request, loaded.ticket):
            _give_up(loaded, order)
        if loaded.ticket.state.live:
            if loaded.ticket.state == PENDING:
                agree(request.amount, request.currency, loaded.ticket.amount, loaded.ticket.doc["currency"])
                _extend(loaded.ticket)
            return loaded
        order = Order.read(caller, request)
        if order.lock.exists:
            raise LostRace
    return order.place()


def _asks_for(request: CreatePaymentIntentRequest, ticket: Ticket) -> bool:
    """Whether an unpaid ticket is what is asked for: of this type, and for this room, if one is named."""
    room = ticket.doc.get("chat_room_ref")
    return ticket.doc["type"] == request.ticket_type and request.chat_room_id in (None, room and room.id)


def _give_up(loaded: LoadedTicket, order: Order) -> None:
    """Close a purchase for the sake of an order that may be placed, unless its card is held by now."""
    order.check(clock.now())
    _intent(loaded)

    def cancel(ticket: Ticket) -> Happening | None:
        if ticket.state != PENDING:
            return None
        return Happening(Event.CANCEL, ticket.buyer, clock.now(), reason="abandoned")

    decide_and_carry_out(loaded, cancel)
    if loaded.ticket.state.decision is not None:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)


def _extend(ticket: Ticket) -> None:
    """Give a buyer who comes back the full time to pay again. Twins of one call extend once."""
    now = clock.now()
    until = now + timedelta(minutes=ticket.terms.pending_minutes)
    if until - (ticket.time("expires_at") or now) < EXTEND_AFTER:
        return
    unit = Unit()
    record(unit, ticket, Happening(Note.EXTEND, ticket.buyer, now), {"expires_at": until, "due_at": until})
    unit.commit()


def _intent(loaded: LoadedTicket) -> PaymentIntent | None:
    """The PaymentIntent to pay, or ``None`` when there is nothing left to pay."""
    if loaded.ticket.state != PENDING:
        return None
    try:
        known = loaded.ticket.payment_intent_id
        fact = obtain(loaded) if known is None else payment_intents.retrieve(known)
        loaded.ticket = settle(fact, loaded=loaded) or loaded.ticket
        if loaded.ticket.state != PENDING:
            return None
        # A twin of this call may have been first; only the PaymentIntent on the ticket is ever given out.
        mine = loaded.ticket.payment_intent_id
        return fact if mine in (None, fact.id) else payment_intents.retrieve(str(mine))
    except Unavailable as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    except (Rejected, Missing) as error:
        raise Refusal(PaymentReason.PAYMENT_REJECTED) from error


def _answer(ticket: Ticket, intent: PaymentIntent | None) -> CreatePaymentIntentResponse:
    secret = intent.client_secret if intent is not None else None
    return CreatePaymentIntentResponse(
        client_secret=secret,
        clientSecret=secret,
        payment_intent_id=ticket.payment_intent_id,
        ticket_id=ticket.id,
        status=ticket.state.status.value,
        amount=ticket.amount,
        currency=ticket.doc["currency"],
        expires_at=ticket.time("expires_at"),
    )
