"""The demo's output: short, aligned lines."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from typing import TextIO


class Timeline:
    """Prints the run as short, aligned lines; titles are bold on a terminal only."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._bold = out.isatty() and "NO_COLOR" not in os.environ

    def title(self, text: str) -> None:
        """A new part."""
        self.line()
        self.line(f"\033[1m{text}\033[0m" if self._bold else text)

    def prose(self, text: str) -> None:
        """Plain words."""
        self.line(f"  {text}")

    def row(self, seconds: float, who: str, what: str, outcome: str) -> None:
        """One step: when (since the story began), who, what they called, and what came of it, line by line."""
        minutes = int(seconds) // 60
        start = f"{f'+{minutes // 60}:{minutes % 60:02}':>8}  {who:<9}{what:<26} "
        for line in outcome.splitlines() or [""]:
            self.line(f"{start}{line}".rstrip())
            start = " " * len(start)

    def table(self, rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> None:
        """Columns as wide as their widest cell; those numbered in `right` are right-aligned."""
        rows = list(rows)
        widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
        for row in rows:
            cells = (f"{cell:{'>' if at in right else '<'}{widths[at]}}" for at, cell in enumerate(row))
            self.line(f"  {'  '.join(cells)}".rstrip())

    def line(self, text: str = "") -> None:
        """A line as it is; shown at once, also through a pipe."""
        print(text, file=self._out, flush=True)
