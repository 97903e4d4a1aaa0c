"""What is delivered to whom: the webhook dispatcher's records, and how one HTTP attempt is made."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from urllib.parse import urlsplit

from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.signatures import signature_header


@dataclass(frozen=True)
class Endpoint:
    """A registered webhook endpoint; `secrets` are all in force, as while one is being rolled.

    `events` are types of events, `"*"` for all; `created` is in epoch seconds; `api_version` is None where the
    account's own version holds.
    """

    id: str
    url: str
    secrets: tuple[str, ...]
    created: int
    events: tuple[str, ...] = ("*",)
    api_version: str | None = None
    enabled: bool = True
    description: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def takes(self, event_type: str) -> bool:
        """Whether events of this type are sent to it."""
        return self.enabled and any(fnmatchcase(event_type, pattern) for pattern in self.events)

    def as_json(self) -> Json:
        """The API's object, without the secret: Stripe shows that at creation only."""
        return {
            "id": self.id,
            "object": "webhook_endpoint",
            "api_version": self.api_version,
            "application": None,
            "created": self.created,
            "description": self.description,
            "enabled_events": list(self.events),
            "livemode": False,
            "metadata": dict(self.metadata),
            "status": "enabled" if self.enabled else "disabled",
            "url": self.url,
        }


@dataclass
class Delivery:
    """One event on its way to one endpoint; `attempts` holds each HTTP status, None when no answer came."""

    event_id: str
    event_type: str
    created: int
    endpoint: Endpoint
    payload: bytes
    attempts: list[int | None] = field(default_factory=list)
    state: str = "pending"
    """pending, sending, held, delivered or failed."""

    def as_json(self) -> Json:
        """The record without its payload."""
        return {
            "event": self.event_id,
            "type": self.event_type,
            "endpoint": self.endpoint.id,
            "url": self.endpoint.url,
            "state": self.state,
            "attempts": len(self.attempts),
            "last_status": self.attempts[-1] if self.attempts else None,
            "statuses": list(self.attempts),
        }


def attempt(delivery: Delivery, timeout: float, signature_offset: float) -> int | None:
    """Posts the event once; returns the HTTP status, or None without an answer within `timeout` seconds.

    The signature carries real wall time plus `signature_offset` seconds; redirects are not followed.
    """
    address = urlsplit(delivery.endpoint.url)
    secure = address.scheme == "https"
    connect = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    timestamp = int(time.time() + signature_offset)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
        "Stripe-Signature": signature_header(delivery.payload, delivery.endpoint.secrets, timestamp),
    }
    connection = connect(address.hostname or "", address.port, timeout=timeout)
    try:
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        connection.request("POST", path, delivery.payload, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
