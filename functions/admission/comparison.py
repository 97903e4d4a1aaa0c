"""What the daily reconciliation compares of orders: payments with orders, and orders with all that is around them.

What a lost webhook, an outage or a hand in the dashboard left behind is brought in by the same doors as ever; what is
gone is written anew (``rebuild``); what is then still different no rule allows to repair.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from admission import aftermath, rebuild, surroundings
from admission import order as orders
from admission.decisions import bring_up_to_date
from admission.invariants import RULES, buyers, inventory
from admission.order import EXPIRE, RESUME, LoadedOrder, Order
from admission.origin import named_by, order_of
from admission.records import buyer_ref, order_ref
from admission.settle import settle, settle_missing
from common import documents, log
from common.invariants import violations
from common.pages import PAGE, ids_after, page_after
from payments import payment_intents
from payments.domain import Compared, Listed, Listing, Walk
from payments.failures import Missing, Rejected, Unavailable
from payments.objects import PaymentIntent
from payments.open_differences import PURCHASES

MOST = 10_000
OF_ORDERS = tuple(rule for rule in RULES if rule not in (buyers, inventory))


def judge_listed(facts: Sequence[PaymentIntent]) -> list[Compared | None]:
    """Compare a page of payments with their orders, changing nothing."""
    found = _orders(filter(None, map(order_of, facts)))
    paired = {fact.id: found.get(order_of(fact) or "") for fact in facts}
    own = [order for id_, order in paired.items() if order is not None and order.payment_intent_id == id_]
    around = surroundings.of_orders(own, {fact.id: fact for fact in facts})
    records = {order.payment_intent_id: its for order, its in zip(own, around, strict=True)}
    return [_judged(fact, paired[fact.id], records.get(fact.id)) for fact in facts]


def _orders(ids: Iterable[str]) -> dict[str, Order]:
    read = documents.read_page(order_ref(id_) for id_ in ids)
    return {doc.id: Order(doc) for doc in read.values() if doc.exists}


def _judged(fact: PaymentIntent, order: Order | None, records: dict[str, Any] | None) -> Compared | None:
    if order is None or records is None or aftermath.outdated(order, fact):
        return None
    return _compared(order, fact, records)


def claimed(facts: Sequence[PaymentIntent]) -> set[str]:
    """Those of a page of payments, by id, that our own records have, whoever made them as they say now."""
    named = {fact.id: named_by(fact) for fact in facts}
    found = _orders(filter(None, named.values()))
    return {id_ for id_, order_id in named.items() if order_id in found and found[order_id].payment_intent_id == id_}


def compare_listed(fact: PaymentIntent) -> Compared:
    """Settle a payment, and compare its order with it."""
    loaded = settle(fact)
    if loaded is None or loaded.order.payment_intent_id != fact.id:
        # What was held is voided by now.
        now = payment_intents.retrieve(fact.id)
        lines = () if now.at_rest else (f"{fact.id}: {now.status} at Stripe but no order has it",)
        return Compared(fact.id, fact.amount_received, differences=lines, at_stripe=True)
    if aftermath.outdated(loaded.order, fact):
        aftermath.bring_up_to_date(loaded)
    return _mended(loaded, fact)


def _mended(loaded: LoadedOrder, fact: PaymentIntent | None) -> Compared:
    """Compare an order, after its tickets that are gone were issued anew."""
    lines = rebuild.missing_tickets(loaded)
    (records,) = surroundings.of_orders([loaded.order], {fact.id: fact} if fact is not None else {})
    return replace(_compared(loaded.order, fact, records), repaired=tuple(lines))


def _compared(order: Order, fact: PaymentIntent | None, records: dict[str, Any]) -> Compared:
    lines = tuple(violations(OF_ORDERS, records))
    if fact is None:
        return Compared(order.id, differences=lines)
    return Compared(order.id, fact.amount_received, order.captured, lines, at_stripe=True)


def unfinished_after(id_: str) -> list[str]:
    """Some orders that are not finished."""
    waiting = FieldFilter("due_action", "in", [EXPIRE, RESUME])
    query = documents.collection("event_orders").where(filter=waiting)
    return [found.id for found in page_after(query, id_, 10 * PAGE)]


def compare(id_: str) -> Compared:
    """Bring an order up to date, and compare it; or a payment that no order has, by its own id."""
    if id_.startswith("pi_"):
        return _compare_payment(id_) or Compared(id_)
    loaded = orders.load(id_) or rebuild.order(id_)
    if loaded is None:
        return Compared(id_)
    try:
        bring_up_to_date(loaded)
    except (Unavailable, Rejected):
        log.warning("order waits for stripe", purchase=id_)
    known = loaded.order.payment_intent_id
    found = _compare_payment(known) if known is not None else None
    if found is not None:
        return found
    if known is not None:
        # What cannot be taken for it any more ends; what was taken the rules call a difference.
        settle_missing(loaded)
    return _mended(loaded, None)


def _compare_payment(payment_id: str) -> Compared | None:
    """``None`` for one that Stripe does not know."""
    try:
        return compare_listed(payment_intents.retrieve(payment_id))
    except Missing:
        return None


def judge_orders(ids: Sequence[str]) -> list[Compared | None]:
    """Compare a page of orders with what is around them, and whether their buyers count them; without Stripe."""
    found = _orders(ids)
    read = documents.read_page(buyer_ref(order.event_id, order.buyer) for order in found.values())
    around = dict(zip(found, surroundings.of_orders([*found.values()], {}), strict=True))
    judged: list[Compared | None] = []
    for id_ in ids:
        order = found.get(id_)
        if order is None or not read[buyer_ref(order.event_id, order.buyer).path].exists:
            judged.append(None)
        else:
            judged.append(_compared(order, None, around[id_]))
    return judged


def compare_order(id_: str) -> Compared:
    """Compare an order with what is around it, after what is gone was written anew."""
    loaded = orders.load(id_) or rebuild.order(id_)
    if loaded is None:
        return Compared(id_)
    order = loaded.order
    counted = surroundings.buyer_doc(order.event_id, order.buyer).exists
    lines = [] if counted else rebuild.recount(order.event_id, order.buyer)
    found = _mended(loaded, None)
    return replace(found, repaired=(*found.repaired, *lines))


LISTED = Listed(
    Listing("payment_intents", payment_intents.pages, payment_intents.retrieve), compare_listed, judge_listed, claimed
)
UNFINISHED = Walk(PURCHASES, unfinished_after, compare)
ORDERS = Walk("orders", partial(ids_after, "event_orders"), compare_order, judge_orders, MOST)
