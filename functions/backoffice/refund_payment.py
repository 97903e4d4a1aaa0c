"""refundPayment: money that was taken is given back, whatever it was for."""

from __future__ import annotations

from typing import Annotated

from payments.refund_answer import REASONS, RefundView
from pydantic import Field, StringConstraints

from backoffice.finding import find
from common import ids
from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import NotedRequest
from entrypoints import domains
from payments.prices import MAXIMUM_JPY
from payments.reasons import PaymentReason


class RefundPaymentRequest(NotedRequest):
    """What to give back."""

    payment_intent_id: Annotated[str, StringConstraints(pattern=f"^{ids.PAYMENT_INTENT}$")]
    amount: int | None = Field(
        None, ge=1, le=MAXIMUM_JPY, description="JPY; all that is left of the payment when absent."
    )


@callable_function(
    who="an administrator",
    admin_only=True,
    secrets=domains.secrets(),
    reasons=(PaymentReason.PAYMENT_NOT_FOUND, PaymentReason.PAYMENT_UNAVAILABLE, *REASONS),
)
def refundPayment(caller: Caller, request: RefundPaymentRequest) -> RefundView:  # noqa: N802
    """Refunds a captured payment of any kind, whole or in part. What it paid for is treated as that kind's rules say.

    If Stripe cannot be reached, the refund is decided, and a schedule carries it out. Repeating it within minutes is
    the same refund. A payment of no record of ours is refunded at Stripe.
    """
    known = find(request.payment_intent_id)
    if known is None or known[0].refund is None:
        raise Refusal(PaymentReason.PAYMENT_NOT_FOUND)
    return known[0].refund(caller, request.payment_intent_id, request.amount)
