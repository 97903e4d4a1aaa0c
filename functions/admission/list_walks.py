"""What the daily reconciliation looks through of lists: the rows of ``search_index``, and those who wait."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import partial

from admission import list_repair, search_index, surroundings
from admission.comparison import MOST
from admission.invariants import waiting
from admission.records import event_ref
from admission.waitlist import Entry
from common import clock, documents
from common.documents import Doc
from common.invariants import violations
from common.pages import ids_after
from payments.domain import Compared, Walk


def judge_rows(ids: Sequence[str]) -> list[Compared | None]:
    """Whether a page of documents have only rows of events that are there. The rows themselves the events tell."""
    docs = documents.read_page(documents.ref("search_index", id_) for id_ in ids)
    coming = {doc.id: _coming(doc) for doc in docs.values()}
    read = documents.read_page((event_ref(id_) for each in coming.values() for id_ in each or ()), ["status"])
    there = {doc.id for doc in read.values() if doc.exists}
    return [Compared(id_) if _in_place(id_, coming[id_], there) else None for id_ in ids]


def _coming(doc: Doc) -> list[str] | None:
    """The events of a document; ``None`` if some of them are over."""
    rows, now = search_index.rows(doc), clock.now()
    return None if any(search_index.over(row, now) for row in rows.values()) else [*rows]


def _in_place(document: str, events: Sequence[str] | None, there: Collection[str]) -> bool:
    return events is not None and all(id_ in there and str(search_index.number_of(id_)) == document for id_ in events)


def compare_rows(id_: str) -> Compared:
    """Take rows out of a document that do not belong there."""
    ours = id_ in {reference.id for reference in search_index.refs()}
    return Compared(id_, repaired=tuple(list_repair.strange_rows(int(id_)) if ours else ()))


def judge_entries(ids: Sequence[str]) -> list[Compared | None]:
    """Compare a page of those who wait, or have waited, with their tiers and orders."""
    docs = documents.read_page(documents.ref("event_waitlist", id_) for id_ in ids)
    lines = _lines([doc for doc in docs.values() if doc.exists])
    return [Compared(id_, differences=lines.get(id_, ())) for id_ in ids]


def compare_entry(id_: str) -> Compared:
    """Compare somebody who waits with their tier and order, after what can be was put right."""
    repaired = tuple(list_repair.entry(id_))
    (doc,) = documents.read(documents.ref("event_waitlist", id_))
    lines = _lines([doc] if doc.exists else []).get(id_, ())
    return Compared(id_, differences=lines, repaired=repaired)


def _lines(docs: Sequence[Doc]) -> dict[str, tuple[str, ...]]:
    around = surroundings.of_entries(list(map(Entry, docs)))
    return {doc.id: tuple(violations((waiting,), its)) for doc, its in zip(docs, around, strict=True)}


ROWS = Walk("search", partial(ids_after, "search_index"), compare_rows, judge_rows)
WAITING = Walk("waitlist", partial(ids_after, "event_waitlist"), compare_entry, judge_entries, MOST)
