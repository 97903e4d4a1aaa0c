"""cancelEvent: every order of the event is accounted for, through kills, failures and whoever else is at it."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support.admissions import Ordered
from tests.support.concurrency import at_once
from tests.support.driver import Driver
from tests.support.round_trips import Point, RoundTrips


def refunds(driver: Driver) -> int:
    return sum(refund["amount"] for refund in driver.simulator.refunds() if refund["status"] == "succeeded")


def sold(driver: Driver, bought: int) -> tuple[str, list[Ordered]]:
    """A cancelled event with so many paid orders, and one of each other kind."""
    event = driver.published(places=100)
    paid = [driver.places_bought(event, f"fan-{number}", 1 + number % 2) for number in range(bought)]
    driver.places_held(event, "unpaid")
    driver.sheet_paid(event, "held")
    given_back = driver.places_bought(event, "part", 2)
    driver.cancel_ticket(given_back)
    driver.cancel_event(event)
    return event, [*paid, given_back]


def accounted_for(driver: Driver, event: str, paid: list[Ordered]) -> None:
    """Everybody who paid has everything back, nobody else paid, and the event has nothing more to do."""
    states = {each.id: driver.document(f"event_orders/{each.id}") for each in paid}
    assert {state["status"] for state in states.values()} == {"cancelled"}
    assert {state["due_at"] for state in states.values()} == {None}
    for each in paid:
        assert states[each.id]["refunded_amount"] == states[each.id]["amount"]
    captured = sum(intent["amount_received"] for intent in driver.simulator.payment_intents())
    given_back = sum(state["amount"] for state in states.values())
    released = sum(charge["amount_refunded"] for charge in driver.simulator.charges() if charge["captured"])
    assert captured == given_back == released
    assert driver.document(f"events/{event}")["due_at"] is None
    driver.agrees()


def test_thirty_orders_through_two_kills(driver: Driver, round_trips: RoundTrips) -> None:
    event, paid = sold(driver, 30)
    for point in (Point(25, "after"), Point(40, "before")):
        with round_trips.killed(point):
            driver.settle_orders()
        driver.advance(60)
    driver.orders_settle()
    accounted_for(driver, event, paid)


@pytest.mark.parametrize(
    "kill", [Point(call, moment) for call in (2, 4, 5, 6) for moment in ("before", "after")], ids=str
)
def test_one_order_through_a_kill_at_each_step(driver: Driver, round_trips: RoundTrips, kill: Point) -> None:
    event = driver.published()
    paid = driver.places_bought(event)
    driver.cancel_event(event)
    with round_trips.killed(kill):
        driver.settle_orders()
    driver.orders_settle()
    accounted_for(driver, event, [paid])


def test_each_order_costs_one_request_to_stripe(driver: Driver, round_trips: RoundTrips) -> None:
    event = driver.published(places=40)
    paid = [driver.places_bought(event, f"fan-{number}") for number in range(12)]
    driver.cancel_event(event)
    with round_trips.watching() as calls:
        driver.settle_orders()
    assert [call for call in calls if call.startswith("stripe")] == ["stripe POST /v1/refunds"] * 12
    # Each is decided and said to be back; the event, its orders and the due work are read beside.
    assert len([call for call in calls if call.startswith("firestore")]) <= 2 * 12 + 8
    accounted_for(driver, event, paid)


def test_two_runs_at_once_and_a_ticket_that_is_given_back_meanwhile(driver: Driver) -> None:
    event, paid = sold(driver, 6)
    at_once([driver.settle_orders, driver.settle_orders, partial(driver.cancel_ticket, paid[0])])
    driver.orders_settle()
    accounted_for(driver, event, paid)


def test_what_stripe_refuses_is_no_other_orders_matter(driver: Driver) -> None:
    event, paid = sold(driver, 6)
    driver.simulator.fault("500", method="POST", path="/v1/refunds", times=9)
    driver.settle_orders()
    for _ in range(4):
        driver.orders_settle()
    accounted_for(driver, event, paid)
