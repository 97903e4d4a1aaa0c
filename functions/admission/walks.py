"""What else the daily reconciliation looks through: blocks, tickets, entries, refunds, what buyers have, and events.

Each can be changed or deleted by hand without its order's knowledge.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from admission import order as orders
from admission import rebuild, surroundings
from admission.block import Block
from admission.comparison import MOST
from admission.door.records import ticket_of
from admission.event import Event
from admission.invariants import buyers, inventory, places
from admission.records import event_ref, order_ref
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
    """Compare a page of events with their tiers and blocks. Those whose hint is out of date are looked at again."""
    docs = documents.read_page(event_ref(id_) for id_ in ids)
    events = {doc.id: Event(doc) for doc in docs.values() if doc.exists}
    judged: list[Compared | None] = []
    for id_ in ids:
        records = surroundings.of_event(events[id_]) if id_ in events else {}
        lines = tuple(violations((inventory,), records))
        hinted = not lines and id_ in events and _hint(events[id_], records["blocks"]) is None
        judged.append(Compared(id_, differences=lines) if hinted or id_ not in events else None)
    return judged


def _hint(event: Event, blocks: dict[str, Block]) -> int | None:
    """How many places the event has left, if it says otherwise."""
    now = clock.now()
    left = sum(block.left(now) for block in blocks.values())
    selling = event.status is EventStatus.PUBLISHED
    return left if selling and left != event.doc.get("available_seats") else None


def compare_event(id_: str) -> Compared:
    """Compare an event with its blocks, after those that are gone were written anew; and tell its hint."""
    doc = surroundings.event_doc(id_)
    if not doc.exists:
        return Compared(id_)
    repaired = tuple(rebuild.missing_blocks(id_))
    records = surroundings.of_event(Event(doc))
    _tell_hint(doc, records["blocks"])
    return Compared(id_, differences=tuple(violations((inventory,), records)), repaired=repaired)


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
