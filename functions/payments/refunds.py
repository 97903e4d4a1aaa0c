"""Refunds: the requests about them, and how one that an administrator asks for stands.

What became of one the payment tells (``payments.aftermath``).

Source: docs.stripe.com/api/refunds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import Refusal
from payments import gateway
from payments.reasons import PaymentReason


@dataclass(frozen=True)
class Refunded:
    """How a refund stands.

    Attributes:
        amount: JPY of this refund.
        refunded: JPY given back of the payment altogether, as far as is known, with what is decided.
        pending: whether a refund of the payment is still on its way to the buyer.
        decided: whether this one is decided, and Stripe still to be reached.
    """

    amount: int
    refunded: int
    pending: bool
    decided: bool


def not_refundable(problem: str) -> Refusal:
    """The refusal of what cannot be given back, with why."""
    return Refusal(PaymentReason.PAYMENT_NOT_REFUNDABLE, problem=problem)


def wrong_amount(captured: int, left: int) -> Refusal:
    """The refusal of an amount that cannot be given back."""
    return Refusal(PaymentReason.REFUND_AMOUNT_INVALID, captured=captured, refundable=left)


def create(payment_intent_id: str, metadata: dict[str, str], key: str, amount: int | None = None) -> str:
    """Give back ``amount`` JPY of a payment, else all that was not given back yet. The refund's id."""
    part = {} if amount is None else {"amount": amount}
    params = {"payment_intent": payment_intent_id, "metadata": metadata, **part}
    return str(gateway.post(gateway.path("refunds"), params, key).id)


def find(payment_intent_id: str, metadata: Mapping[str, str]) -> str | None:
    """The id of a payment's refund that was made with this metadata, whatever became of it."""
    for page in gateway.pages(gateway.path("refunds"), {"payment_intent": payment_intent_id}):
        for refund in page:
            if metadata.items() <= refund.metadata.to_dict().items():
                return str(refund.id)
    return None
