"""Time travel for tests that call the functions in their own process."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from devkit.stripe_sim import StripeSimulator


class Travel:
    """Moves the clocks of the functions in this process and of their simulator together, only forward."""

    def __init__(self, simulator: StripeSimulator) -> None:
        self._simulator = simulator
        self._source: Callable[[], datetime] = lambda: datetime.now(UTC)

    def now(self) -> datetime:
        """The functions' time, UTC; what `common.clock._source` is set to."""
        return self._source()

    def advance(self, seconds: float) -> None:
        step, source = timedelta(seconds=seconds), self._source
        self._source = lambda: source() + step
        self._simulator.advance(seconds)

    def freeze(self, at: datetime | None = None) -> datetime:
        """Stop the functions' time, now or at a later moment `at` (UTC), and return it.

        The simulator moves along to `at`, but its own time goes on from there. The past raises ValueError.
        """
        now = self.now()
        moment = at or now
        self._simulator.advance((moment - now).total_seconds())
        self._source = lambda: moment
        return moment
