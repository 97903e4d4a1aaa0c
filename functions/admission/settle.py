"""The one door through which a payment's state enters an order: answers, webhooks, sweeps and deadlines end here.

A PaymentIntent is taken as a true past state and applied to states that only move forward, so order, duplicates and
retries cannot matter. Only the payment on an order's record counts as its own; metadata is where to look.
"""

from __future__ import annotations

import uuid

from admission import buyer, rebuild, take
from admission import order as orders
from admission.event import Event
from admission.inventory import Search, Taken, Wanted
from admission.order import LoadedOrder, Order
from admission.origin import NAME, order_of
from admission.records import buyer_ref, event_ref, order_ref, tier_ref
from admission.states import CAPTURING, EXPIRED, PENDING, VOIDING, Decision, EventStatus, OrderEvent
from admission.tier import Tier
from admission.transition import Happening, apply
from common import clock, documents, history, incidents, log
from common.alerts import Alert
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed
from common.state_machine import Verdict
from payments import event_ledger, objects, payment_intents
from payments.event_ledger import Line
from payments.objects import PaymentIntent


def settle(fact: PaymentIntent, *, loaded: LoadedOrder | None = None, line: Line | None = None) -> LoadedOrder | None:
    """Bring an order in step with a PaymentIntent.

    Args:
        loaded: the order that asked for it, as it was just read or written, to spare a read. Afterwards it is as it
            now stands.
        line: the event that told of it: settle only if it was not settled before, and write its line with the rest.

    Returns:
        The order; ``None`` for a payment that is for none of this project's.
    """
    order_id = loaded.order.id if loaded is not None else order_of(fact) or orders.recorded(fact.id)
    if order_id is None:
        return None
    fresh = [loaded]
    found = run_until_committed(lambda: _settle(fact, str(order_id), fresh.pop() if fresh else None, line))
    if loaded is not None and found is not None:
        loaded.order = found.order
    if found is None or found.order.payment_intent_id != fact.id:
        _close_stray(fact, order_id)
    return found


def _settle(fact: PaymentIntent, order_id: str, loaded: LoadedOrder | None, line: Line | None) -> LoadedOrder | None:
    written: Doc | None = None
    if loaded is None:
        doc, *lines = documents.read(order_ref(order_id), *([line.ref] if line is not None else []))
        loaded = _on_record(fact, LoadedOrder(Order(doc)) if doc.exists else None) or rebuild.order(order_id)
        written = lines[0] if lines else None
        if written is not None and event_ledger.was_settled(written):
            return loaded
    unit = Unit()
    if loaded is not None and loaded.order.payment_intent_id in (None, fact.id):
        _plan(unit, loaded, fact)
    if line is not None and written is not None:
        line.write(unit, written)
    if not unit.empty:
        unit.commit()
    return loaded


def _on_record(fact: PaymentIntent, named: LoadedOrder | None) -> LoadedOrder | None:
    """The order that a payment is of: by our record of it, where its metadata names one that has another, or none."""
    if named is not None and named.order.payment_intent_id in (None, fact.id):
        return named
    known = orders.recorded(fact.id)
    return (orders.load(known) if known is not None else None) or named


def _plan(unit: Unit, loaded: LoadedOrder, fact: PaymentIntent) -> None:
    order, now = loaded.order, clock.now()
    event = _event(unit, loaded, fact)
    happening = Happening(event, "stripe", now, fact) if event is not None else None
    more = {"refunded_amount": fact.amount_refunded} if event is OrderEvent.MONEY_GONE else {}
    if happening is not None and apply(unit, order, happening, more).verdict is Verdict.MOVE:
        return
    if order.payment_intent_id is None and unit.empty:
        history.advance(unit, order.doc, {"payment_id": fact.id}, Change("adopt", "stripe", now))


