"""What may be asked of a search for events, and what it answers: all that a search engine has to know of here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from admission.search_index import Row

PAGE = 20


@dataclass(frozen=True)
class Query:
    """Everything given must hold of an event.

    Attributes:
        text: words, each of which must stand somewhere in what can be searched, also inside of a longer word.
        since: the earliest beginning.
        until: the latest beginning.
        min_price: JPY. One of the event's prices must be between this and ``max_price``.
        after: the beginning, in microseconds, and the id of the last event of the page before.
    """

    text: str | None = None
    category: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    min_price: int | None = None
    max_price: int | None = None
    after: tuple[int, str] | None = None
    limit: int = PAGE


@dataclass(frozen=True)
class Found:
    """A page of events with their ids, in the order in which they begin, and whether there are more."""

    events: Sequence[tuple[str, Row]]
    more: bool


class SearchEngine(Protocol):
    """Whatever finds events. One that runs elsewhere can take the place of the table in memory."""

    def find(self, query: Query) -> Found:
        """The published, coming events that match, none older than a minute."""
