"""What refunding a payment answers, whatever was bought, and why it is refused."""

from __future__ import annotations

from pydantic import ConfigDict, Field
from pydantic.alias_generators import to_camel

from common.errors import Reason
from common.messages import ResponseModel
from payments.reasons import PaymentReason

REASONS: tuple[Reason, ...] = (
    PaymentReason.PAYMENT_NOT_REFUNDABLE,
    PaymentReason.REFUND_AMOUNT_INVALID,
    PaymentReason.REFUND_ALREADY_DECIDED,
)


class RefundView(ResponseModel):
    """How a refund stands."""

    model_config = ConfigDict(alias_generator=to_camel, validate_by_name=True)

    payment_intent_id: str
    amount: int = Field(description="JPY of this refund")
    amount_refunded: int = Field(description="JPY given back of the payment altogether, as Stripe last said.")
    pending: bool = Field(description="Whether a refund of the payment is still on its way to the buyer.")
    decided: bool = Field(description="Whether this refund is decided and Stripe still to be reached.")
