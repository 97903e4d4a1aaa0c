"""What stands around orders, blocks, buyers, events and those who wait: documents that must agree, for the rules.

They are read together, for a page of things in a few round trips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from admission import tickets
from admission.block import Block
from admission.door.records import entry_ref
from admission.event import Event
from admission.order import Order
from admission.records import block_ref, buyer_ref, event_ref, order_ref, refund_ref
from admission.tier import Tier
from admission.waitlist import Entry
from common import clock, documents, history
from common.documents import Doc
from payments.objects import PaymentIntent

Records = dict[str, Any]


def of_orders(orders: Sequence[Order], facts: Mapping[str, PaymentIntent]) -> list[Records]:
    """For each order what the rules need, by itself.

    Args:
        orders: as they were just read.
        facts: the payments that are known, by id. Of an order without a known one the rules of money are left out.
    """
    read = documents.read_page(reference for order in orders for reference in _around(order))
    read |= documents.read_page(entry for doc in read.values() for entry in _entries(doc))
    return [_of_order(order, facts.get(order.payment_intent_id or ""), read) for order in orders]


def _around(order: Order) -> Iterator[firestore.DocumentReference]:
    yield from tickets.refs(order)
    yield from _blocks(order)
    yield from _refunds(order)
    yield from _lines(order)


def _entries(doc: Doc) -> list[firestore.DocumentReference]:
    """The entries that a ticket counts."""
    return [entry_ref(doc.id, number) for number in range(1, int(doc.get("entries") or 0) + 1)]


def _blocks(order: Order) -> list[firestore.DocumentReference]:
    named = dict.fromkeys((item.tier, item.block) for item in order.items)
    return [block_ref(order.event_id, tier, number) for tier, number in named]


def _refunds(order: Order) -> list[firestore.DocumentReference]:
    """Its refunds, and the next one, which must not be there yet."""
    return [refund_ref(order.id, number) for number in range(1, int(order.doc.get("refunds", 0)) + 2)]


def _lines(order: Order) -> list[firestore.DocumentReference]:
    """The lines of its history, and the next one, which must not be there yet."""
    return [history.line_ref(order.doc.ref, version) for version in range(1, order.version + 2)]


def _of_order(order: Order, fact: PaymentIntent | None, read: Mapping[str, Doc]) -> Records:
    def there(refs: Iterable[firestore.DocumentReference]) -> list[Doc]:
        return [read[reference.path] for reference in refs if read[reference.path].exists]

    records = {
        "now": clock.now(),
        "orders": {order.id: order},
        "tickets": {doc.id: doc.data for doc in there(tickets.refs(order))},
        "entries": {doc.id: doc.data for ticket in tickets.refs(order) for doc in there(_entries(read[ticket.path]))},
        "blocks": {doc.id: _seen_by(order, Block(doc)) for doc in there(_blocks(order)) if doc.get("size")},
        "refunds": {doc.id: doc.data for doc in there(_refunds(order))},
        "histories": {order.id: {int(doc.id): doc.data for doc in there(_lines(order))}},
    }
    return records if fact is None else {**records, "intents": {fact.id: fact}}


def _seen_by(order: Order, block: Block) -> Block:
    """Only what of a block is about this order: who else has places there, the block's own comparison looks at."""
    own = {item.place for item in order.kept}
    seen = {name: held for name, held in block.places.items() if held and (held["o"] == order.id or name in own)}
    return Block(Doc(block.doc.ref, {**(block.doc.data or {}), "places": seen}))


def of_blocks(blocks: Sequence[Block]) -> list[Records]:
    """For each block the orders that are named in it."""
    named = {block.id: block.orders for block in blocks}
    read = documents.read_page(order_ref(id_) for ids in named.values() for id_ in ids)
    orders = {doc.id: Order(doc) for doc in read.values() if doc.exists}
    return [
        {
            "now": clock.now(),
            "blocks": {block.id: block},
            "orders": {id_: orders[id_] for id_ in named[block.id] if id_ in orders},
        }
        for block in blocks
    ]


def of_buyer(doc: Doc) -> Records:
    """What one person has of an event, with all of their orders of it."""
    event_id, _, uid = doc.id.partition(".")
    orders = {order.id: order for order in orders_of(event_id, uid)}
    return {"now": clock.now(), "buyers": {doc.id: doc.data} if doc.exists else {}, "orders": orders}


def orders_of(event_id: str, uid: str) -> list[Order]:
    """All orders that one person made of an event."""
    query = documents.collection("event_orders").where(filter=FieldFilter("event_id", "==", event_id))
    return [Order(Doc.found(found)) for found in query.where(filter=FieldFilter("purchaser_id", "==", uid)).stream()]


def of_event(event: Event) -> Records:
    """An event with its tiers and all of their blocks."""
    found = documents.read_page(event.tier_refs())
    tiers = [Tier(found[reference.path]) for reference in event.tier_refs() if found[reference.path].exists]
    blocks = documents.read_page(reference for tier in tiers for reference in tier.blocks())
    return {
        "events": {event.id: event},
        "tiers": {tier.id: tier for tier in tiers},
        "blocks": {doc.id: Block(doc) for doc in blocks.values() if doc.exists and doc.get("size") is not None},
    }


def of_entries(entries: Sequence[Entry]) -> list[Records]:
    """For each who waits, or waited, their tier, and the order by which they were offered places."""
    tiers = {entry.id: documents.ref("event_tiers", entry.doc["list"]) for entry in entries}
    orders = {entry.id: order_ref(entry.order_id) for entry in entries if entry.order_id}
    read = documents.read_page([*tiers.values(), *orders.values()])
    there = {path: doc for path, doc in read.items() if doc.exists}
    return [
        {
            "orders": {order.id: Order(there[order.path]) for order in _known(orders.get(entry.id), there)},
            "tiers": {tier.id: Tier(there[tier.path]) for tier in _known(tiers[entry.id], there)},
            "waitlist": {entry.id: entry.doc.data},
            "blocks": {},
        }
        for entry in entries
    ]


def _known(
    wanted: firestore.DocumentReference | None, there: Mapping[str, Doc]
) -> Iterator[firestore.DocumentReference]:
    if wanted is not None and wanted.path in there:
        yield wanted


def event_doc(id_: str) -> Doc:
    """An event's document, as it is now."""
    return documents.read(event_ref(id_))[0]


def buyer_doc(event_id: str, uid: str) -> Doc:
    """What one person has of an event, as it is now."""
    return documents.read(buyer_ref(event_id, uid))[0]
