"""The `Stripe-Signature` header (docs.stripe.com/webhooks/signature)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable


def signature_header(payload: bytes, secrets: Iterable[str], timestamp: int) -> str:
    """Signs `payload` at `timestamp` (epoch s): one `v1` per secret, as while a secret is being rolled."""
    signed = f"{timestamp}.".encode() + payload
    parts = [f"v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}" for secret in secrets]
    return ",".join([f"t={timestamp}", *parts])
