"""Stripe's events: verified or listed, and the state of the world that each one tells of.

Source: docs.stripe.com/api/events, /webhooks/signature.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import stripe

from payments import gateway, payment_intents
from payments.answer import Answer
from payments.objects import CheckoutSession, PaymentIntent
from payments.origin import Origin

KEPT_DAYS = 30
"""How long Stripe lists an event."""
MOST_TYPES = 20
"""How many types a list may be asked for at once."""
TOLERANCE_SECONDS = 300
"""How old a signature may be."""
_ABOUT_A_PAYMENT = frozenset({"charge", "dispute", "refund"})
"""Objects that tell of a PaymentIntent, which is then asked for: what they show themselves is only a part of it."""


def construct(payload: bytes, signature: str, secret: str) -> Answer:
    """A webhook's event, verified by the SDK.

    Raises:
        ValueError: it is no event.
        stripe.SignatureVerificationError: the secret did not sign it, or not just now.
    """
    verify: Any = stripe.WebhookSignature.verify_header
    verify(payload.decode(), signature, secret, TOLERANCE_SECONDS)
    event = json.loads(payload)
    if not isinstance(event, dict) or event.get("object") != "event":
        raise ValueError("not an event")
    return Answer(event)


def pages(types: Sequence[str], since: datetime, until: datetime) -> Iterator[Sequence[Answer]]:
    """The events of that time, both ends included, newest first, a page at a time.

    Whether they were delivered is not asked: Stripe does not count as undelivered what happened while an endpoint was
    disabled.

    Args:
        types: ``MOST_TYPES`` at most.
    """
    yield from gateway.pages(gateway.path("events"), _query(types, since, until))


def _query(types: Sequence[str], since: datetime, until: datetime) -> dict[str, Any]:
    return {"created": {"gte": int(since.timestamp()), "lte": int(until.timestamp())}, "types": list(types)}


def retrieve(event_id: str) -> Answer:
    """An event that Stripe still lists.

    Raises:
        Missing: it is older than that.
    """
    event: Answer = gateway.get(gateway.path("events", event_id))
    return event


def origin_of(event: Answer) -> Origin:
    """The origin that the event's own object names, which costs nothing to know."""
    return Origin.of(event.data.object)


def payment_intent_id(event: Answer) -> str | None:
    """The id of the PaymentIntent that the event's own object is or names."""
    obj: Any = event.data.object
    is_one = getattr(obj, "object", None) == "payment_intent"
    found = getattr(obj, "id" if is_one else "payment_intent", None)
    return found if isinstance(found, str) else None


def fact_of(event: Answer) -> Any:
    """What the event tells of: a ``PaymentIntent`` or a ``CheckoutSession``, else the object itself, for the domain
    that knows it.

    ``None`` where it tells of a charge that no PaymentIntent made.
    """
    obj: Any = event.data.object
    if obj.object == "payment_intent":
        return PaymentIntent.from_stripe(obj)
    if obj.object == "checkout.session":
        return CheckoutSession.from_stripe(obj, failed=event.type == "checkout.session.async_payment_failed")
    if obj.object in _ABOUT_A_PAYMENT:
        known = getattr(obj, "payment_intent", None)
        return payment_intents.retrieve(known) if known else None
    return obj
