"""Deadlines ask Stripe before they let go of money, and a clock that is set back does no harm."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from common import clock
from consultation import decisions
from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver


def paid_at_the_last_second(driver: Driver) -> Consultation:
    """The card is held ten seconds before the time to pay is over, and the webhook and the app say nothing."""
    consultation = driver.bought()
    driver.advance(HOUR - 10)
    driver.simulator.confirm(consultation.payment)
    driver.advance(20)
    return consultation


def test_a_hold_placed_at_the_last_second_is_taken_up_by_the_sweep(driver: Driver) -> None:
    consultation = paid_at_the_last_second(driver)
    driver.sweep_holds()
    assert driver.ticket(consultation)["status"] == "authorized"
    assert driver.stripe_status(consultation) == "requires_capture"
    driver.agrees()


def test_without_asking_the_sweep_voids_it(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decisions, "_unpaid", lambda _: True)
    consultation = paid_at_the_last_second(driver)
    driver.sweep_holds()
    assert driver.ticket(consultation)["cancel_reason"] == "unpaid"
    assert driver.stripe_status(consultation) == "canceled"


def test_a_buyer_who_comes_back_late_finds_the_hold(driver: Driver) -> None:
    consultation = paid_at_the_last_second(driver)
    assert driver.order(consultation)["status"] == "authorized"
    driver.agrees()


def test_while_stripe_does_not_answer_nothing_is_let_go_of(driver: Driver) -> None:
    consultation = paid_at_the_last_second(driver)
    driver.lose_call("drop_before", f"/v1/payment_intents/{consultation.payment}", "GET")
    driver.sweep_holds()
    assert driver.ticket(consultation)["status"] == "pending_payment"
    assert driver.ticket(consultation)["decision"] is None
    driver.advance(10 * MINUTE)
    driver.sweep_holds()
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()


def set_back(driver: Driver, monkeypatch: pytest.MonkeyPatch, by: timedelta) -> datetime:
    """The functions' clock is corrected backwards. Returns the time it shows then."""
    shown = driver.now() - by
    monkeypatch.setattr(clock, "_source", lambda: shown)
    return shown


@pytest.mark.parametrize("by", [IMECON, "buyer"])
def test_a_session_ended_by_a_clock_set_back_is_captured(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    consultation = driver.active()
    driver.advance(20 * MINUTE)
    set_back(driver, monkeypatch, timedelta(hours=1))
    answer = driver.end(consultation, by)
    room = driver.room(consultation)
    assert room["ends_at"] >= room["started_at"]
    assert answer["ends_at"] >= answer["started_at"]
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()


def test_a_hold_and_its_use_by_a_clock_set_back_go_on(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    consultation = driver.held()
    set_back(driver, monkeypatch, timedelta(hours=1))
    driver.redeem(consultation)
    driver.answer(consultation)
    driver.end(consultation)
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()
