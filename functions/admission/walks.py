"""What else the daily reconciliation looks through: blocks, tickets, entries, refunds, what buyers have, and events.

Each can be changed or deleted by hand without its order's knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from admission import list_repair, rebuild, search_index, surroundings
from admission import order as orders
from admission.block import Block
from admission.comparison import MOST
from admission.door.records import ticket_of
from admission.event import Event
from admission.invariants import buyers, inventory, places
from admission.records import event_ref, order_ref, search_ref
from admission.search_index import Row
from admission.states import EventStatus
from common import clock, documents
from common.documents import Doc, LostRace, Unit
from common.invariants import violations
from common.pages import ids_after
from payments.domain import Compared, Walk


def judge_blocks(ids: Sequence[str]) -> list[Compared | None]:
    """Compare a page of blocks with the orders that are named in them."""
    docs = documents.read_page(documents.ref("event_blocks", id_) for id_ in ids)
    blocks = [Block(doc) for doc in docs.values() if rebuild.is_block(doc)]
    around = zip(blocks, surroundings.of_blocks(blocks), strict=True)
    lines = {block.id: tuple(violations((places,), records)) for block, records in around}
    # What is not whole the comparison of its event writes anew.
    return [Compared(id_, differences=lines.get(id_, ())) for id_ in ids]


def compare_block(id_: str) -> Compared:
    """Compare a block, after those of its orders that are gone were written anew."""
    (doc,) = documents.read(documents.ref("event_blocks", id_))
    if rebuild.is_block(doc):
        for order_id in sorted(Block(doc).orders):
            rebuild.order(order_id)
    (found,) = judge_blocks([id_])
    assert found is not None
    return found


def judge_of_orders(collection: str, ids: Sequence[str]) -> list[Compared | None]:
    """Whether a page of documents belongs to orders that are there. What else is wrong, the orders tell."""
    docs = documents.read_page((documents.ref(collection, id_) for id_ in ids), ["order_id"])
    known = {id_: str(docs[documents.ref(collection, id_).path].get("order_id") or "") for id_ in ids}
    read = documents.read_page((order_ref(id_) for id_ in known.values() if id_), ["status"])
    there = {doc.id for doc in read.values() if doc.exists}
    return [Compared(id_) if known[id_] in there else None for id_ in ids]


def compare_of_order(collection: str, id_: str) -> Compared:
    """Write the order of a document anew if that is gone."""
    (doc,) = documents.read(documents.ref(collection, id_))
    order_id = str(doc.get("order_id") or "")
    (order,) = documents.read(order_ref(order_id)) if order_id else (doc,)
    if not doc.exists or (order_id and (order.exists or rebuild.order(order_id) is not None)):
        return Compared(id_)
    return Compared(id_, differences=(f"{collection}/{id_}: its order is gone",))


def judge_entries(ids: Sequence[str]) -> list[Compared | None]:
    """Whether tickets count a page of entries. What else is wrong with them, the orders tell."""
    docs = documents.read_page((ticket_of(id_.rpartition(".")[0]) for id_ in ids), ["entries"])
    return [Compared(id_) if _counts(docs, id_) else None for id_ in ids]


def _counts(docs: Mapping[str, Doc], entry_id: str) -> bool:
    ticket_id, _, number = entry_id.rpartition(".")
    return int(number) <= int(docs[ticket_of(ticket_id).path].get("entries") or 0)


def compare_entry(id_: str) -> Compared:
    """Compare an entry with its ticket, after that was issued anew if it is gone."""
    ticket_id = id_.rpartition(".")[0]
    loaded = orders.load(ticket_id.rpartition(".")[0])
    repaired = tuple(rebuild.missing_tickets(loaded)) if loaded is not None else ()
    docs = documents.read_page([ticket_of(ticket_id), documents.ref("event_entries", id_)])
    if _counts(docs, id_) or not docs[documents.ref("event_entries", id_).path].exists:
        return Compared(id_, repaired=repaired)
    return Compared(id_, differences=(f"event_entries/{id_}: no ticket counts it",), repaired=repaired)


def compare_buyer(id_: str) -> Compared:
    """Have what is counted of a buyer be what their orders say, and compare it."""
    event_id, _, uid = id_.partition(".")
    repaired = tuple(rebuild.recount(event_id, uid))
    records = surroundings.of_buyer(surroundings.buyer_doc(event_id, uid))
    return Compared(id_, differences=tuple(violations((buyers,), records)), repaired=repaired)


def judge_events(ids: Sequence[str]) -> list[Compared | None]:
    """Compare a page of events with their tiers and blocks. An outdated hint or row is mended afterwards."""
    docs = documents.read_page(event_ref(id_) for id_ in ids)
    events = {doc.id: Event(doc) for doc in docs.values() if doc.exists}
    rows = _rows(events)
    judged: list[Compared | None] = []
    for id_ in ids:
        records = surroundings.of_event(events[id_]) if id_ in events else {}
        lines = tuple(violations((inventory,), records))
        hinted = not lines and id_ in events and _hint(events[id_], records["blocks"]) is None
        found = hinted and list_repair.is_found_as_it_is(events[id_], rows)
        judged.append(Compared(id_, differences=lines) if found or id_ not in events else None)
    return judged


def _rows(ids: Iterable[str]) -> dict[str, Row]:
    """These events' own rows, of those that have one where it belongs."""
    wanted: dict[int, list[str]] = {}
    for id_ in ids:
        wanted.setdefault(search_index.number_of(id_), []).append(id_)
    found: dict[str, Row] = {}
    for number, doc in zip(wanted, documents.read(*map(search_ref, wanted)) if wanted else (), strict=True):
        rows = search_index.rows(doc)
        found |= {id_: rows[id_] for id_ in wanted[number] if id_ in rows}
    return found


