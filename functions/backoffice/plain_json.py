"""Firestore's values and Stripe's objects as JSON, for a screen to show. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from google.cloud import firestore

from common.messages import utc_text

_SECRET = frozenset({"client_secret", "url", "next_action", "receipt_url", "hosted_voucher_url"})
"""Fields of Stripe's that let somebody pay, or look at what is the buyer's."""


def of_value(value: Any) -> Any:
    """A value of a document: times in ISO 8601, references as paths, what has no JSON as text."""
    if isinstance(value, Mapping):
        return {str(name): of_value(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [of_value(each) for each in value]
    if isinstance(value, datetime):
        return utc_text(value)
    if isinstance(value, firestore.DocumentReference):
        return value.path
    return value if value is None or isinstance(value, (str, int, float, bool)) else str(value)


def of_stripe(value: Any) -> Any:
    """An object of Stripe's, without its secrets."""
    if isinstance(value, Mapping):
        return {name: of_stripe(each) for name, each in value.items() if name not in _SECRET}
    return [of_stripe(each) for each in value] if isinstance(value, list) else value
