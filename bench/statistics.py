"""Medians with their spread, and whose turn it is."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Middle:
    """A median with the quartiles around it."""

    median: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Middle:
        """Of at least two values."""
        low, _, high = statistics.quantiles(values, n=4, method="inclusive")
        return cls(statistics.median(values), low, high)

    def text(self, digits: int, factor: float = 1.0) -> str:
        """`median (low-high)`, each times `factor`."""
        shown = [f"{value * factor:,.{digits}f}" for value in (self.median, self.low, self.high)]
        return f"{shown[0]} ({shown[1]}–{shown[2]})"


def turns(sides: Sequence[T], number: int) -> list[T]:
    """The order of the sides in a round: each comes first, and in every other place, equally often."""
    shift = number % len(sides)
    return [*sides[shift:], *sides[:shift]]
