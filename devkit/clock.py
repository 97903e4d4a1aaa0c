"""Time travel for the demo and the tests: one offset, shared by a stack's processes through a small file.

Production code knows nothing of this: it asks `common.clock.now()`, whose source the local server replaces.
"""

from __future__ import annotations

import importlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET_FILE = "KIPPU_CLOCK_OFFSET_FILE"


class OffsetFile:
    """Seconds that the stack's clock runs ahead of the machine's, kept in `path`; a missing file means 0."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> float:
        """The offset in seconds."""
        try:
            return float(self.path.read_text())
        except FileNotFoundError:
            return 0.0

    def write(self, seconds: float) -> None:
        """Set the offset; a reader sees the old or the new one, never a half."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(repr(seconds))
        fresh.replace(self.path)

    def now(self) -> datetime:
        """The stack's time, UTC."""
        return datetime.now(UTC) + timedelta(seconds=self.read())


def install_offset_clock() -> None:
    """Make `common.clock` follow the file named by KIPPU_CLOCK_OFFSET_FILE, when one is named."""
    if path := os.environ.get(OFFSET_FILE):
        clock = importlib.import_module("common.clock")
        setattr(clock, "_source", OffsetFile(Path(path)).now)  # noqa: B010 (a module mypy cannot see into)
