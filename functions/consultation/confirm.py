"""confirmTicket: brings back what PaymentSheet did, without waiting for the webhook."""

from __future__ import annotations

from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import RequestModel
from common.params import STRIPE_SECRET_KEY
from consultation import access, card_testing
from consultation.answers import TicketView
from consultation.request_fields import PaymentIntentId
from consultation.settle import settle, settle_missing
from payments import payment_intents
from payments.failures import Missing, Rejected, Unavailable
from payments.limits import count_stripe_call
from payments.reasons import PaymentReason


class ConfirmTicketRequest(RequestModel):
    """The payment that PaymentSheet has just completed."""

    payment_intent_id: PaymentIntentId


@callable_function(
    who="the buyer",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(PaymentReason.PAYMENT_NOT_FOUND, PaymentReason.PAYMENT_UNAVAILABLE, PaymentReason.TOO_MANY_PURCHASES),
)
def confirmTicket(caller: Caller, request: ConfirmTicketRequest) -> TicketView:  # noqa: N802
    """Brings the ticket in step with its payment right after PaymentSheet.

    Whichever comes first, this or the webhook, does the work. A payment that is not complete answers with its ticket
    still ``pending_payment``. Stripe is asked only about the caller's own payments.
    """
    loaded = access.by_payment(caller, request.payment_intent_id)
    if loaded.ticket.buyer != caller.uid or loaded.ticket.payment_intent_id != request.payment_intent_id:
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
    count_stripe_call(caller.uid)
    try:
        fact = payment_intents.retrieve(request.payment_intent_id)
        settle(fact, loaded=loaded)
        loaded.ticket = card_testing.watch(loaded.ticket, fact) or loaded.ticket
    except Missing:
        settle_missing(loaded)
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    return TicketView.of(loaded.ticket)
