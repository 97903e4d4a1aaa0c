"""An event and a few orders of which everything agrees, and ways to break exactly one rule of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from google.cloud import firestore

from admission.block import Block
from admission.event import Event
from admission.order import Order
from admission.tier import Tier
from common.documents import Doc
from devkit.world import AdmissionRecords
from payments.objects import PaymentIntent
from payments.origin import Origin
from tests.support.broken_worlds import Register

_HALLS: Register[AdmissionRecords] = Register()
BREAKS, breaks = _HALLS.broken, _HALLS.breaks
NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
TAKEN = "taken"
PAID, WAITING, PART, EXPIRED, LOST, SERVED_NOT = "paid", "waiting", "part", "expired", "lost", "not-served"


def healthy() -> AdmissionRecords:
    """Twenty places in two blocks: some are bought, some held, some given back; three orders have ended; one is in."""
    hall = AdmissionRecords(NOW, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
    event = {"status": "published", "published_at": NOW, "tiers": ["ga"], "available_seats": 20}
    hall.events["ev"] = Event(_doc("events/ev", event))
    tier = {"event_id": "ev", "tier": "ga", "size": 20, "version": 1, "block_count": 2, "block_size": 10, "price": 100}
    hall.tiers["ev.ga"] = Tier(_doc("event_tiers/ev.ga", tier))
    for number in range(2):
        block = {"size": 10, "closed": False, "tier_version": 1, "version": 1, "places": {}}
        hall.blocks[f"ev.ga.{number}"] = Block(_doc(f"event_blocks/ev.ga.{number}", block))
    _order(hall, PAID, "paid", "succeeded", places=2)
    _order(hall, WAITING, "pending_payment", "requires_payment_method", due_action="expire", due_at=_later())
    _order(
        hall, PART, "paid", "succeeded", places=2, back=100,
        returned=[0], refunds=1, refunded_amount=100, returned_amount=100,
    )  # fmt: skip
    hall.refunds[f"{PART}.1"] = {"order_id": PART, "status": "sent", "amount": 100}
    hall.tickets[f"{PART}.1"] |= {"generation": 2, "holder_id": "friend", "open_transfers": ["open"]}
    for id_, status, generation in ((TAKEN, "accepted", 1), ("void", "withdrawn", 1), ("open", "offered", 2)):
        hall.transfers[id_] = {"ticket_id": f"{PART}.1", "status": status, "generation": generation, "to_uid": "friend"}
    _order(hall, EXPIRED, "expired", "canceled")
    _order(hall, LOST, "cancelled", "succeeded", dispute_status="lost", returned_amount=100, disputed=True)
    _entered(hall, f"{PAID}.0", "entry", "exit", "entry")
    _order(hall, SERVED_NOT, "expired", "succeeded", back=100, refunded_amount=100, returned_amount=100)
    return hall


def _entered(hall: AdmissionRecords, ticket_id: str, *directions: str) -> None:
    """Somebody goes in, and out, and in again."""
    entry = {"duplicate": False, "problem": None, "undone_at": None, "at": NOW}
    for number, direction in enumerate(directions, start=1):
        hall.entries[f"{ticket_id}.{number}"] = {**entry, "direction": direction}
    fields = {"status": "used", "entries": len(directions), "inside": True, "entered_at": NOW, "duplicates": 0}
    hall.tickets[ticket_id] |= fields


def _later() -> datetime:
    return NOW + timedelta(minutes=5)


def _doc(path: str, data: dict[str, Any]) -> Doc:
    return Doc(firestore.DocumentReference(*path.split("/"), client=None), data)


def _order(
    hall: AdmissionRecords,
    id_: str,
    status: str,
    at_stripe: str,
    *,
    places: int = 1,
    back: int = 0,
    disputed: bool = False,
    **fields: Any,
) -> None:
    """An order with its places, tickets, payment, history, and what its buyer, of the same name, has."""
    first = len(hall.orders) % 4 * 2 + 1
    items = [
        {"tier": "ga", "block": 0, "place": str(first + n), "seat_number": str(first + n), "price": 100}
        for n in range(places)
    ]
    amount, captured = 100 * places, 100 * places if at_stripe == "succeeded" else 0
    data = {
        "event_id": "ev", "purchaser_id": id_, "items": items, "amount": amount, "currency": "jpy", "status": status,
        "decision": None, "payment_id": f"pi_{id_}", "amount_captured": captured, "refunded_amount": 0,
        "dispute_status": None, "expires_at": _later(), "due_action": None, "due_at": None, "version": 1, **fields,
    }  # fmt: skip
    order = Order(_doc(f"event_orders/{id_}", data))
    hall.orders[id_] = order
    hall.histories[id_] = {1: {"from": None, "to": status}}
    kept, waits = len(order.kept) if status == "paid" else 0, status == "pending_payment"
    hall.buyers[f"ev.{id_}"] = {"owned": kept, "held": {id_: {"n": places, "until": _later()}} if waits else {}}
    for number, item in enumerate(order.items):
        over = number in order.returned or status == "cancelled"
        ticket = {
            "order_id": id_, "tier": "ga", "seat_number": item.seat_number, "blocked": False,
            "generation": 1, "holder_id": id_,
        }  # fmt: skip
        if status in ("paid", "cancelled"):
            hall.tickets[f"{id_}.{number}"] = {**ticket, "status": "cancelled" if over else "valid"}
        if waits or (status == "paid" and not over):
            hall.blocks["ev.ga.0"].places[item.place] = {"o": id_, "u": _later() if waits else None}
    hall.intents[f"pi_{id_}"] = PaymentIntent(
        f"pi_{id_}", at_stripe, amount, "jpy", captured, Origin("demo-kippu", "admission", {}), NOW,
        None, False, None, None, bool(captured), back, False, disputed, None, None,
    )  # fmt: skip


def _set(hall: AdmissionRecords, order: str, **fields: Any) -> None:
    (hall.orders[order].doc.data or {}).update(fields)


def _edit(hall: AdmissionRecords, order: str, **fields: Any) -> None:
    hall.intents[f"pi_{order}"] = replace(hall.intents[f"pi_{order}"], **fields)


def _set_block(hall: AdmissionRecords, number: int, **fields: Any) -> None:
    (hall.blocks[f"ev.ga.{number}"].doc.data or {}).update(fields)


@breaks("places are taken of 3")
def a_block_that_is_oversold(hall: AdmissionRecords) -> None:
    _set_block(hall, 0, size=3)
    _set_block(hall, 1, size=17)


@breaks("paid, but does not have")
def a_place_that_was_taken_away(hall: AdmissionRecords) -> None:
    hall.blocks["ev.ga.0"].places["1"] = None


@breaks("whose order does not say so")
def a_place_that_nobody_has(hall: AdmissionRecords) -> None:
    hall.blocks["ev.ga.1"].places["1"] = {"o": EXPIRED, "u": None}


@breaks("its tier ga is gone")
def a_tier_that_is_gone(hall: AdmissionRecords) -> None:
    del hall.tiers["ev.ga"]


@breaks("1 of its blocks are gone")
def a_block_that_is_gone(hall: AdmissionRecords) -> None:
    del hall.blocks["ev.ga.1"]


@breaks("19 places in its blocks, 20 are for sale")
def a_block_that_is_smaller(hall: AdmissionRecords) -> None:
    _set_block(hall, 1, size=9)


@breaks("a block has another version")
def a_block_of_another_price(hall: AdmissionRecords) -> None:
    _set_block(hall, 1, tier_version=2)


@breaks("a block is not as open as the event")
def a_block_that_is_closed(hall: AdmissionRecords) -> None:
    _set_block(hall, 1, closed=True)


@breaks("its order is gone")
def a_ticket_of_no_order(hall: AdmissionRecords) -> None:
    hall.tickets["nobody.0"] = {"order_id": "nobody", "status": "valid"}


@breaks("valid, but its order is not paid")
def a_ticket_that_was_not_ended(hall: AdmissionRecords) -> None:
    hall.tickets[f"{LOST}.0"]["status"] = "valid"


@breaks("its ticket 1 is gone")
def a_ticket_that_is_gone(hall: AdmissionRecords) -> None:
    del hall.tickets[f"{PAID}.1"]


@breaks("given back were [0]")
def a_ticket_that_came_back_to_life(hall: AdmissionRecords) -> None:
    hall.tickets[f"{PART}.0"]["status"] = "valid"


@breaks("not blocked as its dispute is needs_response")
def a_disputed_ticket_that_lets_in(hall: AdmissionRecords) -> None:
    _set(hall, PART, dispute_status="needs_response")


@breaks("is for another place")
def a_ticket_for_another_place(hall: AdmissionRecords) -> None:
    hall.tickets[f"{PAID}.0"]["seat_number"] = "20"


@breaks("transfer stray: its ticket is gone")
def a_transfer_of_no_ticket(hall: AdmissionRecords) -> None:
    hall.transfers["stray"] = {"ticket_id": "nobody.0", "status": "withdrawn", "generation": 1}


@breaks("offered, but its ticket says otherwise")
def an_offer_that_its_ticket_does_not_know(hall: AdmissionRecords) -> None:
    hall.tickets[f"{PART}.1"]["open_transfers"] = []


@breaks("handed on 1 times, but taken 0 times")
def a_ticket_that_nobody_took(hall: AdmissionRecords) -> None:
    del hall.transfers[TAKEN]


@breaks("it is not whose who took it last")
def a_ticket_of_another_than_its_taker(hall: AdmissionRecords) -> None:
    hall.tickets[f"{PART}.1"]["holder_id"] = PART


@breaks("1 of its entries are gone")
def an_entry_that_is_gone(hall: AdmissionRecords) -> None:
    del hall.entries[f"{PAID}.0.2"]


@breaks("status not as its entries tell")
def a_ticket_that_nobody_used(hall: AdmissionRecords) -> None:
    hall.tickets[f"{PAID}.1"]["status"] = "used"


@breaks("entered_at, inside not as its entries tell")
def a_ticket_that_is_used_and_says_so_nowhere(hall: AdmissionRecords) -> None:
    hall.tickets[f"{PAID}.0"] |= {"inside": False, "entered_at": None}


@breaks("no ticket counts it")
def an_entry_that_no_ticket_counts(hall: AdmissionRecords) -> None:
    hall.entries[f"{PAID}.1.1"] = hall.entries[f"{PAID}.0.1"]


@breaks("places counted as held")
def a_hold_that_is_not_counted(hall: AdmissionRecords) -> None:
    hall.buyers[f"ev.{WAITING}"]["held"] = {}


@breaks("5 places counted, 2 bought")
def a_count_that_was_edited(hall: AdmissionRecords) -> None:
    hall.buyers[f"ev.{PAID}"]["owned"] = 5


@breaks("its refund 1 is gone")
def a_refund_that_is_gone(hall: AdmissionRecords) -> None:
    del hall.refunds[f"{PART}.1"]


@breaks("its refund 1 is decided, open are []")
def a_refund_that_nobody_makes(hall: AdmissionRecords) -> None:
    hall.refunds[f"{PART}.1"]["status"] = "decided"


@breaks("no order counts it")
def a_refund_that_no_order_knows(hall: AdmissionRecords) -> None:
    hall.refunds[f"{PAID}.1"] = {"order_id": PAID, "status": "sent", "amount": 100}


@breaks("paid, without a payment at Stripe")
def a_payment_that_is_gone(hall: AdmissionRecords) -> None:
    del hall.intents[f"pi_{PAID}"]


@breaks("on no order's record")
def a_payment_of_nobody(hall: AdmissionRecords) -> None:
    hall.intents["pi_stray"] = replace(hall.intents[f"pi_{PAID}"], id="pi_stray")


@breaks("paid, but requires_capture at Stripe")
def paid_without_a_capture(hall: AdmissionRecords) -> None:
    _edit(hall, PAID, status="requires_capture", amount_received=0, charge_known=False)


@breaks("expired, but requires_capture at Stripe")
def ended_with_a_hold(hall: AdmissionRecords) -> None:
    _edit(hall, EXPIRED, status="requires_capture")


@breaks("expired, but 100 JPY were captured")
def captured_for_nothing(hall: AdmissionRecords) -> None:
    _edit(hall, EXPIRED, status="succeeded", amount_received=100)


@breaks("100 JPY were to come back, and did not")
def a_refund_that_failed(hall: AdmissionRecords) -> None:
    _set(hall, SERVED_NOT, refunded_amount=0)
    _edit(hall, SERVED_NOT, amount_refunded=0)


@breaks("40 JPY refunded at Stripe, 0 on the order")
def a_refund_that_is_not_shown(hall: AdmissionRecords) -> None:
    _edit(hall, PAID, amount_refunded=40)


@breaks("disputed at Stripe, the order does not show it")
def a_dispute_that_is_not_shown(hall: AdmissionRecords) -> None:
    _edit(hall, PAID, disputed=True)


@breaks("paid, but the money is gone")
def paid_with_the_money_gone(hall: AdmissionRecords) -> None:
    _edit(hall, PAID, amount_refunded=200)
    _set(hall, PAID, refunded_amount=200)


@breaks("pending_payment, due at None")
def an_order_that_nothing_ends(hall: AdmissionRecords) -> None:
    _set(hall, WAITING, due_action=None, due_at=None)


@breaks("pending_payment, overdue since")
def an_order_that_nobody_ended(hall: AdmissionRecords) -> None:
    _set(hall, WAITING, due_at=NOW - timedelta(minutes=12))


@breaks("history [] for version 1")
def an_order_without_history(hall: AdmissionRecords) -> None:
    hall.histories[EXPIRED] = {}


@breaks("its tier says otherwise whether it is for those who wait")
def a_block_that_nobody_waits_for(hall: AdmissionRecords) -> None:
    _set_block(hall, 1, waiting=True)


@breaks("waits, and nobody looks at the list")
def a_waiting_list_that_is_not_due(hall: AdmissionRecords) -> None:
    hall.waitlist["ev.ga.somebody"] = {"list": "ev.ga", "status": "waiting", "order_id": None}


@breaks("offered, but the order is paid")
def an_offer_of_an_order_that_is_paid(hall: AdmissionRecords) -> None:
    hall.waitlist["ev.ga.somebody"] = {"list": "ev.ga", "status": "offered", "order_id": PAID}
