"""When a day pass begins and ends, by the calendar of Tokyo. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from common.clock import TOKYO

LATE = timedelta(hours=2)
"""A pass settled so long after it was paid is no use to who waited for it: it becomes a credit."""


def today(now: datetime) -> str:
    """The date in Tokyo, ``YYYY-MM-DD``."""
    return now.astimezone(TOKYO).date().isoformat()


def ends_at(now: datetime, min_pass_minutes: int) -> datetime:
    """The next midnight in Tokyo, or later if the pass would last too short."""
    tomorrow = now.astimezone(TOKYO).date() + timedelta(days=1)
    midnight = datetime.combine(tomorrow, time(), TOKYO).astimezone(UTC)
    return max(midnight, now + timedelta(minutes=min_pass_minutes))
