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

    def __init__(self, cursor: Cursor, begin: datetime, end: datetime, seen_again: timedelta = timedelta(0)) -> None:
        """Begin where the cursor stands.

        Args:
            begin: where to begin if it was never moved.
            end: the present.
            seen_again: how much of the time before the end is not done with, even if it was seen.
        """
        self._cursor = cursor
        self._since: datetime = cursor.get("since", begin.replace(microsecond=0))
        self._until: datetime | None = cursor.get("until")
        self._next: datetime = cursor.get("next", begin)
        self._end = end
        self._certain = end - seen_again
        self.complete = False

    def pages(self, listed: Callable[[datetime, datetime], Iterator[Sequence[Any]]]) -> Iterator[Sequence[Any]]:
        """Page after page of what was created from one moment to another, as ``listed`` gives it."""
        while self._since <= self._end:
            if self._until is not None:
                # Begun by an earlier run: what was created since then belongs to the next slice.
                yield from listed(self._since, self._until)
                self._since, self._until = self._next, None
                continue
            last = min(self._since + SLICE - _SECOND, self._end)
            self._next = min(last + _SECOND, max(self._since, self._certain))
            yield from listed(self._since, last)
            self._since, self._until = last + _SECOND, None
        self.complete = True

    def done_down_to(self, created: datetime | int) -> None:
        """Keep that of this slice everything that was created later is done; what was created then is seen again."""
        self._until = created if isinstance(created, datetime) else datetime.fromtimestamp(created, UTC)
        self._cursor.move(since=self._since, until=self._until, next=self._next)

    def begin_again(self, since: datetime | None = None, **more: Any) -> None:
        """Keep where the next slices begin, and what else is to be kept with it."""
        self._cursor.move(since=since, until=None, next=None, **more)
