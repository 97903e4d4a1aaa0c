"""Calls that fail in a row because Stripe or Firestore cannot be reached: one is nothing, many are an outage.

Counted in the instance's memory: no call pays for it, and in an outage every instance in use gets there. What is spread
over too many instances for that, a metric of the log counts (``ops/metrics/``).
"""

from __future__ import annotations

import threading
import time

from common import log
from common.alerts import Alert

REPORTED = 5
AGAIN_AFTER_SECONDS = 15 * 60


class FailureStreak:
    """The latest calls of one function, as far as they failed in a row."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._told_at: float | None = None

    def ended(self) -> None:
        """A call was served."""
        self._failures = 0

    def failed(self) -> None:
        """A call was told to come back. Reported from the fifth in a row on, and again while it lasts."""
        with self._lock:
            self._failures += 1
            failures, now = self._failures, time.monotonic()
            told_lately = self._told_at is not None and now - self._told_at < AGAIN_AFTER_SECONDS
            if failures < REPORTED or told_lately:
                return
            self._told_at = now
        log.error(Alert.CALLS_UNAVAILABLE, failures=failures)
