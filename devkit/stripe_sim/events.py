"""Stripe's event log: every change as an event with a snapshot of its object."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass

from devkit.stripe_sim.clock import SimClock
from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.ids import new_id

API_VERSION = "2026-10-28.endive"
"""The account's version: used where no request names one."""


@dataclass(frozen=True)
class Origin:
    """What caused a change: an API request, or neither id nor key for the dashboard and for Stripe itself."""

    request_id: str | None = None
    idempotency_key: str | None = None
    api_version: str = API_VERSION


AUTOMATIC = Origin()
"""A change no API request asked for: the dashboard's, or an expiry."""


class EventLog:
    """Records events and hands each to `publish` at once, in order. Guarded by the account's lock."""

    def __init__(self, clock: SimClock, publish: Callable[[Json], None]) -> None:
        self._clock = clock
        self._publish = publish
        self.all = Collection("event")

    def record(self, kind: str, obj: Json, origin: Origin, *, at: int | None = None) -> None:
        """Adds an event of type `kind` about `obj` as it is now; `at` in epoch seconds, by default now."""
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": origin.api_version,
            "created": self._clock.now() if at is None else at,
            "data": {"object": json.loads(json.dumps(obj))},
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": origin.request_id, "idempotency_key": origin.idempotency_key},
            "type": kind,
        }
        self.all.add(event)
        self._publish(event)
