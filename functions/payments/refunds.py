"""Requests about refunds. What became of one the payment tells (``payments.aftermath``).

Source: docs.stripe.com/api/refunds.
"""

from __future__ import annotations

from collections.abc import Mapping

from payments import gateway


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
