"""What a payment is created with at Stripe: which order it is for."""

from __future__ import annotations

import re

from payments import origin
from payments.objects import PaymentIntent

NAME = "admission"
"""The domain's name."""
_ORDER = re.compile(r"[0-9a-f]{40}")


def metadata(order_id: str, event_id: str) -> dict[str, str]:
    """The metadata that says so."""
    return origin.metadata(NAME, {"order_id": order_id, "event_id": event_id})


def order_of(fact: PaymentIntent) -> str | None:
    """The order that a payment names; ``None`` if it is not for one of this project's."""
    return named_by(fact) if fact.origin.ours and fact.origin.domain == NAME else None


def named_by(fact: PaymentIntent) -> str | None:
    """The order that a payment names, whoever made it as it says now: metadata can be edited."""
    named = fact.origin.metadata.get("order_id", "")
    return named if _ORDER.fullmatch(named) else None