def _hint(event: Event, blocks: dict[str, Block]) -> int | None:
    """How many places the event has left, if it says otherwise."""
    now = clock.now()
    left = sum(block.left(now) for block in blocks.values())
    selling = event.status is EventStatus.PUBLISHED
    return left if selling and left != event.doc.get("available_seats") else None


def compare_event(id_: str) -> Compared:
    """Compare an event with its blocks, after those that are gone were written anew; and tell its hint and its row."""
    if not surroundings.event_doc(id_).exists:
        return Compared(id_)
    repaired = (*rebuild.missing_blocks(id_), *list_repair.row(id_))
    doc = surroundings.event_doc(id_)
    records = surroundings.of_event(Event(doc))
    _tell_hint(doc, records["blocks"])
    lines = violations((inventory,), records)
    if not list_repair.is_found_as_it_is(Event(doc), _rows([id_])):
        lines.append(f"{id_}: cannot be found as it is, its document of search_index is full")
    return Compared(id_, differences=tuple(lines), repaired=repaired)


def _tell_hint(doc: Doc, blocks: dict[str, Block]) -> None:
    left, unit = _hint(Event(doc), blocks), Unit()
    if left is None:
        return
    unit.update_as_read(doc, {"available_seats": left})
    try:
        unit.commit()
    except LostRace:
        # It is changed just now. It is a hint.
        return


BLOCKS = Walk("blocks", partial(ids_after, "event_blocks"), compare_block, judge_blocks, MOST)
TICKETS = Walk(
    "tickets",
    partial(ids_after, "event_tickets"),
    partial(compare_of_order, "event_tickets"),
    partial(judge_of_orders, "event_tickets"),
    MOST,
)
REFUNDS = Walk(
    "refunds",
    partial(ids_after, "event_refunds"),
    partial(compare_of_order, "event_refunds"),
    partial(judge_of_orders, "event_refunds"),
    MOST,
)
ENTRIES = Walk("entries", partial(ids_after, "event_entries"), compare_entry, judge_entries, MOST)
BUYERS = Walk("buyers", partial(ids_after, "event_buyers"), compare_buyer, most=1_000)
EVENTS = Walk("events", partial(ids_after, "events"), compare_event, judge_events, most=1_000)
