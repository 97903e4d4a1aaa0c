"""Time travel for the demo and the tests: one offset, shared by a stack's processes through a small file.

Production code knows nothing of this: it asks `common.clock.now()`, whose source the local server replaces.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

OFFSET_FILE = "KIPPU_CLOCK_OFFSET_FILE"


class OffsetFile:
    """Seconds that the stack's clock runs ahead of the machine's, kept in `path`; a missing file means 0."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self) -> float:
        return float(self.path.read_text()) if self.path.exists() else 0.0

    def write(self, seconds: float) -> None:
        """Set the offset; a reader sees the old or the new one, never a half."""
        fresh = self.path.with_suffix(".new")
        fresh.write_text(repr(seconds))
        fresh.replace(self.path)

    def now(self) -> datetime:
        return datetime.now(UTC) + timedelta(seconds=self.read())
