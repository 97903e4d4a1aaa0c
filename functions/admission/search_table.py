"""The rows of ``search_index`` in this instance's memory, ordered by time and searched there.

Texts are compared after NFKC, case folding and the folding of katakana to hiragana, so that width, case and the kind of
kana do not matter. Rows are read again every half minute by whoever searches then, and only those documents that
changed are taken apart; others go on with what is there, as long as that is not a minute old.
"""

from __future__ import annotations

import threading
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate, islice
from typing import Any, NamedTuple

from admission import search_index
from admission.search_index import Row
from admission.search_query import Found, Query
from common import clock, documents
from common.documents import Doc

READ_AGAIN_AFTER = timedelta(seconds=30)
STALE_AFTER = timedelta(seconds=60)

_SEARCHED = ("title", "venue_name", "organizer_name", "category", "venue_address", "description")
_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
# Nothing can be seen of it: it ends a word.
_FOLDED = {**_TO_HIRAGANA, 0: " "}


def folded(text: str) -> str:
    """A text as it is compared."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once).translate(_FOLDED)


class _Event(NamedTuple):
    """A row, taken apart. The first two are its place in the order of time."""

    begins: int
    id: str
    ends: int
    category: str
    text: str
    row: Row

    @classmethod
    def of(cls, id_: str, row: Row) -> _Event:
        # No word of a query has a line feed, so none is found across two fields.
        text = "\n".join(folded(row[name] or "") for name in _SEARCHED)
        return cls(row["event_date"], id_, search_index.ends(row), folded(row["category"] or ""), text, row)


class _Table:
    """Events in the order in which they begin, which never changes: a newer one takes its place.

    Their texts are one, so that a word is looked for in thousands of events by a single search, where one a row takes
    ten times as long, and all threads of an instance wait for each other meanwhile.
    """

    def __init__(self, events: Sequence[_Event] = ()) -> None:
        self._events = sorted(events, key=lambda event: event[:2])
        self._keys = [event[:2] for event in self._events]
        self._text = "".join(f"{event.text}\n" for event in self._events)
        self._starts = [0, *accumulate(len(event.text) + 1 for event in self._events)]

    def find(self, query: Query, now: datetime) -> Iterator[_Event]:
        """What a query finds, in order."""
        first, last = self._between(query)
        words, moment = sorted(folded(query.text or "").split(), key=len), search_index.micros(now)
        category = None if query.category is None else folded(query.category)
        for number in self._having(words, first, last) if words else range(first, last):
            event = self._events[number]
            if event.ends > moment and category in (None, event.category) and _costs(event, query):
                yield event

    def _between(self, query: Query) -> tuple[int, int]:
        """The first event that may be found, by its time, and the first after them."""
        first = 0 if query.after is None else bisect_right(self._keys, query.after)
        if query.since is not None:
            first = max(first, bisect_left(self._keys, (search_index.micros(query.since), "")))
        if query.until is None:
            return first, len(self._events)
        return first, bisect_left(self._keys, (search_index.micros(query.until) + 1, ""))

    def _having(self, words: Sequence[str], first: int, last: int) -> Iterator[int]:
        """The numbers of those events whose texts have all the words. The longest one is mostly the rarest."""
        *others, longest = words
        at, end = self._starts[first], self._starts[max(first, last)]
        while (at := self._text.find(longest, at, end)) >= 0:
            number = bisect_right(self._starts, at) - 1
            if all(word in self._events[number].text for word in others):
                yield number
            at = self._starts[number + 1]


def _costs(event: _Event, query: Query) -> bool:
    if query.min_price is None and query.max_price is None:
        return True
    lowest, highest = query.min_price or 0, query.max_price
    return any(lowest <= price and (highest is None or price <= highest) for price in event.row["prices"])


class SearchTable:
    """Finds events in memory; one for all threads of an instance."""

    def __init__(self) -> None:
        self._reading = threading.Lock()
        self._read_at: datetime | None = None
        self._seen: dict[str, Any] = {}
        self._of_documents: dict[str, list[_Event]] = {}
        self._table = _Table()

    def find(self, query: Query) -> Found:
        """What a query finds, as it was at most a minute ago, in the order of time."""
        now = clock.now()
        self._bring_up_to_date(now)
        found = [(event.id, event.row) for event in islice(self._table.find(query, now), query.limit + 1)]
        return Found(found[: query.limit], more=len(found) > query.limit)

    def _bring_up_to_date(self, now: datetime) -> None:
        if self._younger_than(READ_AGAIN_AFTER, now):
            return
        # Whoever needs not wait for another's reading does not.
        if not self._reading.acquire(blocking=not self._younger_than(STALE_AFTER, now)):
            return
        try:
            if not self._younger_than(READ_AGAIN_AFTER, now):
                self._take(documents.read(*search_index.refs()))
                self._read_at = now
        finally:
            self._reading.release()

    def _younger_than(self, age: timedelta, now: datetime) -> bool:
        return self._read_at is not None and abs(now - self._read_at) < age

    def _take(self, docs: Sequence[Doc]) -> None:
        changed = [doc for doc in docs if doc.id not in self._seen or self._seen[doc.id] != doc.update_time]
        for doc in changed:
            self._of_documents[doc.id] = [_Event.of(id_, row) for id_, row in search_index.rows(doc).items()]
            self._seen[doc.id] = doc.update_time
        if changed:
            self._table = _Table([event for events in self._of_documents.values() for event in events])
