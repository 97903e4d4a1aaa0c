"""Plans what is given back: places, tickets and money, by the terms that the order was made with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from admission import buyer, inventory
from admission.door.entries import change_ticket
from admission.messages import notify, notify_holders, notify_organizer
from admission.order import Order
from admission.records import block_ref, refund_ref, ticket_ref
from admission.states import CAPTURING, OrderEvent, TicketStatus
from admission.tickets import seen_at_the_door
from admission.transition import Happening, apply
from common.documents import Doc, Unit


def refundable_until(order: Order) -> datetime:
    """When it is too late to give a ticket back: that second itself is."""
    begins: datetime = order.doc["event_date"]
    return begins - timedelta(hours=int(order.doc["terms"]["until_hours"]))


def refund_of(order: Order, price: int) -> int:
    """JPY that come back for a place of this price. A part of a yen of the fee is not taken.

    No more than is left, where some came back by hand.
    """
    terms = order.doc["terms"]
    fee = price * int(terms["fee_percent"]) // 100 + int(terms["fee_jpy"])
    return max(0, min(price - fee, order.left if order.state != CAPTURING else price))


def give_back(
    unit: Unit, order: Order, numbers: Collection[int], amount: int, happening: Happening, tickets: Collection[Doc] = ()
) -> None:
    """Plan to end tickets of an order, free their places, and give so much money back.

    Args:
        numbers: of the tickets.
        tickets: those that must be as they were read; the others are ended blindly.
    """
    number = int(order.doc.get("refunds", 0)) + 1
    more: dict[str, Any] = {"returned": sorted({*order.returned, *numbers})}
    if amount:
        more |= {
            "refunds": number,
            "refunded_amount": order.refunded_amount + amount,
            "returned_amount": order.returned_amount + amount,
            "open_refunds": {**order.open_refunds, str(number): amount},
        }
        refund = {
            "order_id": order.id,
            "event_id": order.event_id,
            "purchaser_id": order.buyer,
            "payment_id": order.payment_intent_id,
            "amount": amount,
            "reason": happening.event,
            "tickets": sorted(ticket_ref(order.id, each).id for each in numbers),
            "status": "decided",
            "created_at": happening.now,
        }
        unit.create_unread(refund_ref(order.id, number), refund)
    apply(unit, order, happening, more)
    _end_tickets(unit, order, numbers, amount, happening.now, tickets)
    buyer.gave_back(unit, order, len(numbers))
    _tell(unit, order, numbers, amount, happening)


def _tell(unit: Unit, order: Order, numbers: Collection[int], amount: int, happening: Happening) -> None:
    if happening.reason == OrderEvent.EVENT_CANCELLED:
        text, told = "イベントが中止になりました", "イベントが中止になりました"
        if amount:
            text, told = f"{text}。代金をお返しします", f"{told}。代金は購入された方にお返しします"
        notify_holders(unit, order, numbers, told, happening.now, order.version)
    else:
        text = "チケットをキャンセルしました。代金をお返しします" if amount else "チケットをキャンセルしました"
        notify_organizer(unit, order, f"チケットが{len(numbers)}枚キャンセルされました", happening.now, order.version)
    notify(unit, order, text, happening.now, order.version)


def _end_tickets(
    unit: Unit, order: Order, numbers: Collection[int], amount: int, now: datetime, tickets: Collection[Doc]
) -> None:
    read = {doc.id: doc for doc in tickets}
    ended = {"status": TicketStatus.CANCELLED, "cancelled_for": amount if len(numbers) == 1 else None}
    for number in numbers:
        reference, item = ticket_ref(order.id, number), order.items[number]
        if (doc := read.get(reference.id)) is not None:
            change_ticket(unit, doc, ended, now)
        else:
            unit.merge_blindly(reference, {**ended, **seen_at_the_door(now)})
        unit.merge_blindly(block_ref(order.event_id, item.tier, item.block), {"places": {item.place: None}})
    paths = order.tier_paths()
    unit.after_commit(lambda: inventory.released(paths))
