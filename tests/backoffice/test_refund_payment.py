"""refundPayment: money goes back once, of every kind of purchase, whatever fails meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.checkouts import LICENSE
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver

NOTE = {"note": "相談が成立しなかったため"}


def refund(driver: Driver, payment: str, **more: Any) -> Any:
    return driver.by_admin("refundPayment", paymentIntentId=payment, **NOTE, **more)


def refunds(driver: Driver, payment: str) -> list[int]:
    """JPY of each refund that Stripe made and that stands."""
    listed = inspected(driver, payment)["stripe"]["refunds"]
    return sorted(each["amount"] for each in listed if each["status"] != "failed")


def inspected(driver: Driver, id_: str) -> Any:
    return driver.by_admin("inspectTicket", id=id_)


def away(driver: Driver) -> None:
    driver.simulator.fault("500", method="POST", path="/v1/refunds", times=100)


def test_a_captured_consultation_is_given_back_whole_or_in_parts(driver: Driver) -> None:
    consultation = driver.ended()
    answer = refund(driver, consultation.payment, amount=2000)
    assert (answer["amount"], answer["amountRefunded"], answer["decided"]) == (2000, 2000, False)
    answer = refund(driver, consultation.payment)
    assert (answer["amount"], answer["amountRefunded"]) == (3000, 5000)
    assert refunds(driver, consultation.payment) == [2000, 3000]
    assert driver.document(f"payment_intents/{consultation.payment}")["amountRefunded"] == 5000
    assert [line["event"] for line in inspected(driver, consultation.ticket)["history"]].count("refunded") == 2
    assert [entry["note"] for entry in driver.audit("refundPayment")] == [NOTE["note"]] * 2
    driver.agrees()


def test_the_same_again_within_minutes_is_the_same_refund(driver: Driver) -> None:
    consultation = driver.ended()
    for _ in range(3):
        assert refund(driver, consultation.payment, amount=2000)["amountRefunded"] == 2000
    driver.advance(11 * MINUTE)
    assert refund(driver, consultation.payment, amount=2000)["amountRefunded"] == 4000
    assert len(driver.audit("refundPayment")) == 2


def test_of_many_at_once_one_is_made(driver: Driver) -> None:
    consultation = driver.ended()
    assert refusals(at_once([lambda: refund(driver, consultation.payment)] * 4)) == []
    assert refunds(driver, consultation.payment) == [5000]
    driver.agrees()


def test_while_stripe_is_away_it_is_decided_and_a_schedule_makes_it(driver: Driver) -> None:
    consultation = driver.ended()
    away(driver)
    answer = refund(driver, consultation.payment, amount=1000)
    assert (answer["decided"], answer["amountRefunded"]) == (True, 0)
    with refused("REFUND_ALREADY_DECIDED"):
        refund(driver, consultation.payment, amount=2000)
    driver.simulator.clear_faults()
    driver.minutes_pass()
    assert refunds(driver, consultation.payment) == [1000]
    assert driver.ticket(consultation)["due_at"] is None
    driver.agrees()


def test_one_that_fails_later_is_told_and_can_be_asked_for_again(driver: Driver) -> None:
    consultation = driver.ended()
    refund(driver, consultation.payment)
    (made,) = inspected(driver, consultation.payment)["stripe"]["refunds"]
    driver.simulator.fail_refund(made["id"])
    driver.deliver_all()
    assert driver.incident(f"refund_failed.{consultation.ticket}")["status"] == "open"
    assert refund(driver, consultation.payment)["amountRefunded"] == 5000
    driver.advance(1)
    driver.reconcile()
    assert driver.incident(f"refund_failed.{consultation.ticket}")["status"] == "resolved"
    driver.agrees()


def test_what_was_given_back_in_the_dashboard_counts(driver: Driver) -> None:
    consultation = driver.ended()
    driver.refund(consultation, 4000)
    with refused("REFUND_AMOUNT_INVALID") as told:
        refund(driver, consultation.payment, amount=1001)
    assert told.value.details["refundable"] == 1000
    assert refund(driver, consultation.payment)["amount"] == 1000
    with refused("PAYMENT_NOT_REFUNDABLE"):
        refund(driver, consultation.payment, amount=1)


@pytest.mark.parametrize("brought_to", ["authorized", "used", "active"])
def test_what_was_not_captured_is_refused_and_left_alone(driver: Driver, brought_to: str) -> None:
    consultation = driver.brought_to(brought_to)
    before = driver.ticket(consultation)
    with refused("PAYMENT_NOT_REFUNDABLE") as told:
        refund(driver, consultation.payment)
    assert told.value.details["problem"] == "not_captured"
    assert driver.ticket(consultation) == before
    assert driver.audit() == []


def test_a_disputed_payment_is_left_to_the_bank(driver: Driver) -> None:
    consultation = driver.ended()
    driver.dispute(consultation)
    driver.deliver_all()
    with refused("PAYMENT_NOT_REFUNDABLE") as told:
        refund(driver, consultation.payment)
    assert told.value.details["problem"] == "disputed"


def test_a_payment_that_is_not_the_one_of_its_ticket_is_refused(driver: Driver) -> None:
    consultation = driver.ended()
    driver.db.document("payment_intents/pi_other").set(driver.document(f"payment_intents/{consultation.payment}"))
    with refused("PAYMENT_NOT_REFUNDABLE") as told:
        refund(driver, "pi_other")
    assert told.value.details["problem"] == "not_captured"
    assert refunds(driver, consultation.payment) == []


def test_a_payment_of_no_record_is_refused(driver: Driver) -> None:
    with refused("PAYMENT_NOT_FOUND"):
        refund(driver, "pi_unknown")


def test_a_licence_is_given_back_whole_and_revoked(driver: Driver) -> None:
    bought = driver.fulfilled(LICENSE)
    payment = driver.payment_of(bought)
    with refused("REFUND_AMOUNT_INVALID"):
        refund(driver, payment, amount=1000)
    for _ in range(2):
        answer = refund(driver, payment)
        assert (answer["amountRefunded"], answer["decided"]) == (3000, False)
    assert driver.document(f"devices/{bought.device}")["license_purchased"] is False
    assert len(driver.audit("refundPayment")) == 1
    driver.agrees()


def test_an_order_is_given_back_whole_and_its_places_are_free(driver: Driver) -> None:
    event = driver.published(places=2)
    order = driver.places_bought(event, quantity=2)
    payment = driver.document(f"event_orders/{order.id}")["payment_id"]
    with refused("REFUND_AMOUNT_INVALID") as told:
        refund(driver, payment, amount=3000)
    assert told.value.details["refundable"] == 6000
    for _ in range(2):
        assert refund(driver, payment)["amountRefunded"] == 6000
    assert {driver.document(f"event_tickets/{order.id}.{number}")["status"] for number in (0, 1)} == {"cancelled"}
    driver.places_bought(event, "another", quantity=2)
    driver.orders_settle()
    driver.agrees()


def test_an_order_whose_stripe_is_away_is_given_back_by_a_schedule(driver: Driver) -> None:
    order = driver.places_bought(driver.published())
    payment = driver.document(f"event_orders/{order.id}")["payment_id"]
    away(driver)
    assert refund(driver, payment)["decided"]
    driver.simulator.clear_faults()
    driver.advance(HOUR)
    driver.sweep()
    assert refunds(driver, payment) == [3000]
    driver.agrees()
