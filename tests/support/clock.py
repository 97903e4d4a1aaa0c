"""The clock of the functions and of Stripe, moved together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from devkit.travel import Travel

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """``devkit.travel.Travel`` in process, ``devkit.stack.Stack`` over HTTP."""

    def now(self) -> datetime: ...
    def advance(self, seconds: float) -> None: ...


@dataclass(kw_only=True)
class ClockInHand:
    """Time as the test wants it, only ever forward."""

    clock: Clock

    def now(self) -> datetime:
        """The functions' time, UTC."""
        return self.clock.now()

    def advance(self, seconds: float) -> None:
        """Go forward; a frozen time stays frozen, later."""
        self.clock.advance(seconds)

    def freeze(self, at: datetime | None = None, seconds: float = 0) -> datetime:
        """Stop the functions' time now, or so many seconds after (or before) the moment ``at``. In process only."""
        assert isinstance(self.clock, Travel), "the clock of functions served over HTTP cannot be stopped"
        return self.clock.freeze(None if at is None else at + timedelta(seconds=seconds))
