"""What must agree once nothing is under way: places, orders, tickets, what people have, and Stripe. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from admission.block import HELD_BACK, Block, over
from admission.order import Order
from admission.states import CANCELLED, EXPIRED, PAID, PENDING, OrderStatus, TicketStatus
from admission.tier import Tier
from admission.waitlist import WaitStatus
from common import history
from common.invariants import rule
from payments import objects
from payments.objects import PaymentIntent

Fields = dict[str, Any]
TWO_SWEEPS = timedelta(minutes=10)


def _places(order: Order) -> list[tuple[str, str]]:
    return [(f"{order.event_id}.{item.tier}.{item.block}", item.place) for item in order.kept]


@rule
def places(now: datetime, orders: dict[str, Order], blocks: dict[str, Block]) -> Iterator[str]:
    """A paid order has exactly its places, an unpaid one that may still be paid holds them, any other has none."""
    had = {
        (block.id, place): held
        for block in blocks.values()
        for place, held in block.places.items()
        if held is not None and not over(held, now) and held["o"] != HELD_BACK
    }
    for block in blocks.values():
        if block.taken(now) > block.size:
            yield f"{block.id}: {block.taken(now)} places are taken of {block.size}"
    expected: dict[tuple[str, str], str] = {}
    for order in orders.values():
        paid = order.state.status is OrderStatus.PAID
        for place in _places(order) if paid or order.state == PENDING else ():
            if paid and place in expected:
                yield f"{order.id}: {place} is also {expected[place]}'s"
            expected[place] = order.id
            held = had.get(place)
            if paid and (held is None or held["o"] != order.id or held["u"] is not None):
                yield f"{order.id}: paid, but does not have {place}"
    for place, held in had.items():
        if expected.get(place) != held["o"]:
            yield f"{place}: held for {held['o']}, whose order does not say so"


@rule
def tickets(orders: dict[str, Order], tickets: dict[str, Fields]) -> Iterator[str]:
    """Every paid order has its tickets, and no other order has one that is valid."""
    issued = Counter(str(ticket["order_id"]) for ticket in tickets.values())
    for order in orders.values():
        paid = order.state.status is OrderStatus.PAID
        if issued[order.id] != len(order.items) and paid:
            yield f"{order.id}: {issued[order.id]} tickets for {len(order.items)} places"
    for id_, ticket in tickets.items():
        order_of = orders.get(str(ticket["order_id"]))
        usable = ticket["status"] != TicketStatus.CANCELLED
        if order_of is None or (usable and order_of.state.status is not OrderStatus.PAID):
            yield f"ticket {id_}: {ticket['status']}, but its order is not paid"


@rule
def buyers(orders: dict[str, Order], buyers: dict[str, Fields]) -> Iterator[str]:
    """What counts as bought is what the paid orders have."""
    owned: Counter[str] = Counter()
    for order in orders.values():
        owned[f"{order.event_id}.{order.buyer}"] += (order.state.status is OrderStatus.PAID) * len(order.kept)
    for id_ in sorted({*owned, *buyers}):
        counted = int(buyers.get(id_, {}).get("owned", 0))
        if counted != owned[id_]:
            yield f"buyer {id_}: {counted} places counted, {owned[id_]} bought"


@rule
def waiting(
    orders: dict[str, Order], tiers: dict[str, Tier], waitlist: dict[str, Fields], blocks: dict[str, Block]
) -> Iterator[str]:
    """What is offered is an order that may be paid; who waits is looked at; tier and blocks say alike for whom."""
    for block in blocks.values():
        tier = tiers.get(block.id.rpartition(".")[0])
        if tier is not None and block.waiting != tier.waiting:
            yield f"{block.id}: its tier says otherwise whether it is for those who wait"
    for id_, entry in waitlist.items():
        tier = tiers.get(entry["list"])
        if entry["status"] == WaitStatus.WAITING and (tier is None or tier.doc.get("due_at") is None):
            yield f"{id_}: waits, and nobody looks at the list"
        order = orders.get(entry["order_id"] or "")
        if entry["status"] == WaitStatus.OFFERED and (order is None or order.state != PENDING):
            yield f"{id_}: offered, but the order is {order and order.state}"


@rule
def payments(intents: dict[str, PaymentIntent], orders: dict[str, Order]) -> Iterator[str]:
    """Captured exactly where paid; nothing held or kept of an order that ended."""
    for order in orders.values():
        fact = intents.get(order.payment_intent_id or "")
        if fact is None:
            if order.amount and order.state.status is OrderStatus.PAID:
                yield f"{order.id}: paid, without a payment at Stripe"
            continue
        refunded = int(order.doc["refunded_amount"]) if not order.open_refunds else fact.amount_refunded
        if fact.charge_known and order.state.status is OrderStatus.PAID and fact.amount_refunded != refunded:
            yield f"{order.id}: {fact.amount_refunded} JPY refunded at Stripe, {refunded} on the order"
        if order.state == PAID and (fact.status != objects.CAPTURED or fact.amount_received != order.amount):
            yield f"{order.id}: paid, but {fact.status} at Stripe with {fact.amount_received} JPY"
        kept_as_fee = order.amount - int(order.doc["refunded_amount"]) if order.returned else 0
        at_rest = fact.at_rest or (fact.charge_known and fact.amount_received - fact.amount_refunded == kept_as_fee)
        if order.state in (EXPIRED, CANCELLED) and not at_rest:
            yield f"{order.id}: {order.state}, but {fact.status} at Stripe"
    known = {order.payment_intent_id for order in orders.values()}
    for fact in intents.values():
        if fact.id not in known and not fact.at_rest:
            yield f"{fact.id}: {fact.status} at Stripe, on no order's record"


@rule
def due(now: datetime, orders: dict[str, Order]) -> Iterator[str]:
    """Every unfinished order is due for something in time, and no finished one is."""
    for order in orders.values():
        due_at, unfinished = order.time("due_at"), order.state == PENDING or order.state.decision is not None
        if unfinished is (due_at is None):
            yield f"{order.id}: {order.state}, due at {due_at}"
        elif due_at is not None and now > due_at + TWO_SWEEPS:
            yield f"{order.id}: {order.state}, overdue since {due_at}"


@rule
def histories(orders: dict[str, Order], histories: dict[str, dict[int, Fields]]) -> Iterator[str]:
    """Gapless, and ending where the order is."""
    for order in orders.values():
        for problem in history.problems(order.version, order.state.status, histories.get(order.id, {})):
            yield f"{order.id}: {problem}"


RULES = (places, tickets, buyers, waiting, payments, due, histories)
