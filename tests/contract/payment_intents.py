"""Creates and holds PaymentIntents as the project does, and reads what the SDK raises."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from stripe import ErrorObject, PaymentIntent, StripeClient, StripeError

SECRET_KEY = "sk_test_kippu_local"


def intent_params(**changes: Any) -> Any:
    """The parameters the project creates a hold with."""
    return {
        "amount": 5000,
        "currency": "jpy",
        "capture_method": "manual",
        "allowed_payment_method_types": ["card"],
        "metadata": {"ticket_id": uuid.uuid4().hex},
        **changes,
    }


def create(stripe: StripeClient, **changes: Any) -> PaymentIntent:
    """A PaymentIntent waiting for its card."""
    return stripe.v1.payment_intents.create(intent_params(**changes))


def hold(stripe: StripeClient, card: str = "pm_card_visa", **changes: Any) -> PaymentIntent:
    """A PaymentIntent whose hold is placed."""
    return stripe.v1.payment_intents.confirm(create(stripe, **changes).id, {"payment_method": card})


def error_of(raised: pytest.ExceptionInfo[StripeError]) -> ErrorObject:
    """Stripe's error object: the SDK copies `code` to the exception for 400, 402 and 404 only."""
    error = raised.value.error
    assert error is not None
    return error


def embedded(raised: pytest.ExceptionInfo[StripeError]) -> PaymentIntent:
    """The PaymentIntent inside an error."""
    intent = error_of(raised).payment_intent
    assert isinstance(intent, PaymentIntent)
    return intent
