"""When a run must stop taking on work, well before the platform would cut it off."""

from __future__ import annotations

import time

STOP_AFTER_SECONDS = 290


class Deadline:
    """The end of a run, by a clock that never jumps."""

    def __init__(self, seconds: float = STOP_AFTER_SECONDS) -> None:
        self._at = time.monotonic() + seconds

    def part(self, share: float) -> Deadline:
        """The end of a stage that may take this share of what is left."""
        return Deadline(share * max(0.0, self._at - time.monotonic()))

    @property
    def passed(self) -> bool:
        return time.monotonic() >= self._at
