"""The rate of a run that makes many Stripe requests: evenly spaced over all its threads, slower while Stripe asks."""

from __future__ import annotations

import threading
import time

STRIPE_CALLS_PER_SECOND = 20
"""What schedules ask of Stripe; its limit is several times that, and calls come beside them."""
LONGEST_PAUSE_SECONDS = 8.0


class Pace:
    """At most ``per_second`` requests a second.

    A 429 pauses all threads, and each further one in a row doubles the pause.
    """

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = time.monotonic()
        self._pause = 0.0
        self._lock = threading.Lock()

    def wait(self) -> None:
        """Sleep until it is this thread's turn."""
        with self._lock:
            at = max(self._next, time.monotonic())
            self._next = at + self._gap
            self._pause /= 2
        time.sleep(max(0.0, at - time.monotonic()))

    def back_off(self) -> None:
        """Let everybody wait before the next request."""
        with self._lock:
            # Every turn halves the pause, so it has to be quadrupled to double with each refusal in a row.
            self._pause = min(max(4 * self._pause, 0.5), LONGEST_PAUSE_SECONDS)
            self._next = max(self._next, time.monotonic() + self._pause)
