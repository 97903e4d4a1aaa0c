"""The demo's output: short, aligned lines."""

import os
from collections.abc import Container, Iterable, Sequence
from typing import TextIO

from devkit.report import table


class Timeline:
    """Prints the run as short, aligned lines; titles are bold on a terminal only."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bold = out.isatty() and "NO_COLOR" not in os.environ

    def title(self, text: str) -> None:
        """A new part."""
        self.line(f"\n\033[1m{text}\033[0m" if self._bold else f"\n{text}")

    def row(self, seconds: float, who: str, what: str, outcome: str) -> None:
        """One step: when (since the story began), who, what they called, and what came of it, line by line."""
        minutes = int(seconds) // 60
        start = f"{f'+{minutes // 60}:{minutes % 60:02}':>8}  {who:<9}{what:<26} "
        for line in outcome.splitlines() or [""]:
            self.line(f"{start}{line}".rstrip())
            start = " " * len(start)

    def table(self, rows: Iterable[Sequence[str]], left: Container[int]) -> None:
        """Columns as wide as their widest cell; those numbered in `left` are left-aligned."""
        self.line(table(rows, left))

    def line(self, text: str = "") -> None:
        """A line as it is; shown at once, also through a pipe."""
        print(text, file=self._out, flush=True)
