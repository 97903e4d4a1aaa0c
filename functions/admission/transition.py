"""Applies an event to an order: decides by the state machine, and plans every write of it in one unit.

The order's compare-and-set guards them all: its places, its buyer's count and its tickets are written blindly beside
it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from admission import buyer, inventory, tickets, waitlist
from admission.messages import notify, notify_holders, notify_organizer
from admission.order import EXPIRE, RESUME, Order
from admission.origin import NAME
from admission.states import CAPTURING, ORDER, PENDING, REFUNDING, OrderEvent, OrderStatus, State
from common import history, incidents
from common.alerts import Alert
from common.documents import Unit
from common.history import Change
from common.state_machine import Outcome, Verdict
from payments import objects
from payments.objects import PaymentIntent
from payments.purchase import RESUME_AFTER

Fields = dict[str, Any]
_ENDS = (
    OrderEvent.ABANDON,
    OrderEvent.EXPIRE,
    OrderEvent.TAKEN_OVER,
    OrderEvent.WRONG_AMOUNT,
    OrderEvent.LATE_IN_VAIN,
    OrderEvent.MONEY_GONE,
)
_LOST = (OrderEvent.CANCELED, OrderEvent.MISSING, OrderEvent.MONEY_GONE)
"""What ends a paid order although nobody here decided it."""
_ALERTS = {
    (CAPTURING, OrderEvent.CANCELED): Alert.HOLD_LOST,
    (CAPTURING, OrderEvent.MISSING): Alert.PAYMENT_MISSING,
}


@dataclass(frozen=True)
class Happening:
    """An event with what it brings along.

    Attributes:
        actor: a uid, ``schedule`` or ``stripe``, for the history.
        fact: the payment that a fact comes from.
        reason: why the order ends, where the event alone does not say.
    """

    event: OrderEvent
    actor: str
    now: datetime
    fact: PaymentIntent | None = None
    reason: str | None = None


def apply(
    unit: Unit, order: Order, happening: Happening, more: Fields | None = None, taken: Collection[str] = ()
) -> Outcome[State]:
    """Decide, and plan the writes if the event moves the order.

    Args:
        more: further fields of the order.
        taken: paths of blocks that the unit changes already, without this order's places if they end here.
    """
    outcome, before = ORDER.decide(order.state, happening.event), order.state
    if outcome.verdict is not Verdict.MOVE:
        return outcome
    fields = {**_fields(order, happening, outcome.state), **(more or {})}
    history.advance(unit, order.doc, fields, Change(happening.event, happening.actor, happening.now, happening.reason))
    _on_places(unit, order, before, outcome.state, happening, taken)
    waitlist.follow(unit, order, before, outcome.state, happening.event)
    _tell(unit, order, before, outcome.state, happening)
    return outcome


def _fields(order: Order, happening: Happening, target: State) -> Fields:
    now, before = happening.now, order.state
    fields: Fields = {"status": target.status, **_due(target, happening)}
    if target.decision is not before.decision:
        if target.decision is not None:
            fields |= {"decision": target.decision, "decided_at": now, "carried_out_at": None}
        elif before.decision is not None:
            fields["carried_out_at"] = now
    if happening.event in (OrderEvent.MONEY_BACK, OrderEvent.MONEY_GONE):
        fields["open_refunds"] = {}
    if happening.fact is not None and happening.fact.status == objects.CAPTURED:
        fields["amount_captured"] = happening.fact.amount_received
        if target.status is not OrderStatus.PAID:
            # Whatever it was captured for is not given: all of it comes back.
            fields["returned_amount"] = happening.fact.amount_received
    if happening.event in _ENDS or (happening.event is OrderEvent.EVENT_CANCELLED and before == PENDING):
        fields["end_reason"] = happening.reason or happening.event
    if happening.event is OrderEvent.TAKEN_AGAIN:
        fields["end_reason"] = None
    if happening.fact is not None and order.payment_intent_id is None:
        fields["payment_id"] = happening.fact.id
    if target.status is OrderStatus.PAID and before.status is not OrderStatus.PAID:
        fields["paid_at"] = now
    return fields


def _due(target: State, happening: Happening) -> Fields:
    """When it must be looked at next. Whoever takes a hold over voids nothing, so that is due at once."""
    if target.decision is None:
        return {"due_action": None, "due_at": None}
    wait = timedelta() if happening.event is OrderEvent.TAKEN_OVER else RESUME_AFTER
    return {"due_action": RESUME, "due_at": happening.now + wait, "tries": 0}


def pending(expires_at: datetime) -> Fields:
    """What is due of an order that waits for its payment."""
    return {"due_action": EXPIRE, "due_at": expires_at, "tries": 0}


def _on_places(
    unit: Unit, order: Order, before: State, target: State, happening: Happening, taken: Collection[str]
) -> None:
    paid = target.status is OrderStatus.PAID
    if paid and before.status is not OrderStatus.PAID:
        payment = order.doc.get("payment_id") or (happening.fact.id if happening.fact is not None else None)
        _keep(unit, order, taken)
        buyer.bought(unit, order)
        tickets.issue(unit, order, payment, happening.now)
        return
    was_paid = before.status is OrderStatus.PAID and not paid and happening.event in _LOST
    if before == PENDING or was_paid:
        _release(unit, order, taken)
        if was_paid:
            unpaid = (before, happening.event) in _ALERTS
            tickets.cancel_all(unit, order, happening.now, tickets.UNPAID if unpaid else None)
            buyer.lost(unit, order)
        elif happening.event in (OrderEvent.ABANDON, *_LOST):
            buyer.let_go(unit, order)


def _keep(unit: Unit, order: Order, taken: Collection[str]) -> None:
    """Plan the order's places to be its own for good."""
    for block, places in order.on_blocks({"o": order.id, "u": None}):
        if block.path not in taken:
            unit.merge_blindly(block, {"places": places})


