"""Requests about refunds. What became of one the payment tells (``payments.aftermath``).

Source: docs.stripe.com/api/refunds.
"""

from __future__ import annotations

from payments import gateway


def create(payment_intent_id: str, metadata: dict[str, str], key: str, amount: int | None = None) -> str:
    """Give back ``amount`` JPY of a payment, else all that was not given back yet. The refund's id."""
    part = {} if amount is None else {"amount": amount}
    params = {"payment_intent": payment_intent_id, "metadata": metadata, **part}
    return str(gateway.post(gateway.path("refunds"), params, key).id)
