"""``search_index/{n}``: the published, coming events as rows in sixteen documents, each written with its event.

A row changes in the commit that changes its event, guarded by its document's compare-and-set. So there is no moment in
which an event is on sale and cannot be found, or can be found and is closed; what an instance remembers of the rows is
another matter (``search_table``). What somebody did to the documents by hand is put right by the daily comparison, and
by whatever changes the event next.
"""

from __future__ import annotations

import hashlib
import json
import zlib
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud import firestore

from admission.records import search_ref
from admission.states import EventStatus
from common import log
from common.alerts import Alert
from common.documents import Doc, Unit

DOCUMENTS = 16
MOST_BYTES = 1_000_000
"""Of the packed rows: a document may have 1,048,576 bytes."""
MOST_TEXT = 200
"""Characters of the description and of the address that can be found. 10,000 events must fit."""

Row = dict[str, Any]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AS_IT_IS = ("organizer_id", "organizer_name", "title", "venue_name", "category", "timezone", "base_price")
_SHORTENED = ("venue_address", "description")


def refs() -> list[firestore.DocumentReference]:
    """All of them."""
    return [search_ref(number) for number in range(DOCUMENTS)]


def ref_of(event_id: str) -> firestore.DocumentReference:
    """The document that an event's row is in."""
    return search_ref(number_of(event_id))


def number_of(event_id: str) -> int:
    """Its number: all are about equally full."""
    return int.from_bytes(hashlib.sha256(event_id.encode()).digest()[:8]) % DOCUMENTS


def write(unit: Unit, doc: Doc, event_id: str, event: dict[str, Any], now: datetime) -> None:
    """Plan an event's row as the event will be: there while it is published and not over, else not.

    What is over goes with it. Where there is no room for the row, the event is sold all the same, cannot be found, and
    that is reported.

    Args:
        doc: the document of ``ref_of``, which must be as it was read.
        event: the event's fields after the commit.
    """
    after = {id_: row for id_, row in rows(doc).items() if id_ != event_id and not over(row, now)}
    row = wanted(event, now)
    if row is not None:
        packed = pack({**after, event_id: row})
        if len(packed) <= MOST_BYTES:
            after[event_id] = row
        else:
            unit.after_commit(lambda: log.error(Alert.SEARCH_INDEX_FULL, event=event_id, bytes=len(packed)))
    replace(unit, doc, after)


def replace(unit: Unit, doc: Doc, after: dict[str, Row]) -> None:
    """Plan a document, which must be as it was read, to have these rows."""
    if after == rows(doc):
        return
    fields = {"rows": pack(after), "version": int(doc.get("version", 0)) + 1}
    if doc.exists:
        unit.update_as_read(doc, fields)
    else:
        unit.create(doc, fields)


def wanted(event: dict[str, Any], now: datetime) -> Row | None:
    """An event's row; ``None`` while it must not be found."""
    row = row_of(event) if event["status"] == EventStatus.PUBLISHED else None
    return None if row is None or over(row, now) else row


def row_of(event: dict[str, Any]) -> Row:
    """What can be found of an event, and what is shown of it in a list."""
    row = {name: event.get(name) for name in _AS_IT_IS}
    row |= {name: (event.get(name) or "")[:MOST_TEXT] for name in _SHORTENED}
    row |= {"event_date": micros(event["event_date"]), "ends_at": None}
    if event.get("ends_at") is not None:
        row["ends_at"] = micros(event["ends_at"])
    return {**row, "prices": event.get("prices") or [event["base_price"]]}


def ends(row: Row) -> int:
    """When an event is no longer a coming one: at its end, or when it begins if that is not known."""
    return int(row["ends_at"] or row["event_date"])


def over(row: Row, now: datetime) -> bool:
    """Whether an event is over."""
    return ends(row) <= micros(now)


def micros(time: datetime) -> int:
    """A time as a number, exactly."""
    return (time - _EPOCH) // timedelta(microseconds=1)


def from_micros(number: int) -> datetime:
    """The time that a number stands for."""
    return _EPOCH + timedelta(microseconds=number)


def rows(doc: Doc) -> dict[str, Row]:
    """The rows of a document, by the ids of their events."""
    packed = doc.get("rows")
    try:
        found = json.loads(zlib.decompress(packed)) if packed else {}
    except (zlib.error, ValueError, TypeError):
        # Edited by hand. One document must not stop all searches, and the daily comparison writes its rows anew.
        log.warning("search document unreadable", document=doc.id)
        return {}
    return {**found}


def pack(found: dict[str, Row]) -> bytes:
    """Rows as their document keeps them."""
    return zlib.compress(json.dumps(found, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode())
