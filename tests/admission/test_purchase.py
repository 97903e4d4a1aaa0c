"""purchaseTicket and payOrder: places are held once, at the price that was shown, and paid by PaymentSheet."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from common.limits import FirstFew, Limit
from payments import limits
from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.concurrency import at_once, successes
from tests.support.driver import Driver


def test_an_order_holds_places_and_gives_what_payment_sheet_needs(driver: Driver) -> None:
    ordered = Ordered(driver.published(), items=[{"tier": "ga", "quantity": 3}])
    answer = driver.order_places(ordered, amount=3 * PRICE)
    assert answer["status"] == "pending_payment"
    assert answer["amount"] == 3 * PRICE
    assert answer["client_secret"].startswith(answer["payment_id"])
    assert driver.simulator.payment_intent(answer["payment_id"])["capture_method"] == "manual"
    assert driver.event_details(ordered.event)["tiers"][0]["left"] == 17
    driver.agrees()


def test_the_same_request_is_one_order(driver: Driver) -> None:
    ordered = Ordered(driver.published())
    assert driver.order_places(ordered) == driver.order_places(ordered)
    assert driver.count("event_orders") == 1


def test_the_same_request_four_times_at_once_is_one_order_and_one_payment(driver: Driver) -> None:
    event = driver.published()
    taps = [Ordered(event, request="one") for _ in range(4)]
    answers = successes(at_once([partial(driver.order_places, tap) for tap in taps]))
    assert len({answer["order_id"] for answer in answers}) == 1
    # One that met Stripe in the middle of another's request was told to ask again.
    assert all(answer["payment_id"] or answer["retry_after_seconds"] for answer in answers)
    assert len(driver.simulator.payment_intents()) == 1
    driver.agrees()


def test_the_same_request_for_something_else_is_refused(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    with refused("REQUEST_ID_USED"):
        driver.order_places(Ordered(ordered.event, items=[{"tier": "ga", "quantity": 2}], request=ordered.request))


def test_another_price_is_refused_with_the_right_one(driver: Driver) -> None:
    with refused("AMOUNT_MISMATCH") as error:
        driver.order_places(Ordered(driver.published()), amount=1)
    assert error.value.details["amount"] == PRICE
    assert driver.count("event_orders") == 0


def test_a_price_that_was_changed_while_buying_is_the_new_one_at_once(driver: Driver) -> None:
    event = driver.published()
    driver.places_held(event, "first")
    driver.update_event(event, tiers=[{"tier": "ga", "name": "自由席", "price": 4000, "size": 20}])
    # This instance remembers the old price, but the block is of the new one.
    with refused("AMOUNT_MISMATCH"):
        driver.order_places(Ordered(event, "second"), amount=PRICE)
    assert driver.order_places(Ordered(event, "second"), amount=4000)["amount"] == 4000


def test_what_is_free_is_given_at_once_without_stripe(driver: Driver) -> None:
    ordered = Ordered(driver.published(price=0), items=[{"tier": "ga", "quantity": 2}])
    answer = driver.order_places(ordered, names=["花子", "太郎"])
    assert answer["status"] == "paid"
    assert [ticket["holder_name"] for ticket in answer["tickets"]] == ["花子", "太郎"]
    assert driver.simulator.payment_intents() == []
    assert driver.count("event_tickets") == 2
    driver.agrees()


def test_nobody_buys_what_is_not_on_sale(driver: Driver) -> None:
    draft = driver.create_event()["event_id"]
    with refused("EVENT_NOT_FOUND"):
        driver.order_places(Ordered(draft))
    with refused("EVENT_NOT_FOUND"):
        driver.order_places(Ordered("ev-none"))
    event = driver.published()
    driver.order_places(Ordered(event, "early"))
    driver.close_event(event)
    # This instance remembers the event as published; the block decides.
    with refused("EVENT_NOT_ON_SALE"):
        driver.order_places(Ordered(event))
    later = driver.published(sales_start_at=(driver.now() + timedelta(days=1)).isoformat())
    with refused("EVENT_NOT_ON_SALE"):
        driver.order_places(Ordered(later))
    driver.advance(24 * 60 * MINUTE)
    driver.order_places(Ordered(later))


def test_an_event_that_has_begun_is_not_sold(driver: Driver) -> None:
    event = driver.published()
    driver.advance(31 * 24 * 60 * MINUTE)
    with refused("EVENT_NOT_ON_SALE"):
        driver.order_places(Ordered(event))


def test_an_order_is_split_over_blocks_when_none_has_room(driver: Driver) -> None:
    event = driver.published(places=25, max_per_person=100)
    driver.places_held(event, "big", 18)
    ordered = driver.places_held(event, "other", 6)
    assert len({item["block"] for item in driver.document(f"event_orders/{ordered.id}")["items"]}) == 2
    with refused("SOLD_OUT"):
        driver.places_held(event, "third", 2)
    driver.places_held(event, "third", 1)
    with refused("SOLD_OUT"):
        driver.places_held(event, "fourth", 1)
    driver.agrees()


def test_one_person_has_no_more_than_the_limit_in_all_orders(driver: Driver) -> None:
    event = driver.published(max_per_person=4)
    driver.places_bought(event, quantity=2)
    driver.places_held(event, quantity=1)
    with refused("LIMIT_PER_PERSON") as error:
        driver.places_held(event, quantity=2)
    assert error.value.details["left"] == 1
    # What was held and not paid counts no more, by the clock alone.
    driver.advance(13 * MINUTE)
    driver.places_held(event, quantity=2)


def test_the_limit_holds_for_orders_at_one_instant(driver: Driver) -> None:
    event = driver.published(max_per_person=3)
    answers = at_once([partial(driver.order_places, Ordered(event)) for _ in range(8)])
    assert len(successes(answers)) == 3
    driver.agrees()


def test_seats_are_had_by_name_or_side_by_side(driver: Driver) -> None:
    event = driver.published_hall()
    driver.order_places(Ordered(event, "first", [{"tier": "seat", "seat_number": "A-3"}]))
    with refused("SEAT_TAKEN"):
        driver.order_places(Ordered(event, "second", [{"tier": "seat", "seat_number": "A-3"}]))
    with refused("INVALID_ARGUMENT"):
        driver.order_places(Ordered(event, "second", [{"tier": "seat", "seat_number": "Z-1"}]))
    with refused("INVALID_ARGUMENT"):
        driver.order_places(Ordered(event, "second", [{"tier": "seat", "seat_number": "A-4"}] * 2))
    pair = Ordered(event, "second", [{"tier": "seat", "quantity": 2, "adjacent": True}])
    driver.order_places(pair)
    items = driver.document(f"event_orders/{pair.id}")["items"]
    first, second = (item["seat_number"].split("-") for item in items)
    assert first[0] == second[0]
    assert abs(int(first[1]) - int(second[1])) == 1
    free = {seat["seat_number"]: seat["free"] for seat in driver.seat_map(event)["seats"]}
    assert free["A-3"] is False
    assert sum(free.values()) == 17
    driver.agrees()


def test_places_survive_stripe_and_the_app_is_told_when_to_ask_again(driver: Driver) -> None:
    ordered = Ordered(driver.published())
    driver.lose_call("429", "/v1/payment_intents")
    answer = driver.order_places(ordered)
    assert answer["status"] == "pending_payment"
    assert answer["client_secret"] is None
    assert answer["retry_after_seconds"] > 0
    assert driver.pay_order(ordered)["client_secret"]
    assert len(driver.simulator.payment_intents()) == 1
    driver.agrees()


def test_who_asks_too_often_keeps_the_places_and_is_told_when_to_ask_again(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_FEW_CALLS", FirstFew(0, limits.STRIPE_CALLS.window))
    monkeypatch.setattr(limits, "STRIPE_CALLS", Limit("stripe_calls", 1, limits.STRIPE_CALLS.window))
    event = driver.published()
    driver.places_held(event)
    ordered = Ordered(event)
    answer = driver.order_places(ordered)
    assert (answer["status"], answer["client_secret"]) == ("pending_payment", None)
    assert 0 < driver.pay_order(ordered)["retry_after_seconds"] <= answer["retry_after_seconds"] <= 600
    assert len(driver.simulator.payment_intents()) == 1
    driver.advance(answer["retry_after_seconds"])
    driver.agrees()


def test_a_create_whose_answer_was_lost_is_the_same_payment(driver: Driver) -> None:
    ordered = Ordered(driver.published())
    driver.lose_call("drop_after", "/v1/payment_intents")
    assert driver.order_places(ordered)["client_secret"] is None
    assert driver.pay_order(ordered)["payment_id"]
    assert len(driver.simulator.payment_intents()) == 1


def test_an_order_whose_time_is_over_is_not_paid_any_more(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    driver.advance(10 * MINUTE)
    with refused("ORDER_EXPIRED"):
        driver.pay_order(ordered)


def test_an_order_is_its_buyers_only(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    ordered.buyer = "somebody"
    for act in (driver.pay_order, driver.confirm_order, driver.abandon):
        with refused("ORDER_NOT_FOUND"):
            act(ordered)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"tier": "ga"}],
        [{"tier": "ga", "quantity": 0}],
        [{"tier": "ga", "quantity": 51}],
        [{"quantity": 1}],
        [{"tier": "ga", "quantity": 1}, {"tier": "ga", "quantity": 2}],
        [{"tier": "none", "quantity": 1}],
        [{"tier": "ga", "seat_number": "A-1"}],
    ],
)
def test_what_cannot_be_ordered_changes_nothing(driver: Driver, items: list[dict[str, object]]) -> None:
    event = driver.published()
    before = driver.everything()
    with refused("INVALID_ARGUMENT"):
        driver.order_places(Ordered(event, items=items))
    assert driver.everything() == before
