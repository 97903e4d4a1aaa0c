"""Requests about PaymentIntents, with typed answers.

Source: docs.stripe.com/api/payment_intents.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from payments import gateway
from payments.objects import PaymentIntent

WITH_CHARGE = ("latest_charge",)
WITH_REFUNDS = ("latest_charge.refunds",)
"""The charge as well. The ten newest refunds, which is all that a payment of ours ever has."""


def create(params: dict[str, Any], key: str) -> PaymentIntent:
    """Create a PaymentIntent; the same key and parameters always give the same one."""
    return PaymentIntent.from_stripe(gateway.post(_path(), params, key))


def retrieve(payment_intent_id: str, expand: tuple[str, ...] = WITH_CHARGE) -> PaymentIntent:
    """A PaymentIntent as it is now, with its charge."""
    return PaymentIntent.from_stripe(gateway.get(_path(payment_intent_id), {"expand": list(expand)}))


def capture(payment_intent_id: str, amount: int, key: str) -> PaymentIntent:
    """Take ``amount`` JPY of what is held and release the rest."""
    path = _path(payment_intent_id, "capture")
    return PaymentIntent.from_stripe(gateway.post(path, {"amount_to_capture": amount}, key))


def cancel(payment_intent_id: str, key: str) -> PaymentIntent:
    """Void the hold, or close a PaymentIntent that was never paid."""
    return PaymentIntent.from_stripe(gateway.post(_path(payment_intent_id, "cancel"), {}, key))


def created_since(moment: datetime) -> Iterator[PaymentIntent]:
    """Every PaymentIntent created since then, newest first, with its charge.

    Also the way to find one by its metadata: Stripe's search lags by up to a minute and is not offered everywhere.
    """
    for page in _pages({"gte": int(moment.timestamp())}):
        yield from page


def pages(since: datetime, until: datetime) -> Iterator[list[PaymentIntent]]:
    """Every PaymentIntent created in that time, both ends included, newest first, a page at a time, with its charge."""
    return _pages({"gte": int(since.timestamp()), "lte": int(until.timestamp())})


def _pages(created: dict[str, int]) -> Iterator[list[PaymentIntent]]:
    query = {"created": created, "expand": [f"data.{name}" for name in WITH_CHARGE]}
    for page in gateway.pages(_path(), query):
        yield [PaymentIntent.from_stripe(found) for found in page]


def _path(*parts: str) -> str:
    return gateway.path("payment_intents", *parts)
