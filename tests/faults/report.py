"""Tables that the tests of this folder print at the end of a run.

Lines travel as properties of their tests, the only way from pytest-xdist's workers to the terminal.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

_PROPERTY = "faults"


@dataclass(frozen=True)
class Report:
    """Where one test adds its lines."""

    properties: list[tuple[str, object]]

    def add(self, heading: str, line: str) -> None:
        """Another line of a table."""
        self.properties.append((_PROPERTY, (heading, line)))


def tables(properties: Iterable[tuple[str, object]]) -> dict[str, list[str]]:
    """Every heading with its lines, in the order in which they came."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for name, value in properties:
        if name == _PROPERTY and isinstance(value, tuple | list):
            heading, line = value
            found[heading].append(line)
    return found
