"""Requests about sessions of Stripe's Checkout page, with typed answers.

Source: docs.stripe.com/api/checkout/sessions.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from payments import gateway
from payments.objects import CheckoutSession

WITH_PAYMENT = ("payment_intent.latest_charge",)


def create(params: dict[str, Any], key: str) -> CheckoutSession:
    """Create a session; the same key and parameters always give the same one, as it was at first."""
    send = functools.partial(_service().create, params=params, options=gateway.keyed(key))
    return CheckoutSession.from_stripe(gateway.request(send))


def retrieve(session_id: str) -> CheckoutSession:
    """A session as it is now, with its payment and charge."""
    return CheckoutSession.from_stripe(_retrieve(session_id))


def _retrieve(session_id: str) -> Any:
    return gateway.request(lambda: _service().retrieve(session_id, {"expand": list(WITH_PAYMENT)}))


def expire(session_id: str, key: str) -> CheckoutSession:
    """Close the page. One that has ended already, mostly because it was just paid, is given as it is."""

    def if_ended() -> Any:
        found = _retrieve(session_id)
        return found if CheckoutSession.from_stripe(found).ended else None

    send = functools.partial(_service().expire, session_id, {}, gateway.keyed(key))
    return CheckoutSession.from_stripe(gateway.request(send, if_ended))


def of_payment(payment_intent_id: str) -> CheckoutSession | None:
    """The session that a payment was made in; ``None`` if it was made otherwise."""
    return next((found for page in _pages({"payment_intent": payment_intent_id}) for found in page), None)


def created_since(moment: datetime) -> Iterator[CheckoutSession]:
    """Every session created since then, newest first."""
    for page in _pages({"created": {"gte": int(moment.timestamp())}}):
        yield from page


def pages(since: datetime, until: datetime) -> Iterator[list[CheckoutSession]]:
    """Every session created in that time, both ends included, newest first, a page at a time, with its payment."""
    return _pages({"created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())}})


def _pages(query: dict[str, Any]) -> Iterator[list[CheckoutSession]]:
    asked = {**query, "expand": [f"data.{name}" for name in WITH_PAYMENT]}
    for page in gateway.pages(lambda start: _service().list({**asked, **start})):
        yield [CheckoutSession.from_stripe(found) for found in page]


def _service() -> Any:
    return gateway.stripe_client().v1.checkout.sessions
