"""Single faults: rate limits, locks, lost races, deleted accounts, old documents, clocks that disagree."""

from __future__ import annotations

import pytest
from google.cloud import firestore

from tests.support.calls import reason_of
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

from .guard_scenarios import BEFORE_COMMIT


def test_a_sweep_that_stripe_slows_down_loses_nothing(driver: Driver) -> None:
    consultations = [driver.held(f"buyer-{number}") for number in range(30)]
    driver.advance(73 * HOUR)
    driver.simulator.rate_limit(per_second=10)
    driver.sweep()
    refused = [made for made in driver.simulator.requests() if made["status"] == 429]
    assert refused, "Stripe never refused, so this shows nothing"
    driver.simulator.rate_limit("off")
    driver.minutes_pass()
    driver.days_pass()
    assert {driver.stripe_status(consultation) for consultation in consultations} == {"canceled"}
    assert driver.problems() == []


def test_a_lock_timeout_while_webhook_and_capture_meet_charges_once(driver: Driver, round_trips: RoundTrips) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.simulator.fault("lock_timeout", path=".*/capture", times=4)
    with round_trips.interrupted(Named("stripe POST", "before"), driver.deliver_all):
        driver.end(consultation)
    assert driver.ticket(consultation)["decision"] == "capture"
    driver.minutes_pass()
    driver.days_pass()
    assert driver.outcomes() == {"buyer": ["completed:succeeded:5000"]}
    assert driver.problems() == []


def test_a_decision_made_again_after_a_lost_race_asks_stripe_once(driver: Driver, round_trips: RoundTrips) -> None:
    consultation = driver.held()
    with round_trips.interrupted(BEFORE_COMMIT, lambda: driver.redeem(consultation)):
        driver.cancel(consultation)
    assert driver.stripe_calls("POST", "/cancel") == 1
    assert driver.outcomes() == {"buyer": ["cancelled:canceled:0"]}
    assert driver.problems() == []


def test_two_people_end_a_session_at_once_and_it_is_captured_once(driver: Driver, round_trips: RoundTrips) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    with round_trips.interrupted(BEFORE_COMMIT, lambda: driver.end(consultation, consultation.imecon)):
        driver.end(consultation)
    keys = {made["idempotency_key"] for made in driver.simulator.requests() if made["path"].endswith("/capture")}
    assert len(keys) == 1
    assert driver.outcomes() == {"buyer": ["completed:succeeded:5000"]}
    assert driver.problems() == []


def test_an_account_deleted_while_its_money_is_held_gets_it_back(driver: Driver) -> None:
    waiting, meeting = driver.used("gone"), driver.active("gone-too")
    for uid in ("gone", "gone-too"):
        driver.db.document(f"users/{uid}").delete()
    driver.advance(31 * MINUTE)
    driver.sweep()
    driver.advance(73 * HOUR)
    driver.sweep()
    assert driver.ticket(waiting)["status"] == "cancelled"
    assert driver.ticket(meeting)["status"] == "completed"
    assert not driver.db.document("users/gone").get().exists, "the account was written back"
    assert driver.problems() == []


def test_documents_of_an_older_version_go_on_after_a_deployment(driver: Driver) -> None:
    newer = ("terms", "attempt", "session_id", "metadata", "decided_at", "capture_amount", "cancel_reason")
    consultations = [driver.held("held"), driver.used("used"), driver.active("active")]
    for consultation in consultations:
        ticket = driver.db.document(f"tickets/{consultation.ticket}")
        ticket.update(dict.fromkeys(newer, firestore.DELETE_FIELD))
    driver.advance(10 * MINUTE)
    driver.redeem(consultations[0])
    driver.answer(consultations[1])
    driver.end(consultations[2])
    driver.deliver_all()
    assert driver.problems() == []
    driver.days_pass()
    ends = {buyer: end for buyer, (end,) in driver.outcomes().items()}
    completed, voided = "completed:succeeded:5000", "cancelled:canceled:0"
    assert ends == {"held": voided, "used": completed, "active": completed}
    assert driver.problems() == []


def test_a_stripe_whose_clock_runs_ahead_changes_no_deadline_but_its_own(driver: Driver) -> None:
    driver.simulator.advance(4 * MINUTE)
    consultation = driver.used()
    expires_at = driver.ticket(consultation)["expires_at"]
    driver.advance((expires_at - driver.now()).total_seconds() - MINUTE)
    driver.sweep()
    assert reason_of(lambda: driver.answer(consultation)) == "ok"
    assert driver.problems() == []


def test_an_app_killed_at_each_screen_finds_its_ticket_again(driver: Driver) -> None:
    consultation = driver.bought()
    assert driver.purchase()["payment_intent_id"] == consultation.payment
    driver.simulator.confirm(consultation.payment)
    again = driver.purchase()
    assert (again["ticket_id"], again["status"], again["client_secret"]) == (consultation.ticket, "authorized", None)
    driver.confirm(consultation)
    driver.redeem(consultation)
    assert driver.purchase()["status"] == "used"
    driver.answer(consultation)
    assert driver.purchase()["status"] == "active"
    assert len(driver.simulator.payment_intents()) == 1
    assert driver.problems() == []


def test_a_hold_the_bank_lets_go_of_in_its_session_is_reported_lost(
    driver: Driver, capfd: pytest.CaptureFixture[str]
) -> None:
    consultation = driver.active()
    driver.simulator.set_capture_before(consultation.payment, driver.simulator.now() + 600)
    driver.advance(31 * MINUTE)
    driver.sweep()
    ticket = driver.ticket(consultation)
    assert (ticket["status"], ticket["cancel_reason"]) == ("cancelled", "hold_lost")
    alerts = [line for line in "".join(capfd.readouterr()).splitlines() if '"hold_lost"' in line]
    assert len(alerts) == 1
    assert '"ERROR"' in alerts[0]
    assert driver.problems() == []


def test_an_event_of_an_older_api_version_is_settled_all_the_same(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_cancel(consultation.payment)
    (event,) = driver.events(consultation, "payment_intent.canceled")
    known = {"id", "object", "status", "amount", "currency", "created", "metadata"}
    event["api_version"] = "2015-10-16"
    event["data"]["object"] = {name: value for name, value in event["data"]["object"].items() if name in known}
    assert driver.deliver(event) == 200
    assert driver.outcomes() == {"buyer": ["cancelled:canceled:0"]}
    assert driver.problems() == []
