"""A list of Stripe's, which begins with the newest, gone through oldest first: in slices of time, from a cursor on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from payments.cursors import Cursor

SLICE = timedelta(days=5)
"""Few enough of them in a month that an account where little happens is asked seldom."""
_SECOND = timedelta(seconds=1)


class Slices:
    """The slices from where a cursor stands up to an end.

    Within a slice the pages come newest first, and the cursor also keeps how far down they were done; so a run that is
    cut short in the middle of one goes on there, however much a slice holds.

    Attributes:
        complete: whether everything up to the end was given.
    """

    def __init__(self, cursor: Cursor, begin: datetime, end: datetime) -> None:
        self._cursor = cursor
        self._since: datetime = cursor.get("since", begin.replace(microsecond=0))
        self._until: datetime | None = cursor.get("until")
        self._last: datetime | None = cursor.get("last")
        self._end = end
        self.complete = False

    def pages(self, listed: Callable[[datetime, datetime], Iterator[Sequence[Any]]]) -> Iterator[Sequence[Any]]:
        """Page after page of what was created from one moment to another, as ``listed`` gives it."""
        while self._since <= self._end:
            # A slice that was begun keeps its end: what was created since then belongs to the next one.
            self._last = self._last or min(self._since + SLICE - _SECOND, self._end)
            yield from listed(self._since, self._until or self._last)
            self._since, self._until, self._last = self._last + _SECOND, None, None
        self.complete = True

    def done_down_to(self, created: datetime | int) -> None:
        """Keep that of this slice everything that was created later is done; what was created then is seen again."""
        self._until = created if isinstance(created, datetime) else datetime.fromtimestamp(created, UTC)
        self._cursor.move(since=self._since, until=self._until, last=self._last)

    def begin_again(self, since: datetime | None = None, **more: Any) -> None:
        """Keep where the next slices begin, and what else is to be kept with it."""
        self._cursor.move(since=since, until=None, last=None, **more)