def _release(unit: Unit, order: Order, taken: Collection[str]) -> None:
    """Plan the order's places to be free, and have this instance look for them again."""
    for block, places in order.on_blocks(None):
        if block.path not in taken:
            unit.merge_blindly(block, {"places": places})
    paths = order.tier_paths()
    unit.after_commit(lambda: inventory.released(paths))


def _tell(unit: Unit, order: Order, before: State, target: State, happening: Happening) -> None:
    what = {"purchase": order.id, "paymentIntent": order.payment_intent_id, "amount": order.amount}
    alert = _ALERTS.get((before, happening.event))
    if happening.event is OrderEvent.CAPTURED and target.status is not OrderStatus.PAID:
        alert = Alert.CAPTURED_UNSERVED
    if happening.event is OrderEvent.WRONG_AMOUNT:
        alert = Alert.AMOUNT_MISMATCH
    if alert is not None:
        incidents.opened(unit, alert, NAME, order.id, what)
    text = _news(before, target, happening, waited=order.doc.get("waitlist") is not None)
    if text is not None:
        notify(unit, order, text, happening.now, order.version)
    if before.status is OrderStatus.PAID and target.status is not OrderStatus.PAID and happening.event in _LOST:
        kept = [number for number in range(len(order.items)) if number not in order.returned]
        notify_holders(unit, order, kept, "チケットは無効になりました", happening.now, order.version)
    if target.status is OrderStatus.PAID and before.status is not OrderStatus.PAID:
        notify_organizer(unit, order, sale(order), happening.now, order.version)


def sale(order: Order) -> str:
    """What the organiser is told of a paid order."""
    return f"チケットが{len(order.items)}枚売れました"


def _news(before: State, target: State, happening: Happening, *, waited: bool) -> str | None:
    if target.status is OrderStatus.PAID and before.status is not OrderStatus.PAID:
        return "チケットをお届けしました"
    if happening.event is OrderEvent.MONEY_GONE and before.status is OrderStatus.PAID:
        return "代金が返されたため、チケットは無効になりました"
    if before == CAPTURING and target.status is not OrderStatus.PAID:
        return "お支払いが取り消されたため、チケットは無効になりました"
    if before == PENDING and happening.event is OrderEvent.EVENT_CANCELLED:
        return "イベントが中止になりました"
    if waited and happening.event in (OrderEvent.EXPIRE, OrderEvent.TAKEN_OVER):
        return "キャンセル待ちの席の期限が過ぎました"
    if target == REFUNDING and before != REFUNDING:
        return "席を確保できませんでした。代金をお返しします"
    if happening.event is OrderEvent.LATE_IN_VAIN:
        return "お支払いが期限後だったため、席を確保できませんでした。代金はお返しします"
    return None
