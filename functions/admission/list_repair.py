"""What a hand did to lists is put right: which events can be found, and who waits for what.

The documents of events, tiers and orders say what is true of them; a list only repeats it.
"""

from __future__ import annotations

from collections.abc import Mapping

from admission import rebuild, search_index, waitlist
from admission.event import Event
from admission.records import event_ref
from admission.search_index import Row
from admission.states import PENDING
from admission.tier import Tier
from admission.waitlist import Entry, WaitStatus
from common import clock, documents, history
from common.documents import Unit
from common.history import Change
from common.retry import run_until_committed


def is_found_as_it_is(event: Event, rows: Mapping[str, Row]) -> bool:
    """Whether an event has the row that it should have among those of its document."""
    now, row = clock.now(), rows.get(event.id)
    found = None if row is None or search_index.over(row, now) else row
    return found == search_index.wanted(event.doc.data or {}, now)


def row(event_id: str) -> list[str]:
    """Have an event be found as it is, or no more; a line if it was not so."""
    return run_until_committed(lambda: _row(event_id))


def _row(event_id: str) -> list[str]:
    doc, found_in = documents.read(event_ref(event_id), search_index.ref_of(event_id))
    if not doc.exists or is_found_as_it_is(Event(doc), search_index.rows(found_in)):
        return []
    now, unit = clock.now(), Unit()
    search_index.write(unit, found_in, event_id, doc.data or {}, now)
    if unit.empty:
        # There is no room for it.
        return []
    # The event's next version, too: whatever changes it meanwhile has its row in mind as well.
    history.advance(unit, doc, {"updated_at": now}, Change("index", "schedule", now))
    unit.commit()
    return [f"event {event_id}: could not be found as it is"]


def strange_rows(number: int) -> list[str]:
    """Take the rows of events that are gone, or belong elsewhere, out of a document; a line for each.

    And, without a line, those of events that are over: nothing finds them, and the next change takes them out.
    """
    return run_until_committed(lambda: _strange_rows(number))


def _strange_rows(number: int) -> list[str]:
    (doc,) = documents.read(search_index.refs()[number])
    rows, unit, now = search_index.rows(doc), Unit(), clock.now()
    events = documents.read_page(map(event_ref, rows), ["status"])
    there = {event.id for event in events.values() if event.exists and search_index.number_of(event.id) == number}
    coming = {id_: each for id_, each in rows.items() if not search_index.over(each, now)}
    search_index.replace(unit, doc, {id_: each for id_, each in coming.items() if id_ in there})
    if not unit.empty:
        unit.commit()
    return [f"search_index {number}: had a row of {id_}, which is not there" for id_ in sorted({*coming} - there)]


def entry(entry_id: str) -> list[str]:
    """Have somebody who waits be looked at, and end an offer whose order is over or gone; a line for it."""
    return run_until_committed(lambda: _entry(entry_id))


def _entry(entry_id: str) -> list[str]:
    (doc,) = documents.read(documents.ref("event_waitlist", entry_id))
    match Entry(doc).status:
        case WaitStatus.WAITING:
            return _look_at_list(Entry(doc))
        case WaitStatus.OFFERED:
            return _end_offer(Entry(doc))
    return []


def _look_at_list(waits: Entry) -> list[str]:
    (doc,) = documents.read(documents.ref("event_tiers", waits.doc["list"]))
    if not doc.exists or doc.get("due_at") is not None:
        return []
    unit = Unit()
    waitlist.open_list(unit, Tier(doc), clock.now(), for_them_only=Tier(doc).waiting)
    unit.commit()
    return [f"{waits.id}: waited, and nobody looked at the list"]


def _end_offer(offered: Entry) -> list[str]:
    loaded = rebuild.order(str(offered.order_id))
    if loaded is not None and loaded.order.state == PENDING:
        return []
    unit, status = Unit(), waitlist.became(loaded.order if loaded is not None else None)
    offered.change(unit, {"status": status})
    unit.commit()
    return [f"{offered.id}: was offered places by an order that is {'gone' if loaded is None else 'over'}"]
