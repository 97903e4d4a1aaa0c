"""Medians with their spread, and the loop in which every side has its turn."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple


class Middle(NamedTuple):
    """A median with the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Middle:
        """Of at least two values."""
        low, median, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(median, low, high)

    def text(self, digits: int, factor: float = 1.0) -> str:
        """`median (low-high)`, each times `factor`."""
        median, low, high = (f"{value * factor:,.{digits}f}" for value in self)
        return f"{median} ({low}–{high})"


def turns(sides: Sequence[str], number: int) -> list[str]:
    """The order of the sides in a round: each comes first, and in every other place, equally often."""
    shift = number % len(sides)
    return [*sides[shift:], *sides[:shift]]


FEWEST_ROUNDS = 3
LONGEST_SECONDS = 120.0


def in_turns(sides: Sequence[str], rounds: int, measure: Callable[[str], float]) -> dict[str, list[float]]:
    """What `measure` finds of each side in `rounds` rounds, so that what else the machine does meets all alike.

    What takes more than two minutes is measured in fewer.
    """
    found: dict[str, list[float]] = {side: [] for side in sides}
    ends = time.monotonic() + LONGEST_SECONDS
    for number in range(rounds):
        if number >= FEWEST_ROUNDS and time.monotonic() >= ends:
            break
        for side in turns(sides, number):
            found[side].append(measure(side))
    return found
