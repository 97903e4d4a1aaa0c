"""What somebody comes for in a soak: every choice on the way is the seed's, and every way of ending is counted."""

import random
from typing import Any

from devkit.client import CallableError
from devkit.soak.shared import GaveUp, Soak


class Over(Exception):
    """The errand ends here; the text says how."""


class Errand:
    """The `number`th errand of a soak. A subclass goes all the way in `_go`, which may end early by raising `Over`."""

    kind: str
    """What is counted, in the plural."""

    def __init__(self, soak: Soak, number: int) -> None:
        self._rng = random.Random(f"{soak.seed}:purchase:{number}")  # noqa: S311
        self._soak = soak

    def run(self) -> None:
        """Go all the way; never raises for what the stack answers."""
        try:
            self._go()
            how = "went all the way"
        except Over as over:
            how = str(over)
        except GaveUp as error:
            how = f"gave up on {error}"
        except CallableError as error:
            how = f"refused: {error.reason}"
        self._soak.tally.add(self.kind, f"{self.kind}: {how}")

    def _go(self) -> Any:
        raise NotImplementedError

    def _perhaps(self, probability: float, how: str) -> None:
        if self._chance(probability):
            raise Over(how)

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability
