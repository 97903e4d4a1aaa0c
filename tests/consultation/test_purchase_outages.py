"""createPaymentIntent while Stripe fails: after a retry there is exactly one live PaymentIntent, and its secret."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.clock import HOUR
from tests.support.concurrency import at_once, successes
from tests.support.driver import Driver
from tests.support.stripe_side import OUTAGES

CREATE = "/v1/payment_intents"


def live(driver: Driver) -> list[str]:
    return [sold["id"] for sold in driver.simulator.payment_intents() if sold["status"] != "canceled"]


@pytest.mark.parametrize("kind", OUTAGES)
def test_a_retry_after_an_outage_finds_or_makes_the_one_payment_intent(driver: Driver, kind: str) -> None:
    driver.lose_call(kind, CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    assert driver.simulator.faults() == []
    answer = driver.purchase()
    assert live(driver) == [answer["payment_intent_id"]]
    assert driver.simulator.payment_intent(live(driver)[0])["client_secret"] == answer["client_secret"]
    assert driver.count("tickets") == 1
    driver.simulator.confirm(answer["payment_intent_id"])
    assert driver.purchase()["status"] == "authorized"
    driver.agrees()


def test_a_single_lost_answer_is_not_even_noticed(driver: Driver) -> None:
    driver.simulator.fault("drop_after", method="POST", path=CREATE)
    assert driver.purchase()["payment_intent_id"] == live(driver)[0]
    driver.agrees()


@pytest.mark.parametrize("kind", ["500", "500_after"])
def test_thirty_retries_of_a_saved_error_agree_on_one_payment_intent(driver: Driver, kind: str) -> None:
    driver.lose_call(kind, CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    answers = successes(at_once([driver.purchase] * 30))
    assert len(answers) == 30
    assert len({answer["client_secret"] for answer in answers}) == 1
    assert live(driver) == [answers[0]["payment_intent_id"]]
    driver.agrees()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_create_older_than_twenty_hours_is_looked_up_and_never_replayed(driver: Driver, kind: str) -> None:
    driver.lose_call(kind, CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    (first,) = {call["idempotency_key"] for call in driver.simulator.requests()}
    # Four hours before Stripe may forget the key: a replay after that would make a second PaymentIntent.
    driver.advance(20 * HOUR + 1)
    answer = driver.purchase()
    assert [call["idempotency_key"] for call in driver.simulator.requests()].count(first) == 2
    assert driver.stripe_calls("GET", CREATE) >= 1
    assert live(driver) == [answer["payment_intent_id"]]
    driver.agrees()


def test_an_unpaid_ticket_without_a_payment_intent_is_closed_in_time(driver: Driver) -> None:
    driver.lose_call("drop_after", CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    driver.advance(HOUR + 1)
    driver.sweep_holds()
    assert live(driver) == []
    assert driver.count("ticket_locks") == 0
    driver.agrees()


def test_stripe_being_down_for_one_buyer_does_not_stop_the_answer_after_the_hold(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.fault("drop_before", times=None)
    assert driver.purchase()["ticket_id"] == consultation.ticket
    driver.simulator.clear_faults()
    driver.agrees()
