"""What is promised when a ticket is bought. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

CAPTURE_MARGIN = timedelta(minutes=60)
BOUNDS = {
    "session_minutes": (1, 24 * 60),
    "min_session_minutes": (0, 24 * 60),
    "resume_minutes": (0, 7 * 24 * 60),
    # Most cards hold for a week. What holds for less has an earlier deadline anyway.
    "hold_hours": (1, 7 * 24),
    # Well below the greatest age of an unpaid purchase, so that coming back can still extend it.
    "pending_minutes": (1, 12 * 60),
}
"""The least and the most of each term that is a number."""
LONGEST_PAGE = 100
"""Characters. The terms stand in Stripe's metadata, where a value has 500."""


@dataclass(frozen=True)
class Terms:
    """A ticket type's terms, frozen on the ticket. A later change of the type does not reach it.

    Attributes:
        session_minutes: length of the session.
        min_session_minutes: a consultant who ends earlier than this charges nothing.
        resume_minutes: how long after its end a room can be reopened.
        hold_hours: how long an authorization waits for its session.
        pending_minutes: how long an unpaid purchase stays open.
        page: the app's page where the consultation takes place, which notifications open.
    """

    session_minutes: int = 30
    min_session_minutes: int = 3
    resume_minutes: int = 60
    hold_hours: int = 72
    pending_minutes: int = 60
    page: str = "DMRoom"

    @classmethod
    def of(cls, fields: Mapping[str, Any]) -> Terms:
        """From a ticket's fields, or from metadata, which others can edit: what cannot be has the default."""
        given: dict[str, Any] = {
            name: int(fields[name]) for name in BOUNDS if _possible(fields.get(name), *BOUNDS[name])
        }
        page = fields.get("page")
        if isinstance(page, str) and page.strip() and len(page) <= LONGEST_PAGE:
            given |= {"page": page}
        terms = cls(**given)
        return replace(terms, min_session_minutes=min(terms.min_session_minutes, terms.session_minutes))


def _possible(value: Any, least: int, most: int) -> bool:
    """Whether a value is a whole number within its bounds. A boolean is none, though Python counts it as one."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and least <= value <= most and value % 1 == 0


def hold_deadline(terms: Terms, authorized_at: datetime, capture_before: datetime | None) -> datetime:
    """When an unused hold is voided: after ``hold_hours``, but early enough that a session begun at the last moment
    can still be captured before the bank releases the hold."""
    deadline = authorized_at + timedelta(hours=terms.hold_hours)
    if capture_before is None:
        return deadline
    return min(deadline, capture_before - timedelta(minutes=terms.session_minutes) - CAPTURE_MARGIN)
