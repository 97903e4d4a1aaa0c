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
"""The account's version: that of every event, but for endpoints that have one of their own."""


@dataclass(frozen=True)
class Origin:
    """What caused a change: an API request, or neither id nor key for the dashboard and for Stripe itself."""

    request_id: str | None = None
    idempotency_key: str | None = None
    api_version: str = API_VERSION


AUTOMATIC = Origin()
"""A change no API request asked for: the dashboard's, or an expiry."""


def customer_request() -> Origin:
    """What the customer does in the app or in a browser: a request without an idempotency key."""
    return Origin(request_id=new_id("req", 14))


class EventLog:
    """Records events and hands each to `publish` at once, in order. Guarded by the account's lock."""

    def __init__(self, clock: SimClock, publish: Callable[[Json], None]) -> None:
        self._clock = clock
        self._publish = publish
        self.all = Collection("event")

    def record(
        self, kind: str, obj: Json, origin: Origin, *, at: int | None = None, before: Json | None = None
    ) -> None:
        """Adds an event of type `kind` about `obj` as it is now.

        `at` is in epoch seconds, by default now. `before` is the object as it was, for the types that say what changed.
        """
        data: Json = {"object": snapshot(obj)}
        if before is not None and kind.endswith(".updated"):
            data["previous_attributes"] = _changed(before, obj)
        event: Json = {
            "id": new_id("evt"),
            "object": "event",
            "api_version": API_VERSION,
            "created": self._clock.now() if at is None else at,
            "data": data,
            "livemode": False,
            "pending_webhooks": 0,
            "request": {"id": origin.request_id, "idempotency_key": origin.idempotency_key},
            "type": kind,
        }
        self.all.add(event)
        self._publish(event)


def snapshot(obj: Json) -> Json:
    """The object as it is now, whatever becomes of it."""
    copy: Json = json.loads(json.dumps(obj))
    return copy


def _changed(before: Json, after: Json) -> Json:
    """The old values of what changed: of hashes only their changed keys, of arrays all."""
    changed: Json = {}
    for name in before.keys() | after.keys():
        old, new = before.get(name), after.get(name)
        if old != new:
            changed[name] = _changed(old, new) if isinstance(old, dict) and isinstance(new, dict) else old
    return changed
