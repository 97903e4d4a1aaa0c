"""Everybody at one instant: no place is sold twice, none is stranded, and the last one says so.

The controls take the guard away, and the same races must then go wrong: otherwise they would prove nothing.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from admission import inventory
from tests.support.admissions import Ordered
from tests.support.clock import MINUTE
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Named, RoundTrips

HELD = "payment_intent.amount_capturable_updated"


def sold(driver: Driver) -> int:
    """The places of all orders that stand."""
    orders = (found.to_dict() or {} for found in driver.db.collection("event_orders").stream())
    return sum(len(order["items"]) for order in orders if order["status"] in ("pending_payment", "paid"))


def rush(driver: Driver, event: str, *quantities: int) -> list[Any]:
    orders = [Ordered(event, f"fan-{n}", [{"tier": "ga", "quantity": q}]) for n, q in enumerate(quantities)]
    return at_once([partial(driver.order_places, ordered) for ordered in orders])


def test_thirty_two_buyers_of_the_last_place(driver: Driver) -> None:
    answers = rush(driver, driver.published(places=1, price=0), *[1] * 32)
    assert len(successes(answers)) == 1
    assert set(refusals(answers)) == {"SOLD_OUT"}
    driver.agrees()


def test_the_last_three_places_and_orders_of_four_and_two(driver: Driver) -> None:
    event = driver.published(places=3, price=0)
    answers = rush(driver, event, 4, 2)
    assert refusals(answers) == ["SOLD_OUT"]
    assert sold(driver) == 2
    driver.agrees()


def test_thirty_two_buyers_of_the_last_twenty_places_leave_none(driver: Driver) -> None:
    event = driver.published(places=20, price=0)
    answers = rush(driver, event, *[1] * 32)
    assert len(successes(answers)) == 20
    assert set(refusals(answers)) == {"SOLD_OUT"}
    driver.agrees()


def test_many_callers_sell_every_place_once(driver: Driver) -> None:
    event = driver.published(places=160, price=0)

    def buy(caller: int) -> int:
        had, quantity = 0, 4
        for number in range(40):
            items = [{"tier": "ga", "quantity": quantity}]
            (answer,) = at_once([partial(driver.order_places, Ordered(event, f"fan-{caller}-{number}", items))])
            if successes([answer]):
                had += quantity
            elif quantity == 1:
                break
            else:
                quantity -= 1
        return had

    assert sum(at_once([partial(buy, caller) for caller in range(16)])) == 160
    assert sold(driver) == 160
    driver.agrees()


def test_buyers_in_one_instance_take_places_of_different_blocks(driver: Driver, round_trips: RoundTrips) -> None:
    event = driver.published(places=800, price=0)
    with round_trips.watching() as calls:
        answers = rush(driver, event, *[1] * 16)
    assert len(successes(answers)) == 16
    # Two that change one block would both write, and one of them again.
    assert calls.count("firestore commit") == 16
    # What is over keeps nobody from a block.
    assert not inventory._tried


def test_one_seat_and_thirty_two_buyers(driver: Driver) -> None:
    event = driver.published_hall()
    seat = [{"tier": "seat", "seat_number": "A-5"}]
    answers = at_once([partial(driver.order_places, Ordered(event, f"fan-{n}", seat)) for n in range(32)])
    assert len(successes(answers)) == 1
    assert set(refusals(answers)) == {"SEAT_TAKEN"}
    driver.agrees()


def test_everybody_wants_the_best_pair(driver: Driver) -> None:
    event = driver.published_hall(rows="ABCD", seats=8)
    pair = [{"tier": "seat", "quantity": 2, "adjacent": True}]
    answers = at_once([partial(driver.order_places, Ordered(event, f"fan-{n}", pair)) for n in range(16)])
    assert len(successes(answers)) == 16
    assert sold(driver) == 32
    driver.agrees()


def test_seats_side_by_side_are_found_in_the_one_row_that_has_them(driver: Driver) -> None:
    event = driver.published_hall(rows="ABCDEFGH", seats=3)
    # Every row but one has only two seats that are not side by side.
    for row in "ABCDEFG":
        driver.order_places(Ordered(event, f"fan-{row}", [{"tier": "seat", "seat_number": f"{row}-2"}]))
    pair = [{"tier": "seat", "quantity": 2, "adjacent": True}]
    ordered = Ordered(event, "pair", pair)
    driver.order_places(ordered)
    items = driver.document(f"event_orders/{ordered.id}")["items"]
    assert {item["seat_number"][0] for item in items} == {"H"}
    (answer,) = at_once([partial(driver.order_places, Ordered(event, "other", pair))])
    assert answer.reason == "SOLD_OUT"
    driver.agrees()


def overtaken(driver: Driver, trips: RoundTrips) -> list[Any]:
    """The last place is sold in the middle of an order of it."""
    event = driver.published(places=1, price=0)
    first, second = Ordered(event, "first"), Ordered(event, "second")
    with trips.interrupted(Named("firestore commit", "before"), lambda: driver.order_places(second)):
        return at_once([partial(driver.order_places, first)])


def test_a_place_that_is_sold_in_the_middle_is_not_sold_again(driver: Driver, round_trips: RoundTrips) -> None:
    assert refusals(overtaken(driver, round_trips)) == ["SOLD_OUT"]
    driver.agrees()


def test_control_without_compare_and_set_it_is_sold_twice(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_problems: list[str] = []
    original = driver.published

    def published(*args: Any, **more: Any) -> str:
        event = original(*args, **more)
        without_preconditions(monkeypatch)
        return event

    monkeypatch.setattr(driver, "published", published)
    assert successes(overtaken(driver, round_trips))
    event_problems += driver.problems()
    assert sold(driver) == 2
    assert any("places" in line or "does not have" in line for line in event_problems)


@pytest.mark.parametrize("first", ["payment", "takeover"])
def test_a_payment_against_a_takeover_gives_the_place_to_one(
    driver: Driver, round_trips: RoundTrips, first: str
) -> None:
    event = driver.published(places=1)
    ordered = driver.sheet_paid(event)
    driver.advance(13 * MINUTE)
    (held,) = driver.order_events(ordered, HELD)
    pay = partial(driver.deliver, held)
    take = partial(at_once, [partial(driver.order_places, Ordered(event, "other"))])
    inner, outer = (pay, take) if first == "payment" else (take, pay)
    with round_trips.interrupted(Named("firestore commit", "before"), inner):
        outer()
    driver.orders_settle()
    paid = driver.document(f"event_orders/{ordered.id}")["status"] == "paid"
    assert paid == (first == "payment")
    assert sold(driver) == 1
    driver.advance(30 * MINUTE)
    driver.orders_settle()
    driver.agrees()


@pytest.mark.parametrize("round_", range(3))
def test_closing_during_the_rush_sells_nothing_after_it(driver: Driver, round_: int) -> None:
    event = driver.published(places=60, price=0)
    orders = [partial(driver.order_places, Ordered(event, f"fan-{n}")) for n in range(12)]
    answers = at_once([*orders, partial(driver.close_event, event)])
    assert {*refusals(answers)} <= {"EVENT_NOT_ON_SALE"}
    before = sold(driver)
    assert set(refusals(rush(driver, event, 1, 1, 1))) == {"EVENT_NOT_ON_SALE"}
    assert sold(driver) == before
    driver.agrees()


@pytest.mark.parametrize("round_", range(3))
def test_webhook_confirmation_and_schedule_at_one_instant_issue_once(driver: Driver, round_: int) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.advance(10 * MINUTE)
    (held,) = driver.order_events(ordered, HELD)
    at_once([partial(driver.deliver, held), partial(driver.confirm_order, ordered), driver.expire_orders])
    driver.orders_settle()
    assert driver.count("event_tickets") == 1
    driver.agrees()
