"""Stripe does not know a payment: a permanent answer, which ends what it can and leaves a way out of the rest."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from payments import payment_intents
from payments.failures import Missing
from tests.support.calls import refused
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver
from tests.support.reports import texts

MISSING = '"payment_missing"'


@contextmanager
def under_the_wrong_key() -> Iterator[None]:
    """The functions have the key of another account, which knows none of the payments."""

    def missing(*_: object) -> None:
        raise Missing

    with pytest.MonkeyPatch.context() as patch:
        for request in ("capture", "cancel", "retrieve"):
            patch.setattr(payment_intents, request, missing)
        yield


def forgotten(driver: Driver, status: str) -> Consultation:
    """A ticket of this status, whose payment is of another account, or was test data that is deleted."""
    consultation = driver.brought_to(status)
    driver.forget_payment(consultation)
    return consultation


def closed(driver: Driver, consultation: Consultation) -> None:
    """Nothing is held, nothing is due, and the pair may buy again."""
    ticket = driver.ticket(consultation)
    assert (ticket["status"], ticket["due_at"]) == ("cancelled", None)
    assert driver.payment(consultation)["status"] == "canceled"
    assert driver.purchase()["ticket_id"] != consultation.ticket
    driver.agrees()


@pytest.mark.parametrize("status", ["pending_payment", "authorized", "used"])
def test_at_its_deadline_it_is_closed(driver: Driver, status: str, capsys: pytest.CaptureFixture[str]) -> None:
    consultation = forgotten(driver, status)
    driver.advance(73 * HOUR)
    driver.sweep()
    assert MISSING in capsys.readouterr().err
    closed(driver, consultation)


@pytest.mark.parametrize("status", ["pending_payment", "authorized", "used"])
@pytest.mark.parametrize("by", ["buyer", IMECON])
def test_cancelled_it_is_closed(driver: Driver, status: str, by: str) -> None:
    consultation = forgotten(driver, status)
    assert driver.cancel(consultation, by)["status"] == "canceled"
    closed(driver, consultation)


def test_an_unpaid_one_makes_way_for_a_new_purchase(driver: Driver) -> None:
    consultation = forgotten(driver, "pending_payment")
    answer = driver.purchase()
    assert answer["client_secret"]
    assert answer["payment_intent_id"] != consultation.payment
    assert driver.ticket(consultation)["cancel_reason"] == "payment_missing"
    driver.agrees()


def test_an_unpaid_one_is_closed_when_the_app_confirms_it(driver: Driver) -> None:
    consultation = forgotten(driver, "pending_payment")
    assert driver.confirm(consultation)["status"] == "cancelled"
    closed(driver, consultation)


def test_without_that_it_is_open_for_ever(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from consultation import decisions

    monkeypatch.setattr(decisions, "settle_missing", lambda _: None)
    consultation = forgotten(driver, "authorized")
    driver.advance(73 * HOUR)
    for _ in range(3):
        driver.sweep()
        driver.advance(DAY)
    assert driver.ticket(consultation)["status"] == "authorized"


def to_be_captured(driver: Driver) -> Consultation:
    consultation = forgotten(driver, "active")
    driver.advance(10 * MINUTE)
    driver.end(consultation)
    return consultation


def test_a_capture_that_cannot_be_had_is_reported_once(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    consultation = to_be_captured(driver)
    for _ in range(8):
        driver.advance(12 * HOUR)
        driver.sweep()
    assert capsys.readouterr().err.count(MISSING) == 1
    ticket = driver.ticket(consultation)
    assert (ticket["status"], ticket["decision"]) == ("active", "capture")


def test_an_administrator_closes_it(driver: Driver) -> None:
    consultation = to_be_captured(driver)
    data = {"payment_intent_id": consultation.payment}
    for uid in (consultation.buyer, consultation.imecon):
        with refused("TICKET_COMPLETED"):
            driver.call("cancelPaymentIntent", data, uid)
    answer = driver.by_admin("cancelPaymentIntent", **data)
    assert (answer["status"], answer["cancel_reason"]) == ("canceled", "payment_missing")
    assert driver.by_admin("cancelPaymentIntent", **data) == answer
    closed(driver, consultation)


def test_an_administrator_does_not_close_a_capture_that_stripe_knows(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", "/capture")
    driver.end(consultation)
    with refused("TICKET_COMPLETED"):
        driver.by_admin("cancelPaymentIntent", payment_intent_id=consultation.payment)
    driver.minutes_pass()
    assert driver.stripe_status(consultation) == "succeeded"


def test_it_is_captured_within_a_day_once_the_right_key_is_back(driver: Driver) -> None:
    """It was the key of another account that did not know the payment."""
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    with under_the_wrong_key():
        driver.end(consultation)
    driver.advance(25 * HOUR)
    driver.sweep()
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()


def test_a_hold_whose_ticket_was_closed_under_the_wrong_key_is_voided(driver: Driver) -> None:
    consultation = driver.held()
    with under_the_wrong_key():
        driver.cancel(consultation)
    assert driver.ticket(consultation)["status"] == "cancelled"
    assert driver.stripe_status(consultation) == "requires_capture"
    driver.reconcile()
    assert driver.stripe_status(consultation) == "canceled"


def test_the_comparison_says_which_session_has_no_payment(driver: Driver) -> None:
    consultation = forgotten(driver, "active")
    driver.reconcile()
    (report,) = (found.to_dict() or {} for found in driver.db.collection("reconciliations").stream())
    assert [line for line in texts(report) if consultation.payment in line]
