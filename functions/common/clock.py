"""The server's clock, the only time any decision is made by.

Kept behind one name so that tests and the local stack can travel without touching the code they exercise.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")
"""Where days begin and end."""


def _system() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system


def now() -> datetime:
    """The current time, timezone-aware, in UTC."""
    return _source()
