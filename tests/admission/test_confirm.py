"""confirmOrder, abandonOrder, the webhook and the schedules: one door, tickets before the money, nothing stranded."""

from __future__ import annotations

import pytest

from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver

HELD = "payment_intent.amount_capturable_updated"
CAPTURED = "payment_intent.succeeded"


def order_of(driver: Driver, ordered: Ordered) -> dict[str, object]:
    return driver.document(f"event_orders/{ordered.id}")


def at_stripe(driver: Driver, ordered: Ordered) -> str:
    return str(driver.simulator.payment_intent(ordered.payment)["status"])


def test_a_paid_order_has_its_tickets_and_is_captured(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published(), quantity=2)
    answer = driver.confirm_order(ordered)
    assert answer["status"] == "paid"
    assert [ticket["status"] for ticket in answer["tickets"]] == ["valid", "valid"]
    assert answer["tickets"][0]["price"] == PRICE
    assert at_stripe(driver, ordered) == "succeeded"
    assert driver.confirm_order(ordered) == answer
    driver.agrees()


def test_one_that_is_not_paid_yet_is_no_error(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    assert driver.confirm_order(ordered) == {
        "ok": True,
        "order_id": ordered.id,
        "status": "pending_payment",
        "tickets": [],
    }


def test_a_declined_card_leaves_the_places_held_for_another(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    driver.pay_sheet(ordered, "pm_card_chargeDeclined")
    assert driver.confirm_order(ordered)["status"] == "pending_payment"
    driver.pay_sheet(ordered)
    assert driver.confirm_order(ordered)["status"] == "paid"
    driver.agrees()


@pytest.mark.parametrize("order", [(0, 1), (1, 0), (0, 0, 1, 1)])
def test_the_webhook_does_the_same_in_any_order(driver: Driver, order: tuple[int, ...]) -> None:
    ordered = driver.sheet_paid(driver.published())
    (held,) = driver.order_events(ordered, HELD)
    assert driver.deliver(held) == 200
    (captured,) = driver.order_events(ordered, CAPTURED)
    for index in order:
        assert driver.deliver((held, captured)[index]) == 200
    assert order_of(driver, ordered)["status"] == "paid"
    assert driver.count("event_tickets") == 1
    driver.agrees()


def test_a_lost_webhook_and_a_lost_app_are_found_by_the_deadline(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.advance(10 * MINUTE)
    driver.expire_orders()
    assert order_of(driver, ordered)["status"] == "paid"
    driver.orders_settle()
    driver.agrees()


def test_a_capture_that_got_no_answer_is_resumed(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.lose_call("drop_before", ".*/capture")
    assert driver.confirm_order(ordered)["status"] == "paid"
    assert at_stripe(driver, ordered) == "requires_capture"
    driver.orders_settle()
    assert at_stripe(driver, ordered) == "succeeded"
    driver.agrees()


def test_a_hold_that_is_lost_before_the_capture_ends_its_tickets_and_is_reported(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    event = driver.published(places=1)
    ordered = driver.sheet_paid(event)
    driver.lose_call("drop_before", ".*/capture")
    driver.confirm_order(ordered)
    driver.simulator.dashboard_cancel(ordered.payment)
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "cancelled"
    assert "hold_lost" in capsys.readouterr().err
    # Its place can be had by somebody else.
    driver.places_bought(event, "other")
    driver.orders_settle()
    driver.agrees()


def test_an_abandoned_order_frees_its_places_at_once(driver: Driver) -> None:
    event = driver.published(places=1)
    ordered = driver.places_held(event)
    with refused("SOLD_OUT"):
        driver.places_held(event, "other")
    assert driver.abandon(ordered)["status"] == "expired"
    assert driver.abandon(ordered)["status"] == "expired"
    assert at_stripe(driver, ordered) == "canceled"
    driver.places_bought(event, "other")
    driver.orders_settle()
    driver.agrees()


def test_abandoning_what_was_paid_meanwhile_leaves_it_paid(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    assert driver.abandon(ordered)["status"] == "paid"
    driver.orders_settle()
    driver.agrees()


def test_an_unpaid_hold_is_sold_again_by_the_clock_with_the_schedules_dead(driver: Driver) -> None:
    event = driver.published(places=1)
    first = driver.places_held(event)
    driver.advance(12 * MINUTE - 2)
    with refused("SOLD_OUT"):
        driver.places_held(event, "other")
    driver.advance(3)
    driver.places_bought(event, "other")
    assert order_of(driver, first)["status"] == "expired"
    driver.orders_settle()
    assert at_stripe(driver, first) == "canceled"
    driver.agrees()


def test_an_order_taken_over_in_one_block_frees_its_places_in_the_others(driver: Driver) -> None:
    event = driver.published(places=21, max_per_person=50)
    driver.places_held(event, quantity=21)
    driver.advance(13 * MINUTE)
    driver.places_held(event, "other", 1)
    driver.places_bought(event, "third", 20)
    driver.orders_settle()
    assert driver.event_details(event)["tiers"][0]["left"] == 0
    driver.advance(HOUR)
    driver.orders_settle()
    driver.agrees()


def expired(driver: Driver, event: str, quantity: int = 1) -> Ordered:
    """An order that ended unpaid, whose void was lost, and whose card is held after that."""
    ordered = driver.places_held(event, quantity=quantity)
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", ".*/cancel")
    driver.expire_orders()
    assert order_of(driver, ordered)["status"] == "expired"
    driver.pay_sheet(ordered)
    return ordered


def test_what_is_paid_late_is_had_while_there_are_places(driver: Driver) -> None:
    ordered = expired(driver, driver.published())
    assert driver.deliver(*driver.order_events(ordered, HELD)) == 200
    assert driver.confirm_order(ordered)["status"] == "paid"
    driver.orders_settle()
    assert at_stripe(driver, ordered) == "succeeded"
    driver.agrees()


def test_what_is_paid_late_and_is_sold_out_is_voided_not_refunded(driver: Driver) -> None:
    event = driver.published(places=1)
    ordered = expired(driver, event)
    driver.places_bought(event, "other")
    assert driver.deliver(*driver.order_events(ordered, HELD)) == 200
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "expired"
    assert at_stripe(driver, ordered) == "canceled"
    assert driver.simulator.payment_intent(ordered.payment)["amount_received"] == 0
    driver.agrees()


def test_a_hold_of_another_amount_buys_nothing(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    ordered = driver.places_held(driver.published())
    driver.simulator.edit(ordered.payment, amount=PRICE - 1)
    driver.pay_sheet(ordered)
    assert driver.confirm_order(ordered)["tickets"] == []
    driver.orders_settle()
    assert "amount_mismatch" in capsys.readouterr().err
    assert (order_of(driver, ordered)["status"], at_stripe(driver, ordered)) == ("expired", "canceled")


def test_nor_does_one_that_comes_late(driver: Driver) -> None:
    ordered = driver.places_held(driver.published())
    driver.simulator.edit(ordered.payment, amount=PRICE - 1)
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", ".*/cancel")
    driver.expire_orders()
    driver.pay_sheet(ordered)
    assert driver.deliver(*driver.order_events(ordered, HELD)) == 200
    driver.orders_settle()
    assert (order_of(driver, ordered)["status"], at_stripe(driver, ordered)) == ("expired", "canceled")


def test_a_seat_that_is_gone_is_not_swapped_for_another(driver: Driver) -> None:
    event = driver.published_hall()
    seat = [{"tier": "seat", "seat_number": "A-1"}]
    ordered = Ordered(event, items=seat)
    driver.order_places(ordered)
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", ".*/cancel")
    driver.expire_orders()
    driver.order_places(Ordered(event, "other", seat))
    driver.pay_sheet(ordered)
    assert driver.deliver(*driver.order_events(ordered, HELD)) == 200
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "expired"
    assert at_stripe(driver, ordered) == "canceled"


def test_what_is_paid_late_after_the_event_was_closed_is_voided(driver: Driver) -> None:
    event = driver.published()
    ordered = expired(driver, event)
    driver.close_event(event)
    assert driver.deliver(*driver.order_events(ordered, HELD)) == 200
    driver.orders_settle()
    assert at_stripe(driver, ordered) == "canceled"
    driver.agrees()


def test_what_was_captured_by_hand_although_it_had_ended_is_refunded_and_reported(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    ordered = expired(driver, driver.published())
    driver.simulator.dashboard_capture(ordered.payment)
    assert driver.deliver(*driver.order_events(ordered, CAPTURED)) == 200
    assert "captured_unserved" in capsys.readouterr().err
    driver.orders_settle()
    assert [refund["amount"] for refund in driver.simulator.refunds()] == [PRICE]
    assert order_of(driver, ordered)["status"] == "expired"
    driver.agrees()


def test_what_was_captured_by_hand_while_its_places_are_held_is_paid(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.simulator.dashboard_capture(ordered.payment)
    assert driver.confirm_order(ordered)["status"] == "paid"
    driver.agrees()


def test_a_held_order_may_be_paid_after_the_event_was_closed(driver: Driver) -> None:
    event = driver.published()
    ordered = driver.sheet_paid(event)
    driver.close_event(event)
    assert driver.confirm_order(ordered)["status"] == "paid"
    driver.orders_settle()
    driver.agrees()


def test_a_payment_that_was_never_created_ends_with_its_order(driver: Driver) -> None:
    ordered = Ordered(driver.published())
    driver.lose_call("429", "/v1/payment_intents")
    driver.order_places(ordered)
    driver.advance(10 * MINUTE)
    driver.expire_orders()
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "expired"
    driver.agrees()
