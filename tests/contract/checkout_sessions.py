"""Creates Checkout Sessions as the project does."""

from __future__ import annotations

import uuid
from typing import Any

from stripe import StripeClient
from stripe.checkout import Session

SUCCESS = "https://shop.example.com/paid?token=t&session={CHECKOUT_SESSION_ID}"
CANCEL = "https://shop.example.com/back?session={CHECKOUT_SESSION_ID}"


def line(amount: Any = 3000, quantity: int = 1, name: str = "Licence", **price: Any) -> dict[str, Any]:
    """One line of an order."""
    data = {"currency": "jpy", "product_data": {"name": name}, "unit_amount": amount, **price}
    return {"price_data": data, "quantity": quantity}


def session_params(**changes: Any) -> Any:
    """The parameters of a payment by card; None leaves one out."""
    purchase = {"purchase_id": f"p_{uuid.uuid4().hex}"}
    params = {
        "mode": "payment",
        "line_items": [line()],
        "success_url": SUCCESS,
        "cancel_url": CANCEL,
        "allowed_payment_method_types": ["card"],
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": purchase["purchase_id"],
        "metadata": purchase,
        "payment_intent_data": {"metadata": purchase},
        **changes,
    }
    return {name: value for name, value in params.items() if value is not None}


def open_session(stripe: StripeClient, **changes: Any) -> Session:
    """A session that waits for its customer."""
    return stripe.v1.checkout.sessions.create(session_params(**changes))