def _event(unit: Unit, loaded: LoadedOrder, fact: PaymentIntent) -> OrderEvent | None:
    order = loaded.order
    match fact.status:
        case objects.CANCELED:
            return OrderEvent.CANCELED
        case objects.CAPTURED:
            return _captured(order, fact)
        case objects.HELD if order.state == PENDING:
            return OrderEvent.AUTHORIZED if _as_ordered(order, fact) else OrderEvent.WRONG_AMOUNT
        case objects.HELD if order.state in (VOIDING, EXPIRED) and not order.given_up:
            taken = _as_ordered(order, fact) and _taken_again(unit, loaded, fact)
            return None if taken else OrderEvent.LATE_IN_VAIN
    return None


def _as_ordered(order: Order, fact: PaymentIntent) -> bool:
    return (fact.amount, fact.currency) == (order.amount, order.doc["currency"])


def _captured(order: Order, fact: PaymentIntent) -> OrderEvent | None:
    if fact.given_back and order.state in (PENDING, VOIDING, CAPTURING):
        return OrderEvent.MONEY_GONE
    if order.state == PENDING and (fact.amount_received, fact.currency) != (order.amount, order.doc["currency"]):
        return OrderEvent.WRONG_AMOUNT
    # What was given back once is not again: if that came to nothing, a person must find another way.
    again = order.state == EXPIRED and order.doc.get("decision") == Decision.REFUND
    return None if again else OrderEvent.CAPTURED


def _taken_again(unit: Unit, loaded: LoadedOrder, fact: PaymentIntent) -> bool:
    """Whether what was paid late can still be had: then it is planned, at the price that was agreed.

    Seats must be the same ones; a place may be any other of its tier.
    """
    order, now = loaded.order, clock.now()
    event, person, *tiers = documents.read(
        event_ref(order.event_id),
        buyer_ref(order.event_id, order.buyer),
        *(tier_ref(order.event_id, tier) for tier in dict.fromkeys(item.tier for item in order.items)),
    )
    sold = Event(event)
    if not sold.exists or sold.status is not EventStatus.PUBLISHED or now >= sold.doc["event_date"]:
        return False
    if buyer.has(person, now, without=order.id) + len(order.items) > sold.max_per_person:
        return False
    taken = _found(order, [Tier(tier) for tier in tiers])
    if taken is None:
        return False
    buyer.unchanged(unit, person)
    items = [item.fields() for item in taken.items]
    order = Order(Doc(order.doc.ref, {**(order.doc.data or {}), "items": items}, order.doc.update_time))
    take.write(unit, taken, order.id, None)
    happening = Happening(OrderEvent.TAKEN_AGAIN, "stripe", now, fact)
    apply(unit, order, happening, {"items": items}, taken.blocks)
    loaded.order = order
    return True


def _found(order: Order, tiers: list[Tier]) -> Taken | None:
    with Search([_again(order, tier) for tier in tiers]) as search:
        return take.find(search).taken


def _again(order: Order, tier: Tier) -> Wanted:
    items = [item for item in order.items if item.tier == tier.name]
    seats = tuple(item.place for item in items) if tier.rows else ()
    return Wanted(tier, len(items), items[0].price, None, seats)


def _close_stray(fact: PaymentIntent, order_id: str) -> None:
    """Cancel a payment that is not its order's. Nobody is given its secret any more."""
    if fact.at_rest:
        return
    if fact.status == objects.CAPTURED:
        what = {"paymentIntent": fact.id, "purchase": order_id, "amount": fact.amount_received}
        incidents.reported(Alert.STRAY_CAPTURE, NAME, fact.id, what)
    else:
        # Cancelling twice does no harm, while a fixed key would have a saved error answer for as long as it is kept.
        payment_intents.cancel(fact.id, f"{fact.id}:stray:{uuid.uuid4().hex}")
        log.warning("stray payment intent cancelled", paymentIntent=fact.id)


def settle_missing(loaded: LoadedOrder) -> None:
    """Bring an order in step with Stripe's permanent answer that it knows no such payment, or will make none."""
    run_until_committed(lambda: _settle_missing(loaded), loaded.reload)


def _settle_missing(loaded: LoadedOrder) -> None:
    unit = Unit()
    apply(unit, loaded.order, Happening(OrderEvent.MISSING, "stripe", clock.now(), reason="missing"))
    if not unit.empty:
        unit.commit()
