"""Events as Stripe delivers them: the exact bytes, with a signature over them."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from devkit import local

from .shop import Deal, Shop

Event = dict[str, Any]


def body_of(event: Event) -> bytes:
    """An event's bytes on the wire."""
    return json.dumps(event, ensure_ascii=False, indent=2).encode()


def v1(body: bytes, at: int, secret: str = local.WEBHOOK_SECRET) -> str:
    """One signature by Stripe's scheme: HMAC-SHA256 over the timestamp, a dot and the body."""
    return "v1=" + hmac.new(secret.encode(), str(at).encode() + b"." + body, hashlib.sha256).hexdigest()


def signature(body: bytes, *secrets: str, age: int = 0) -> str:
    """The `Stripe-Signature` header made `age` seconds ago (the machine's time), by each of `secrets`."""
    at = int(time.time()) - age
    return ",".join([f"t={at}", *(v1(body, at, secret) for secret in secrets or (local.WEBHOOK_SECRET,))])


def post(shop: Shop, body: bytes, header: str | None) -> int:
    """The webhook's HTTP status for these bytes under this header."""
    headers = {"Content-Type": "application/json"} | ({} if header is None else {"Stripe-Signature": header})
    return shop.api.post(local.WEBHOOK, body, headers).status_code


def deliver(shop: Shop, *events: Event) -> int:
    """Deliver events one after the other; the last one's status, or the first that is not 200."""
    status = 200
    for event in events:
        body = body_of(event)
        status = post(shop, body, signature(body))
        if status != 200:
            return status
    return status


def events_of(shop: Shop, deal: Deal, *types: str) -> list[Event]:
    """The events about a deal's PaymentIntent, oldest first; of all types the endpoint subscribes to by default."""
    wanted = types or local.WEBHOOK_EVENTS
    return [
        event
        for event in shop.simulator.events()
        if event["type"] in wanted
        and deal.payment in (event["data"]["object"]["id"], event["data"]["object"].get("payment_intent"))
    ]
