"""Creates and holds PaymentIntents as the project does, and reads what the SDK raises."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from stripe import Charge, ErrorObject, Event, PaymentIntent, StripeClient, StripeError

T = TypeVar("T")

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


def charge_of(stripe: StripeClient, intent: PaymentIntent) -> Charge:
    """The PaymentIntent's charge as it is now."""
    now = stripe.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge"]})
    assert isinstance(now.latest_charge, Charge)
    return now.latest_charge


def eventually(look: Callable[[], T], good: Callable[[T], object], tries: int = 120) -> T:
    """What is seen once it is as it should be: banks take a moment, and Stripe's lists lag a little."""
    for _ in range(tries):
        found = look()
        if good(found):
            return found
        time.sleep(0.25)
    pytest.fail(f"still {found}")


def events_about(stripe: StripeClient, object_id: str, since: int, wanted: set[str]) -> dict[str, Event]:
    """The newest event of each type about an object."""

    def found() -> dict[str, Event]:
        page = stripe.v1.events.list({"types": sorted(wanted), "created": {"gte": since}, "limit": 100})
        return {event.type: event for event in page.data[::-1] if event.data.object.id == object_id}

    return eventually(found, lambda events: events.keys() == wanted)
