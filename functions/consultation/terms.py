"""What is promised when a ticket is bought. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

CAPTURE_MARGIN = timedelta(minutes=60)


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
    def of(cls, fields: dict[str, Any]) -> Terms:
        """From a ticket type's or a ticket's fields; what they lack has the default."""
        given = {name: fields[name] for name in cls.__dataclass_fields__ if fields.get(name) is not None}
        page = str(given.pop("page", cls.page))
        return cls(page=page, **{name: int(minutes) for name, minutes in given.items()})


def hold_deadline(terms: Terms, authorized_at: datetime, capture_before: datetime | None) -> datetime:
    """When an unused hold is voided: after ``hold_hours``, but early enough that a session begun at the last moment
    can still be captured before the bank releases the hold."""
    deadline = authorized_at + timedelta(hours=terms.hold_hours)
    if capture_before is None:
        return deadline
    return min(deadline, capture_before - timedelta(minutes=terms.session_minutes) - CAPTURE_MARGIN)
