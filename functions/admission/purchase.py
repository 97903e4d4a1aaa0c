"""purchaseTicket and payOrder: places are held first, and Stripe is asked for a payment then."""

from __future__ import annotations

from itertools import count

from pydantic import Field

from admission.decisions import accept, ask_stripe, end
from admission.inventory import TierChanged
from admission.order import LoadedOrder, Order
from admission.ordering import Ordering, PurchaseTicketRequest
from admission.own_order import OrderStatusName, of_buyer
from admission.reasons import AdmissionReason
from admission.request_fields import OrderId
from admission.states import PENDING, OrderEvent
from admission.tickets import TicketView, new_tickets
from common import clock
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import LostRace
from common.errors import CallReason, Refusal
from common.messages import RequestModel, ResponseModel, Timestamp
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from payments.failures import Rejected, Unavailable
from payments.limits import count_stripe_call
from payments.objects import PaymentIntent
from payments.reasons import PaymentReason

RETRY_AFTER_SECONDS = 5


class OrderAnswer(ResponseModel):
    """An order, and what PaymentSheet needs while it is unpaid."""

    order_id: str
    status: OrderStatusName
    expires_at: Timestamp | None = Field(description="Until when its places are held; null once it is paid.")
    client_secret: str | None = Field(description="For PaymentSheet; null where there is nothing to pay.")
    payment_id: str | None
    amount: int = Field(description="JPY")
    retry_after_seconds: int | None = Field(
        None, description="Stripe cannot be asked now: the places are held, call payOrder in so many seconds."
    )
    tickets: list[TicketView] = Field(default=[], description="Of a free order, at once.")


class PayOrderRequest(RequestModel):
    """The order to pay."""

    order_id: OrderId


_REASONS = (
    AccountReason.ACCOUNT_DELETED,
    PaymentReason.PAYMENT_REJECTED,
)


@callable_function(
    who="a signed-in buyer",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        *_REASONS,
        AdmissionReason.EVENT_NOT_FOUND,
        AdmissionReason.EVENT_NOT_ON_SALE,
        AdmissionReason.SOLD_OUT,
        AdmissionReason.SEAT_TAKEN,
        AdmissionReason.LIMIT_PER_PERSON,
        AdmissionReason.REQUEST_ID_USED,
        PaymentReason.AMOUNT_MISMATCH,
    ),
)
def purchaseTicket(caller: Caller, request: PurchaseTicketRequest) -> OrderAnswer:  # noqa: N802
    """Holds places for ten minutes, to be paid with PaymentSheet. What is free is given at once.

    Repeating it with the same ``request_id`` answers with the same order. If Stripe does not answer, the places stay
    held, and ``retry_after_seconds`` says when to ask by ``payOrder``; likewise of who asks too often.
    """
    tries = count()
    loaded = run_until_committed(lambda: _place(caller, request, anew=next(tries) > 0))
    return answer(caller, loaded)


def _place(caller: Caller, request: PurchaseTicketRequest, *, anew: bool) -> LoadedOrder:
    try:
        return Ordering.read(caller, request, anew).place()
    except TierChanged:
        # A price or a size was changed less than a minute ago: read anew in the next round.
        raise LostRace from None


@callable_function(
    who="the buyer",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(*_REASONS[1:], AdmissionReason.ORDER_NOT_FOUND, AdmissionReason.ORDER_EXPIRED),
)
def payOrder(caller: Caller, request: PayOrderRequest) -> OrderAnswer:  # noqa: N802
    """Gives the client secret of an order that waits for its payment, or says when to ask again."""
    loaded = of_buyer(caller, request.order_id)
    if loaded.order.state == PENDING and loaded.order.passed("expires_at", clock.now()):
        raise Refusal(AdmissionReason.ORDER_EXPIRED)
    return answer(caller, loaded)


def answer(caller: Caller, loaded: LoadedOrder) -> OrderAnswer:
    """The order with its payment, which is made now if it was not yet."""
    if loaded.order.state != PENDING:
        return _answer(loaded.order, None)
    if not loaded.order.amount:
        accept(loaded, caller.uid)
        return _answer(loaded.order, None)
    try:
        count_stripe_call(caller.uid)
        payment = ask_stripe(loaded)
        return _answer(loaded.order, payment)
    except Unavailable:
        return _answer(loaded.order, None, RETRY_AFTER_SECONDS)
    except Rejected as error:
        # There is nothing to pay and never will be, so nobody else must be kept from the places.
        end(loaded, OrderEvent.EXPIRE, "stripe", "rejected")
        raise Refusal(PaymentReason.PAYMENT_REJECTED) from error
    except Refusal as refusal:
        # The places stay held, so that is no refusal.
        if refusal.reason in (CallReason.BUSY, PaymentReason.TOO_MANY_PURCHASES):
            return _answer(loaded.order, None, refusal.details.get("retry_after_seconds", RETRY_AFTER_SECONDS))
        raise


def _answer(order: Order, payment: PaymentIntent | None, retry_after: int | None = None) -> OrderAnswer:
    waits = order.state == PENDING
    paid_at = order.time("paid_at")
    free = [] if order.amount or paid_at is None else new_tickets(order, None, paid_at)
    return OrderAnswer(
        order_id=order.id,
        status=order.state.status.value,
        expires_at=order.time("expires_at") if waits else None,
        client_secret=payment.client_secret if payment is not None and waits else None,
        payment_id=order.payment_intent_id,
        amount=order.amount,
        retry_after_seconds=retry_after,
        tickets=[TicketView.of(fields) for fields in free],
    )
