"""What must agree once nothing is under way: places, orders, tickets, what people have, and Stripe. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from admission.block import HELD_BACK, Block, over
from admission.door.tally import Tally
from admission.event import Event
from admission.order import Order
from admission.states import CANCELLED, EXPIRED, PAID, PENDING, EventStatus, OrderStatus, TicketStatus
from admission.tier import Tier
from admission.waitlist import WaitStatus
from common import history
from common.invariants import rule
from payments import aftermath, objects
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
    expected: set[tuple[tuple[str, str], str]] = set()
    for order in orders.values():
        paid = order.state.status is OrderStatus.PAID
        for place in _places(order) if paid or order.state == PENDING else ():
            if place[0] not in blocks:
                continue
            expected.add((place, order.id))
            held = had.get(place)
            if paid and (held is None or held["o"] != order.id or held["u"] is not None):
                yield f"{order.id}: paid, but does not have {place}"
    for place, held in had.items():
        if (place, held["o"]) not in expected:
            yield f"{place}: held for {held['o']}, whose order does not say so"


@rule
def inventory(events: dict[str, Event], tiers: dict[str, Tier], blocks: dict[str, Block]) -> Iterator[str]:
    """An event that was ever published has all blocks of its tiers, which are open while it is."""
    for event in events.values():
        for name in event.tiers if event.doc.get("published_at") is not None else ():
            tier = tiers.get(f"{event.id}.{name}")
            if tier is None:
                yield f"{event.id}: its tier {name} is gone"
                continue
            its = [blocks.get(f"{tier.id}.{number}") for number in range(tier.block_count)]
            there = [block for block in its if block is not None]
            if len(there) < len(its):
                yield f"{tier.id}: {len(its) - len(there)} of its blocks are gone"
            elif sum(block.size for block in there) != tier.size:
                yield f"{tier.id}: {sum(block.size for block in there)} places in its blocks, {tier.size} are for sale"
            if {block.tier_version for block in there} - {tier.version}:
                yield f"{tier.id}: a block has another version of it"
            if {block.closed for block in there} - {event.status is not EventStatus.PUBLISHED}:
                yield f"{tier.id}: a block is not as open as the event, which is {event.status}"


@rule
def tickets(orders: dict[str, Order], tickets: dict[str, Fields]) -> Iterator[str]:
    """Every paid order has its tickets, blocked while it is disputed; no other order has one that is valid."""
    for order in orders.values():
        if order.state.status is OrderStatus.PAID:
            yield from _tickets_of(order, tickets)
    for id_, ticket in tickets.items():
        order_of = orders.get(str(ticket["order_id"]))
        if order_of is None:
            yield f"ticket {id_}: its order is gone"
        elif ticket["status"] != TicketStatus.CANCELLED and order_of.state.status is not OrderStatus.PAID:
            yield f"ticket {id_}: {ticket['status']}, but its order is not paid"


def _tickets_of(order: Order, tickets: dict[str, Fields]) -> Iterator[str]:
    for number, item in enumerate(order.items):
        ticket = tickets.get(f"{order.id}.{number}")
        if ticket is None:
            yield f"{order.id}: its ticket {number} is gone"
            continue
        if (ticket["status"] == TicketStatus.CANCELLED) is not (number in order.returned):
            yield f"{order.id}: its ticket {number} is {ticket['status']}, given back were {order.returned}"
        elif number not in order.returned and bool(ticket.get("blocked")) is not order.disputed:
            yield f"{order.id}: its ticket {number} is not blocked as its dispute is {order.dispute_status}"
        if (ticket["tier"], ticket["seat_number"]) != (item.tier, item.seat_number):
            yield f"{order.id}: its ticket {number} is for another place"


@rule
def transfers(tickets: dict[str, Fields], transfers: dict[str, Fields]) -> Iterator[str]:
    """A ticket was handed on as often as its generation says, at last to its holder, and knows the offers of it."""
    taken: dict[str, list[tuple[int, str]]] = {}
    for id_, transfer in transfers.items():
        ticket = tickets.get(transfer["ticket_id"])
        if ticket is None:
            yield f"transfer {id_}: its ticket is gone"
        elif transfer["status"] == "accepted":
            taken.setdefault(transfer["ticket_id"], []).append((transfer["generation"], transfer["to_uid"]))
        elif (transfer["status"] == "offered") is not (id_ in (ticket.get("open_transfers") or ())):
            yield f"transfer {id_}: {transfer['status']}, but its ticket says otherwise"
    for id_, ticket in tickets.items():
        times, before = sorted(taken.get(id_, [])), int(ticket.get("generation", 1)) - 1
        if [generation for generation, _ in times] != list(range(1, before + 1)):
            yield f"ticket {id_}: handed on {before} times, but taken {len(times)} times"
        elif times and times[-1][1] != ticket["holder_id"]:
            yield f"ticket {id_}: it is not whose who took it last"


@rule
def entries(tickets: dict[str, Fields], entries: dict[str, Fields]) -> Iterator[str]:
    """A ticket has all entries that it counts and no others, and is used, and somebody in with it, as they tell."""
    for id_, ticket in tickets.items():
        counted = [entries.get(f"{id_}.{number}") for number in range(1, _counted(ticket) + 1)]
        there = [entry for entry in counted if entry is not None]
        if len(there) < len(counted):
            yield f"ticket {id_}: {len(counted) - len(there)} of its entries are gone"
            continue
        told = Tally.of(there).on_ticket(ticket)
        if wrong := [name for name, value in told.items() if (ticket.get(name) or None) != (value or None)]:
            yield f"ticket {id_}: {', '.join(wrong)} not as its entries tell"
    for id_ in entries:
        ticket_id, _, number = id_.rpartition(".")
        if int(number) > _counted(tickets.get(ticket_id, {})):
            yield f"entry {id_}: no ticket counts it"


def _counted(ticket: Fields) -> int:
    return int(ticket.get("entries") or 0)


@rule
def buyers(now: datetime, orders: dict[str, Order], buyers: dict[str, Fields]) -> Iterator[str]:
    """What counts as bought is what the paid orders have, and what may still be paid counts as held."""
    owned: Counter[str] = Counter()
    for order in orders.values():
        id_ = f"{order.event_id}.{order.buyer}"
        owned[id_] += (order.state.status is OrderStatus.PAID) * len(order.kept)
        held = (buyers.get(id_, {}).get("held") or {}).get(order.id) or {}
        if order.state == PENDING and not order.passed("expires_at", now) and held.get("n") != len(order.items):
            yield f"buyer {id_}: {held.get('n')} places counted as held by {order.id}, {len(order.items)} are"
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
def refunds(orders: dict[str, Order], refunds: dict[str, Fields]) -> Iterator[str]:
    """Every refund that an order counts is there, and is decided exactly while the order has it open."""
    for order in orders.values():
        for number in map(str, range(1, int(order.doc.get("refunds", 0)) + 1)):
            refund, amount = refunds.get(f"{order.id}.{number}"), order.open_refunds.get(number)
            if refund is None:
                yield f"{order.id}: its refund {number} is gone"
            elif (refund["status"] == "decided") is not (amount is not None):
                yield f"{order.id}: its refund {number} is {refund['status']}, open are {sorted(order.open_refunds)}"
    for id_, refund in refunds.items():
        order_of = orders.get(str(refund["order_id"]))
        if order_of is None or int(id_.rpartition(".")[2]) > int(order_of.doc.get("refunds", 0)):
            yield f"refund {id_}: no order counts it"


@rule
def payments(intents: dict[str, PaymentIntent], orders: dict[str, Order]) -> Iterator[str]:
    """Captured exactly where paid; nothing held of an order that ended, and nothing kept but fees."""
    for order in orders.values():
        fact = intents.get(order.payment_intent_id or "")
        if fact is not None:
            yield from _money(order, fact)
        elif order.amount and order.state.status is OrderStatus.PAID:
            yield f"{order.id}: paid, without a payment at Stripe"
    known = {order.payment_intent_id for order in orders.values()}
    for fact in intents.values():
        if fact.id not in known and not fact.at_rest:
            yield f"{fact.id}: {fact.status} at Stripe, on no order's record"


def _money(order: Order, fact: PaymentIntent) -> Iterator[str]:
    ended, captured = order.state in (EXPIRED, CANCELLED), fact.status == objects.CAPTURED
    if order.state == PAID and (not captured or fact.amount_received != order.amount):
        yield f"{order.id}: paid, but {fact.status} at Stripe with {fact.amount_received} JPY"
    if ended and not fact.ended:
        yield f"{order.id}: {order.state}, but {fact.status} at Stripe"
    if ended and captured and order.kept and not order.returned_amount:
        yield f"{order.id}: {order.state}, but {fact.amount_received} JPY were captured"
    if order.owed:
        yield f"{order.id}: {order.owed} JPY were to come back, and did not"
    if not captured or not fact.charge_known or order.state.decision is not None:
        return
    if fact.amount_refunded != order.refunded_amount:
        yield f"{order.id}: {fact.amount_refunded} JPY refunded at Stripe, {order.refunded_amount} on the order"
    if fact.disputed and order.dispute_status is None:
        yield f"{order.id}: disputed at Stripe, the order does not show it"
    if order.state == PAID and aftermath.returned(fact, {"disputeStatus": order.dispute_status}):
        yield f"{order.id}: paid, but the money is gone"


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


RULES = (places, inventory, tickets, transfers, entries, buyers, refunds, waiting, payments, due, histories)
