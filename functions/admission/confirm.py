"""confirmOrder and abandonOrder: what became of an order, right after PaymentSheet."""

from __future__ import annotations

from admission import tickets
from admission.decisions import resume
from admission.giving_up import ask, give_up
from admission.own_order import OrderStatusName, of_buyer
from admission.reasons import AdmissionReason
from admission.request_fields import OrderId
from admission.states import PENDING, Decision, OrderStatus
from admission.tickets import TicketView
from common import documents
from common.callable import Caller, callable_function
from common.messages import RequestModel, ResponseModel
from common.params import STRIPE_SECRET_KEY
from payments.reasons import PaymentReason


class OrderRequest(RequestModel):
    """An order of the caller's."""

    order_id: OrderId


class ConfirmOrderResponse(ResponseModel):
    """The order, and its tickets once it is paid."""

    order_id: str
    status: OrderStatusName
    tickets: list[TicketView]


class AbandonOrderResponse(ResponseModel):
    """The order."""

    order_id: str
    status: OrderStatusName


_REASONS = (AdmissionReason.ORDER_NOT_FOUND, PaymentReason.PAYMENT_UNAVAILABLE, PaymentReason.TOO_MANY_PURCHASES)


@callable_function(who="the buyer", keep_warm=True, secrets=(STRIPE_SECRET_KEY,), reasons=_REASONS)
def confirmOrder(caller: Caller, request: OrderRequest) -> ConfirmOrderResponse:  # noqa: N802
    """Brings an order in step with its payment right after PaymentSheet, and answers with its tickets.

    Whichever comes first, this, the webhook or a schedule, does the work. One that is not paid answers
    ``pending_payment``: that is no error. The tickets are issued first, and the money is taken then.
    """
    loaded = of_buyer(caller, request.order_id)
    fresh = loaded.order.state == PENDING
    if fresh:
        ask(caller, loaded)
        if loaded.order.state.decision is Decision.CAPTURE:
            resume(loaded)
    order = loaded.order
    paid_at = order.time("paid_at")
    if order.state.status is not OrderStatus.PAID or paid_at is None:
        issued = []
    elif fresh:
        # As they were issued just now.
        issued = [TicketView.of(each) for each in tickets.new_tickets(order, order.payment_intent_id, paid_at)]
    else:
        issued = tickets.views(documents.read(*tickets.refs(order)))
    return ConfirmOrderResponse(order_id=order.id, status=order.state.status.value, tickets=issued)


@callable_function(who="the buyer", secrets=(STRIPE_SECRET_KEY,), reasons=_REASONS)
def abandonOrder(caller: Caller, request: OrderRequest) -> AbandonOrderResponse:  # noqa: N802
    """Gives an unpaid order up: its places are free at once. If it was paid meanwhile, that stands.

    Repeating it answers with what became of the order.
    """
    loaded = of_buyer(caller, request.order_id)
    give_up(caller, loaded)
    return AbandonOrderResponse(order_id=loaded.order.id, status=loaded.order.state.status.value)
