"""Buying: createPaymentIntent opens a ticket and answers with what PaymentSheet needs to place the hold."""

from __future__ import annotations

from datetime import datetime, timedelta

from pydantic import Field

from common import clock
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import LostRace, Unit
from common.errors import Refusal
from common.messages import ResponseModel, Timestamp
from common.params import STRIPE_SECRET_KEY
from common.retry import Busy, run_until_committed
from consultation import card_testing, pair
from consultation.answers import ROOM_OF_TICKET, TicketStatus
from consultation.decisions import obtain
from consultation.happening import Happening, Note
from consultation.limits import DECLINES
from consultation.loaded_ticket import LoadedTicket
from consultation.on_sale import still_sold
from consultation.order import CreatePaymentIntentRequest, Order
from consultation.reasons import ConsultationReason
from consultation.settle import settle, settle_missing
from consultation.states import PENDING
from consultation.ticket import Ticket
from consultation.transition import record
from payments import payment_intents
from payments.failures import Missing, Rejected, Unavailable
from payments.limits import count_stripe_call
from payments.objects import PaymentIntent
from payments.reasons import PaymentReason

EXTEND_AFTER = timedelta(minutes=1)
LONGEST_UNPAID = timedelta(hours=18)
"""From then on an unpaid purchase is closed, however often it was asked for. Its creation can then still be repeated
under its key, which Stripe keeps for a day (``payments.attempts``), also by a schedule that is late."""
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
    chat_room_id: str | None = Field(description=ROOM_OF_TICKET)


@callable_function(
    who="a signed-in buyer",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        ConsultationReason.IMECON_UNAVAILABLE,
        ConsultationReason.TICKET_TYPE_UNAVAILABLE,
        PaymentReason.AMOUNT_MISMATCH,
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
    is already there and the same client secret while it is unpaid. A pair has one live ticket at a time. An unpaid one
    is given up when another ticket type or another room to reopen is asked for, when it is not what is on sale any more
    (price, terms, the consultant), and after 18 hours; a new one takes its place if there may be one. Too many
    purchases without a hold, or too many declined cards, stop a buyer for up to an hour.
    """
    if request.imecon_id == caller.uid:
        raise Refusal(ConsultationReason.SELF_PURCHASE)
    for _ in range(ROUNDS):
        loaded = run_until_committed(lambda: _live_ticket(caller, request))
        intent = _intent(loaded)
        # A ticket that Stripe has meanwhile closed, or does not know, makes room for a new one.
        if loaded.ticket.state.live and loaded.ticket.state.decision is None:
            return _answer(loaded.ticket, intent)
    raise Busy


def _live_ticket(caller: Caller, request: CreatePaymentIntentRequest) -> LoadedTicket:
    """The pair's live ticket; a new one if there is none. What a schedule has left undone on it is done first."""
    order = Order.read(caller, request)
    if order.lock.exists:
        loaded = pair.holder(order.lock)
        if loaded.ticket.state == PENDING:
            count_stripe_call(caller.uid)
            _keep_or_give_up(loaded, order)
        if loaded.ticket.state.live:
            return loaded
        order = Order.read(caller, request)
        if order.lock.exists:
            raise LostRace
    return order.place()


def _keep_or_give_up(loaded: LoadedTicket, order: Order) -> None:
    """Keep an unpaid purchase open, or close it: what is not sold any more, or for the sake of what may be had."""
    now, ticket = clock.now(), loaded.ticket
    if DECLINES.reached(order.declined, now):
        pair.make_way(loaded, "too_many_declines")
    elif not (still_sold(ticket) and _may_wait(ticket, now)):
        pair.make_way(loaded, "not_on_sale")
    elif not order.asks_for(ticket):
        order.check()
        pair.make_way(loaded, "abandoned")
    else:
        order.agree(ticket.amount)
        _extend(ticket, now)


def _may_wait(ticket: Ticket, now: datetime) -> bool:
    """Whether it is young enough to be given the full time to pay once more."""
    created_at = ticket.time("created_at") or now
    return now + timedelta(minutes=ticket.terms.pending_minutes) <= created_at + LONGEST_UNPAID


def _extend(ticket: Ticket, now: datetime) -> None:
    """Give a buyer who comes back the full time to pay again. Twins of one call extend once."""
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
    known = loaded.ticket.payment_intent_id
    try:
        fact = obtain(loaded) if known is None else payment_intents.retrieve(known)
        settle(fact, loaded=loaded)
        loaded.ticket = card_testing.watch(loaded.ticket, fact) or loaded.ticket
        if loaded.ticket.state != PENDING:
            return None
        # A twin of this call may have been first; only the PaymentIntent on the ticket is ever given out.
        mine = loaded.ticket.payment_intent_id
        return fact if mine in (None, fact.id) else payment_intents.retrieve(str(mine))
    except Unavailable as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    except Missing:
        settle_missing(loaded)
        return None
    except Rejected as error:
        if known is None:
            # There is nothing to pay and never will be, so it must not keep the pair from buying.
            pair.give_up(loaded, "stripe", "rejected")
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
        chat_room_id=ticket.known_room_id,
    )
