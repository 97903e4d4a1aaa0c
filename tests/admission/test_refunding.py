"""refundPayment for orders of events: all that is left, once, and what it was paid for ends with it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver
from tests.support.round_trips import Point, RoundTrips


def payment(driver: Driver, ordered: Ordered) -> str:
    return str(driver.document(f"event_orders/{ordered.id}")["payment_id"])


def ask(driver: Driver, ordered: Ordered, amount: int | None = None) -> Any:
    more = {} if amount is None else {"amount": amount}
    return driver.by_admin("refundPayment", payment_intent_id=payment(driver, ordered), note="the hall burnt", **more)


def given_back(driver: Driver) -> list[int]:
    return sorted(each["amount"] for each in driver.simulator.refunds() if each["status"] != "failed")


def test_a_whole_order_is_given_back_and_its_places_can_be_had(driver: Driver) -> None:
    event = driver.published(places=2)
    ordered = driver.places_bought(event, quantity=2)
    answer = ask(driver, ordered)
    assert (answer["amount"], answer["amountRefunded"], answer["decided"]) == (2 * PRICE, 2 * PRICE, False)
    assert driver.document(f"event_orders/{ordered.id}")["status"] == "cancelled"
    assert driver.document(f"event_tickets/{ordered.id}.0")["status"] == "cancelled"
    driver.places_bought(event, "other", quantity=2)
    driver.orders_settle()
    driver.agrees()


def test_what_is_left_after_a_ticket_came_back(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=3)
    driver.cancel_ticket(ordered)
    assert ask(driver, ordered)["amount"] == 2 * PRICE
    assert given_back(driver) == [PRICE, 2 * PRICE]
    driver.orders_settle()
    driver.agrees()


def test_a_part_is_refused_clearly_and_changes_nothing(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    before = driver.everything()
    with refused("REFUND_AMOUNT_INVALID") as caught:
        ask(driver, ordered, PRICE)
    assert (caught.value.details["captured"], caught.value.details["refundable"]) == (2 * PRICE, 2 * PRICE)
    assert driver.everything() == before


def test_a_repetition_answers_the_same_and_gives_nothing_more(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    first = ask(driver, ordered)
    assert ask(driver, ordered) == first
    assert ask(driver, ordered, 2 * PRICE) == first
    assert given_back(driver) == [2 * PRICE]


def test_many_at_once_are_one_refund(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    assert refusals(at_once([lambda: ask(driver, ordered)] * 4)) == []
    assert given_back(driver) == [2 * PRICE]
    driver.orders_settle()
    driver.agrees()


def test_stripe_away_leaves_it_to_the_schedule(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    driver.lose_call("drop_before", ".*/refunds")
    assert ask(driver, ordered)["decided"] is True
    driver.orders_settle()
    driver.minutes_pass()
    assert given_back(driver) == [2 * PRICE]
    driver.agrees()


@pytest.mark.parametrize("moment", ["before", "after"])
def test_killed_at_any_step_it_is_given_back_once(driver: Driver, round_trips: RoundTrips, moment: Any) -> None:
    event = driver.published(places=60)
    for call in range(1, 9):
        ordered = driver.places_bought(event, f"fan-{call}")
        with round_trips.killed(Point(call, moment), always=False):
            ask(driver, ordered)
        ask(driver, ordered)
        driver.orders_settle()
        assert len(given_back(driver)) == call
    driver.minutes_pass()
    driver.agrees()


def test_an_order_that_is_not_paid_is_not_refunded(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    with refused("PAYMENT_NOT_REFUNDABLE"):
        ask(driver, ordered)


def test_a_disputed_order_is_not_refunded(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    driver.simulator.dispute(payment(driver, ordered), "needs_response")
    driver.deliver_all()
    with refused("PAYMENT_NOT_REFUNDABLE"):
        ask(driver, ordered)
    driver.agrees()
