"""cancelTicket and cancelEvent: places come free, and the money comes back, once, by the terms that were frozen."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from zoneinfo import ZoneInfo

import pytest

from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.concurrency import at_once
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips


def refunds(driver: Driver) -> list[int]:
    return sorted(refund["amount"] for refund in driver.simulator.refunds())


def status(driver: Driver, ordered: Ordered) -> str:
    return str(driver.document(f"event_orders/{ordered.id}")["status"])


def test_a_ticket_is_given_back_in_full_and_its_place_can_be_had(driver: Driver) -> None:
    event = driver.published(places=2)
    ordered = driver.places_bought(event, quantity=2)
    answer = driver.cancel_ticket(ordered)
    assert (answer["refund_amount"], answer["status"]) == (PRICE, "cancelled")
    assert driver.cancel_ticket(ordered) == answer
    assert refunds(driver) == [PRICE]
    assert status(driver, ordered) == "paid"
    driver.places_bought(event, "other")
    driver.orders_settle()
    driver.agrees()


def test_the_last_ticket_ends_its_order(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    for number in range(2):
        driver.cancel_ticket(ordered, number)
    assert status(driver, ordered) == "cancelled"
    assert refunds(driver) == [PRICE, PRICE]
    driver.orders_settle()
    driver.agrees()


def test_a_quote_changes_nothing(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    before = driver.everything()
    assert driver.cancel_ticket(ordered, quote_only=True)["refund_amount"] == PRICE
    assert driver.everything() == before


@pytest.mark.parametrize(
    ("price", "percent", "jpy", "back"),
    [(3000, 10, 0, 2700), (3333, 10, 0, 3000), (3000, 10, 200, 2500), (100, 0, 500, 0)],
)
def test_the_fee_is_in_whole_yen_and_never_more_than_the_price(
    driver: Driver, price: int, percent: int, jpy: int, back: int
) -> None:
    terms = {"until_hours": 72, "fee_percent": percent, "fee_jpy": jpy}
    ordered = driver.places_bought(driver.published(price=price, cancel_terms=terms))
    assert driver.cancel_ticket(ordered)["refund_amount"] == back
    assert refunds(driver) == ([back] if back else [])
    assert status(driver, ordered) == "cancelled"
    driver.orders_settle()
    driver.agrees()


def test_the_terms_are_those_of_the_purchase(driver: Driver) -> None:
    event = driver.published()
    ordered = driver.places_bought(event)
    driver.update_event(event, cancel_terms={"until_hours": 24 * 40})
    assert driver.cancel_ticket(ordered)["refund_amount"] == PRICE


def test_the_deadlines_second_is_too_late(driver: Driver) -> None:
    driver.freeze()
    ordered = driver.places_bought(driver.published(), quantity=2)
    driver.advance(27 * DAY - 1)
    driver.cancel_ticket(ordered)
    driver.advance(1)
    with refused("NOT_CANCELLABLE"):
        driver.cancel_ticket(ordered, 1)


def test_somebody_elses_ticket_is_not_found(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    ordered.buyer = "somebody"
    with refused("ORDER_NOT_FOUND"):
        driver.cancel_ticket(ordered)


def test_the_same_ticket_at_once_comes_back_once(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=3)
    at_once([partial(driver.cancel_ticket, ordered, number % 2) for number in range(6)])
    driver.orders_settle()
    assert refunds(driver) == [PRICE, PRICE]
    driver.agrees()


def test_a_refund_that_got_no_answer_is_made_once(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    driver.lose_call("drop_after", "/v1/refunds")
    assert driver.cancel_ticket(ordered)["status"] == "cancelled"
    driver.orders_settle()
    assert refunds(driver) == [PRICE]
    driver.agrees()


def test_a_free_ticket_is_given_back_without_stripe(driver: Driver) -> None:
    ordered = driver.places_held(driver.published(price=0))
    assert driver.cancel_ticket(ordered)["refund_amount"] == 0
    assert status(driver, ordered) == "cancelled"
    driver.agrees()


def test_a_cancelled_event_gives_everybody_everything_back(driver: Driver) -> None:
    event = driver.published(max_per_person=5)
    whole, part = driver.places_bought(event, "whole", 2), driver.places_bought(event, "part", 2)
    driver.cancel_ticket(part)
    pending, held = driver.places_held(event, "pending"), driver.sheet_paid(event, "held")
    assert driver.cancel_event(event, reason="台風")["status"] == "cancelled"
    assert driver.cancel_event(event)["status"] == "cancelled"
    with refused("EVENT_NOT_ON_SALE"):
        driver.places_held(event, "late")
    driver.orders_settle()
    driver.orders_settle()
    assert [status(driver, each) for each in (whole, part, pending, held)] == ["cancelled"] * 2 + ["expired"] * 2
    assert driver.simulator.payment_intent(held.payment)["status"] == "canceled"
    made = driver.db.collection("event_refunds").stream()
    assert sorted((each.to_dict() or {})["amount"] for each in made) == [PRICE, PRICE, 2 * PRICE]
    assert driver.document(f"events/{event}")["due_at"] is None
    driver.agrees()


def test_a_cancellation_that_stripe_interrupts_is_gone_on_with(driver: Driver) -> None:
    event = driver.published(places=40)
    orders = [driver.places_bought(event, f"fan-{number}") for number in range(6)]
    driver.cancel_event(event)
    driver.simulator.fault("500", method="POST", path="/v1/refunds", times=7)
    driver.settle_orders()
    for _ in range(4):
        driver.advance(10 * MINUTE)
        driver.settle_orders()
    driver.advance(HOUR)
    driver.settle_orders()
    assert {status(driver, each) for each in orders} == {"cancelled"}
    captured = sum(intent["amount_received"] for intent in driver.simulator.payment_intents())
    assert captured == sum(refund["amount"] for refund in driver.simulator.refunds()) == 6 * PRICE
    driver.agrees()


def test_somebody_sees_their_tickets_page_by_page(driver: Driver) -> None:
    event = driver.published(places=60, price=0, max_per_person=60)
    driver.places_held(event, quantity=50)
    driver.places_held(event, quantity=5)
    first = driver.call("getUserTickets", {}, "fan")
    assert len(first["coming"]) == 50
    second = driver.call("getUserTickets", {"cursor": first["cursor"]}, "fan")
    assert (len(second["coming"]), second["cursor"]) == (5, None)
    driver.advance(31 * DAY)
    assert len(driver.call("getUserTickets", {}, "fan")["past"]) == 50
    assert driver.call("getUserTickets", {}, "nobody")["coming"] == []


@pytest.mark.parametrize("written", ["2027-03-01T00:30:00+09:00", "2027-02-28T15:30:00Z"])
def test_the_deadline_is_the_same_second_in_tokyo_and_elsewhere(driver: Driver, written: str) -> None:
    driver.freeze()
    event = driver.published(event_date=written, cancel_terms={"until_hours": 24})
    ordered = driver.places_bought(event, quantity=2)
    deadline = datetime(2027, 2, 28, 0, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    driver.advance((deadline - driver.now()).total_seconds() - 1)
    assert driver.cancel_ticket(ordered)["refund_amount"] == PRICE
    driver.advance(1)
    with refused("NOT_CANCELLABLE"):
        driver.cancel_ticket(ordered, 1, quote_only=True)


def test_a_ticket_that_is_used_at_that_moment_is_not_given_back(driver: Driver, round_trips: RoundTrips) -> None:
    ordered = driver.places_bought(driver.published())
    code = driver.ticket_code(ordered)
    enter = partial(driver.scan_ticket, ordered.event, code, "scan-1")
    with (
        round_trips.interrupted(Named("firestore commit", "before"), enter),
        refused("NOT_CANCELLABLE"),
    ):
        driver.cancel_ticket(ordered)
    assert refunds(driver) == []
    assert status(driver, ordered) == "paid"
    driver.agrees()
