"""Names that Stripe publishes, as its SDK lists them: types of events, API versions, payment methods.

Read when they are first needed, because the SDK takes a moment to load.
"""

from __future__ import annotations

from functools import cache
from typing import Any, get_args


@cache
def event_types() -> frozenset[str]:
    """What an event can be of."""
    import stripe

    return _literals(stripe.Event.__annotations__["type"])


@cache
def api_versions() -> frozenset[str]:
    """What an endpoint's events can be written in."""
    from stripe.params._webhook_endpoint_create_params import WebhookEndpointCreateParams

    return _literals(WebhookEndpointCreateParams.__annotations__["api_version"])


@cache
def payment_method_types() -> frozenset[str]:
    """What can be asked to pay with, though an account need not offer it."""
    from stripe.params._payment_intent_create_params import PaymentIntentCreateParams

    return _literals(PaymentIntentCreateParams.__annotations__["allowed_payment_method_types"])


@cache
def checkout_locales() -> frozenset[str]:
    """The languages of Checkout's page."""
    from stripe.checkout import Session

    return _literals(Session.__annotations__["locale"])


def _literals(annotation: Any) -> frozenset[str]:
    """Every string among the literals of an annotation, however deep."""
    parts = get_args(annotation)
    return frozenset(part for part in parts if isinstance(part, str)).union(*map(_literals, parts))
