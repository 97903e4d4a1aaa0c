"""confirmTicket: brings back what PaymentSheet did, without waiting for the webhook."""

from __future__ import annotations

from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import RequestModel
from common.params import STRIPE_SECRET_KEY
from consultation import card_testing
from consultation.answers import TicketView
from consultation.limits import count_stripe_call
from consultation.origin import TicketOrigin
from consultation.request_fields import PaymentIntentId
from consultation.settle import settle
from payments import payment_intents
from payments.failures import Missing, Rejected, Unavailable
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
    still ``pending_payment``.
    """
    count_stripe_call(caller.uid)
    try:
        fact = payment_intents.retrieve(request.payment_intent_id)
        origin = TicketOrigin.of(fact.origin)
        if origin is None or origin.user_id != caller.uid:
            raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
        ticket = card_testing.watch(settle(fact), fact)
    except Missing as error:
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND) from error
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    if ticket is None or ticket.payment_intent_id != request.payment_intent_id:
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
    return TicketView.of(ticket)
