"""The simulator's clock: wall time plus an offset that only grows, so that days pass within a test."""

from __future__ import annotations

import time

_CENTURY = 100 * 366 * 86_400


class SimClock:
    """Epoch seconds, UTC. `advance` and `set` move forward only: Stripe's time never runs back."""

    def __init__(self) -> None:
        self._offset = 0.0

    def now(self) -> int:
        """Whole epoch seconds."""
        return int(time.time() + self._offset)

    def advance(self, seconds: float) -> None:
        """Moves the clock forward; raises `ValueError` for a step that is negative or beyond a century."""
        if not 0 <= seconds <= _CENTURY:
            raise ValueError("the simulator's clock cannot go back, nor forward by more than a century")
        self._offset += seconds

    def set(self, epoch: float) -> None:
        """Moves the clock to `epoch`; raises `ValueError` when that is in its past."""
        self.advance(epoch - (time.time() + self._offset))

    def reset(self) -> None:
        """Back to wall time (only with everything else forgotten)."""
        self._offset = 0.0
