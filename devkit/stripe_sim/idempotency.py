"""Idempotency keys as Stripe documents them (docs.stripe.com/api/idempotent_requests).

The first answer of a request that began to execute is saved, whatever its status, and replayed for 24
hours. Requests that fail validation, meet a limit or conflict with a running one never claim the key, so
nothing is saved for them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass

from devkit.stripe_sim.clock import SimClock
from devkit.stripe_sim.errors import key_in_use, key_reused

KEPT_SECONDS = 24 * 3600
MAX_KEY_LENGTH = 255


@dataclass(frozen=True)
class SavedAnswer:
    """A finished answer: status, body, the request that produced it, and whether a retry makes sense."""

    status: int
    body: bytes
    request_id: str
    should_retry: bool | None = None


@dataclass
class _Entry:
    fingerprint: str
    created: int
    answer: SavedAnswer | None = None


class IdempotencyKeys:
    """The account's keys. Safe for concurrent use."""

    def __init__(self, clock: SimClock) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: dict[str, _Entry] = {}

    def claim(self, key: str, fingerprint: str) -> SavedAnswer | None:
        """Claims `key` for a request, or returns its saved answer.

        Raises `ApiError`: 409 while the first request is running, 400 when it was a different one.
        """
        now = self._clock.now()
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or (entry.answer is not None and now - entry.created >= KEPT_SECONDS):
                self._entries[key] = _Entry(fingerprint, now)
                return None
            if entry.fingerprint != fingerprint:
                raise key_reused(key)
            if entry.answer is None:
                raise key_in_use(key)
            return entry.answer

    def save(self, key: str, answer: SavedAnswer) -> None:
        """Stores the answer of the request that claimed `key`, unless a reset forgot it meanwhile."""
        with self._lock:
            if key in self._entries:
                self._entries[key].answer = answer

    def abandon(self, key: str) -> None:
        """Gives a claim up that got no answer, because the request broke inside the simulator."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is not None and entry.answer is None:
                del self._entries[key]

    def clear(self) -> None:
        """Forgets every key."""
        with self._lock:
            self._entries.clear()
