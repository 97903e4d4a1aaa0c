"""The rows of ``search_index`` in this instance's memory, where an SQLite table orders and filters them.

Texts are compared after NFKC, case folding and the folding of katakana to hiragana, so that width, case and the kind of
kana do not matter. Rows are read again every half minute by whoever searches then, and only those documents that
changed are taken apart; others go on with what is there, as long as that is not a minute old.
"""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from admission import search_index
from admission.search_index import Row
from admission.search_query import Found, Query
from common import clock, documents
from common.documents import Doc

READ_AGAIN_AFTER = timedelta(seconds=30)
STALE_AFTER = timedelta(seconds=60)

_TABLES = """
CREATE TABLE events (
  event_id TEXT PRIMARY KEY, document TEXT, begins INTEGER, ends INTEGER, category TEXT);
CREATE INDEX by_time ON events (begins, event_id, ends, category);
CREATE INDEX by_document ON events (document);
CREATE TABLE prices (event_id TEXT, price INTEGER, PRIMARY KEY (event_id, price)) WITHOUT ROWID;
"""
_FIND = """
SELECT event_id FROM events
WHERE ends > :now AND (begins, event_id) > (:after, :after_id) AND begins BETWEEN :since AND :until
  AND (:category IS NULL OR category = :category)
  AND (:any_price OR EXISTS (
    SELECT 1 FROM prices WHERE prices.event_id = events.event_id AND price BETWEEN :lowest AND :highest))
ORDER BY begins, event_id
"""
_LATEST = 2**62
_SEARCHED = ("title", "venue_name", "organizer_name", "category", "venue_address", "description")
_TO_HIRAGANA = {code: code - 0x60 for code in (*range(0x30A1, 0x30F7), 0x30FD, 0x30FE)}
# SQLite's texts end there.
_FOLDED = {**_TO_HIRAGANA, 0: " "}


def folded(text: str) -> str:
    """A text as it is compared."""
    once = unicodedata.normalize("NFKC", text).casefold()
    return unicodedata.normalize("NFKC", once).translate(_FOLDED)


class SearchTable:
    """Finds events in memory; one for all threads of an instance."""

    def __init__(self) -> None:
        # Imported at the first search: no other call needs it.
        import sqlite3

        self._connection = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self._connection.executescript(_TABLES)
        self._using = threading.Lock()
        self._reading = threading.Lock()
        self._read_at: datetime | None = None
        self._seen: dict[str, Any] = {}
        self._rows: dict[str, Row] = {}
        self._texts: dict[str, str] = {}

    def find(self, query: Query) -> Found:
        """What a query finds, as it was at most a minute ago, in the order of time."""
        now = clock.now()
        self._bring_up_to_date(now)
        words = folded(query.text or "").split()
        with self._using, closing(self._connection.execute(_FIND, _parameters(query, now))) as sought:
            # Looking for words here, as the rows come, is several times as fast as in SQL.
            matching: Iterator[str] = (id_ for (id_,) in sought)
            for word in words:
                matching = self._with(word, matching)
            found = [(id_, self._rows[id_]) for id_ in islice(matching, query.limit + 1)]
        return Found(found[: query.limit], more=len(found) > query.limit)

    def _with(self, word: str, events: Iterator[str]) -> Iterator[str]:
        return (id_ for id_ in events if word in self._texts[id_])

    def _bring_up_to_date(self, now: datetime) -> None:
        if self._younger_than(READ_AGAIN_AFTER, now):
            return
        # Whoever needs not wait for another's reading does not.
        if not self._reading.acquire(blocking=not self._younger_than(STALE_AFTER, now)):
            return
        try:
            if not self._younger_than(READ_AGAIN_AFTER, now):
                docs = documents.read(*search_index.refs())
                self._take(docs)
                self._read_at = now
        finally:
            self._reading.release()

    def _younger_than(self, age: timedelta, now: datetime) -> bool:
        return self._read_at is not None and abs(now - self._read_at) < age

    def _take(self, docs: Sequence[Doc]) -> None:
        for doc in docs:
            if doc.id in self._seen and self._seen[doc.id] == doc.update_time:
                continue
            rows = search_index.rows(doc)
            events = [_event(doc.id, event_id, row) for event_id, row in rows.items()]
            texts = {event_id: _text(row) for event_id, row in rows.items()}
            prices = [(event_id, price) for event_id, row in rows.items() for price in {*row["prices"]}]
            with self._using, self._connection as table:
                table.execute("BEGIN")
                for (gone,) in table.execute("SELECT event_id FROM events WHERE document = ?", (doc.id,)).fetchall():
                    del self._rows[gone], self._texts[gone]
                of_document = "(SELECT event_id FROM events WHERE document = ?)"
                table.execute(f"DELETE FROM prices WHERE event_id IN {of_document}", (doc.id,))  # noqa: S608  # constant
                table.execute("DELETE FROM events WHERE document = ?", (doc.id,))
                table.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?)", events)
                table.executemany("INSERT INTO prices VALUES (?, ?)", prices)
                self._rows |= rows
                self._texts |= texts
            self._seen[doc.id] = doc.update_time


def _event(document: str, event_id: str, row: Row) -> tuple[Any, ...]:
    return event_id, document, row["event_date"], search_index.ends(row), folded(row["category"] or "")


def _text(row: Row) -> str:
    # No word of a query has a line feed, so none is found across two fields.
    return "\n".join(folded(row[name] or "") for name in _SEARCHED)


def _parameters(query: Query, now: datetime) -> dict[str, Any]:
    after, after_id = query.after or (-1, "")
    return {
        "now": search_index.micros(now),
        "after": after,
        "after_id": after_id,
        "since": 0 if query.since is None else search_index.micros(query.since),
        "until": _LATEST if query.until is None else search_index.micros(query.until),
        "category": None if query.category is None else folded(query.category),
        "any_price": query.min_price is None and query.max_price is None,
        "lowest": query.min_price or 0,
        "highest": _LATEST if query.max_price is None else query.max_price,
    }
