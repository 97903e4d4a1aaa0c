"""A buyer asks how their payment stands, or gives an unpaid order up."""

from __future__ import annotations

from admission.decisions import ask_stripe, end, resume
from admission.order import LoadedOrder
from admission.states import PENDING, Decision, OrderEvent
from common.callable import Caller
from common.errors import Refusal
from payments.failures import Rejected, Unavailable
from payments.limits import count_stripe_call
from payments.reasons import PaymentReason


def give_up(caller: Caller, loaded: LoadedOrder) -> None:
    """Give an unpaid order up; if it was paid meanwhile, that stands.

    Raises:
        Refusal: ``PAYMENT_UNAVAILABLE``, ``TOO_MANY_PURCHASES``.
    """
    if loaded.order.state == PENDING and loaded.order.payment_intent_id is not None:
        ask(caller, loaded)
    if loaded.order.state == PENDING:
        end(loaded, OrderEvent.ABANDON, caller.uid)
    elif loaded.order.state.decision is Decision.CAPTURE:
        resume(loaded)


def ask(caller: Caller, loaded: LoadedOrder) -> None:
    """Bring an order in step with its payment.

    Raises:
        Refusal: ``PAYMENT_UNAVAILABLE``, ``TOO_MANY_PURCHASES``.
    """
    count_stripe_call(caller.uid)
    try:
        ask_stripe(loaded)
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
