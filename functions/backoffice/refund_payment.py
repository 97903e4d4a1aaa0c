"""refundPayment: money that was taken is given back, whatever it was for."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from backoffice.finding import find
from common import ids
from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import CAMEL_CASE, NotedRequest, ResponseModel
from entrypoints import domains
from payments.prices import MAXIMUM_JPY
from payments.reasons import PaymentReason
from payments.refunds import not_refundable


class RefundPaymentRequest(NotedRequest):
    """What to give back."""

    payment_intent_id: Annotated[str, StringConstraints(pattern=f"^{ids.PAYMENT_INTENT}$")]
    amount: int | None = Field(
        None, ge=1, le=MAXIMUM_JPY, description="JPY; all that is left of the payment when absent."
    )


class RefundView(ResponseModel):
    """How the refund stands."""

    model_config = CAMEL_CASE

    payment_intent_id: str
    amount: int = Field(description="JPY of this refund.")
    amount_refunded: int = Field(description="JPY given back of the payment altogether, as far as is known.")
    pending: bool = Field(description="Whether a refund of the payment is still on its way to the buyer.")
    decided: bool = Field(description="Whether this refund is decided, and Stripe still to be reached.")


@callable_function(
    who="an administrator",
    admin_only=True,
    secrets=domains.secrets(),
    reasons=(
        PaymentReason.PAYMENT_NOT_FOUND,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.PAYMENT_NOT_REFUNDABLE,
        PaymentReason.REFUND_AMOUNT_INVALID,
        PaymentReason.REFUND_ALREADY_DECIDED,
    ),
)
def refundPayment(caller: Caller, request: RefundPaymentRequest) -> RefundView:  # noqa: N802
    """Refunds a captured payment of any kind, whole or in part. What it paid for is treated as that kind's rules say.

    If Stripe cannot be reached, the refund is decided, and a schedule carries it out. Repeating it within minutes is
    the same refund. A payment that no record of ours has is refused: give that back in Stripe's dashboard.
    """
    domain, purchase = find(request.payment_intent_id) or (None, None)
    if domain is None or purchase is None or domain.refund is None:
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
    if purchase.payment_intent_id != request.payment_intent_id:
        raise not_refundable("not_captured")
    refunded = domain.refund(caller.uid, purchase, request.amount)
    return RefundView(
        payment_intent_id=request.payment_intent_id,
        amount=refunded.amount,
        amount_refunded=refunded.refunded,
        pending=refunded.pending,
        decided=refunded.decided,
    )
