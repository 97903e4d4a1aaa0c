"""What no webhook brought is found by the daily comparison, and what no rule repairs is reported."""

from __future__ import annotations

from typing import Any

import pytest
from stripe import StripeClient

from devkit import local
from tests.support.clock import DAY, HOUR
from tests.support.driver import Driver
from tests.support.reports import texts
from tests.support.round_trips import RoundTrips

from .consultation_setup import nothing_bought, records_lost, webhook_unreachable
from .guard_scenarios import BEFORE_COMMIT


def _reports(driver: Driver) -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in driver.db.collection("reconciliations").stream()]


def _created_at_stripe(driver: Driver, metadata: dict[str, str]) -> str:
    """A PaymentIntent that no function made."""
    stripe = StripeClient(local.STRIPE_KEY, base_addresses={"api": driver.simulator.url})
    params: Any = {"amount": 5000, "currency": "jpy", "capture_method": "manual", "metadata": metadata}
    return stripe.v1.payment_intents.create(params).id


def test_an_outage_longer_than_stripe_retries_is_recovered_from_its_event_list(driver: Driver) -> None:
    refunded = webhook_unreachable(Driver.ended)(driver, "refunded")
    captured, canceled = driver.active("captured"), driver.held("canceled")
    driver.simulator.dashboard_refund(refunded.payment, 1500)
    driver.simulator.dashboard_capture(captured.payment)
    driver.simulator.dashboard_cancel(canceled.payment)
    driver.advance(5 * DAY)
    driver.reconcile()
    assert driver.ticket(captured)["status"] == "completed"
    assert driver.ticket(canceled)["status"] == "cancelled"
    assert driver.payment(refunded)["amountRefunded"] == 1500
    assert driver.problems() == []
    (report,) = _reports(driver)
    assert report["difference_count"] == 0
    assert report["events_recovered"] > 0


def test_a_hold_whose_records_were_never_written_is_rebuilt(driver: Driver) -> None:
    consultation = records_lost(driver, "buyer")
    driver.reconcile()
    assert driver.ticket(consultation)["status"] == "authorized"
    assert driver.problems() == []


def test_a_difference_no_rule_repairs_is_reported_every_day(driver: Driver) -> None:
    consultation = driver.ended()
    driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
    for _ in range(2):
        driver.reconcile()
        driver.advance(DAY)
    reports = _reports(driver)
    assert [report["difference_count"] for report in reports] == [1, 1]
    assert consultation.payment in texts(reports[0])[0]


def test_a_refund_and_a_dispute_are_recorded_and_leave_the_ticket_alone(driver: Driver) -> None:
    consultation = driver.ended()
    before = driver.ticket(consultation)
    driver.simulator.dashboard_refund(consultation.payment, 1000)
    driver.simulator.dispute(consultation.payment)
    driver.deliver_all()
    assert driver.ticket(consultation) == before
    payment = driver.payment(consultation)
    assert (payment["amountRefunded"], payment["disputed"], payment["status"]) == (1000, True, "captured")
    assert driver.problems() == []


def test_two_reconciliations_at_once_do_everything_once(driver: Driver, round_trips: RoundTrips) -> None:
    webhook_unreachable(Driver.active)(driver, "one")
    consultation = driver.paid("two")
    with round_trips.interrupted(BEFORE_COMMIT, driver.reconcile):
        driver.reconcile()
    assert driver.ticket(consultation)["status"] == "authorized"
    assert driver.count("ticket_codes") == 2
    assert driver.problems() == []


def test_a_list_that_stripe_does_not_give_leaves_a_report_of_the_rest(driver: Driver) -> None:
    driver.simulator.fault("429", method="GET", path="/v1/(events|payment_intents)", times=2)
    driver.reconcile()
    (report,) = _reports(driver)
    assert (report["complete"], report["failed"]) == (False, 2)


def test_an_event_is_recovered_once_although_stripe_goes_on_listing_it(
    driver: Driver, capfd: pytest.CaptureFixture[str]
) -> None:
    webhook_unreachable(Driver.active)(driver, "one")
    for _ in range(3):
        driver.advance(DAY)
        driver.reconcile()
    recovered = [report["events_recovered"] for report in _reports(driver)]
    assert recovered[0] > 0
    assert recovered[1:] == [0, 0]
    assert capfd.readouterr().err.count("events missed") == 1


def test_what_cannot_be_compared_is_no_difference(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    consultation = driver.held()
    driver.db.document(f"tickets/{consultation.ticket}").update({"version": "no number"})
    driver.reconcile()
    (report,) = _reports(driver)
    # Neither what Stripe lists of it nor the live ticket.
    assert (report["difference_count"], report["failed"]) == (0, 2)
    said = capfd.readouterr().err
    assert "reconcile_incomplete" in said
    assert "reconcile_differences" not in said


def test_a_ticket_with_a_stray_payment_agrees_with_itself(driver: Driver) -> None:
    consultation = driver.held()
    stray = _created_at_stripe(driver, driver.at_stripe(consultation)["metadata"])
    driver.reconcile()
    assert driver.simulator.payment_intent(stray)["status"] == "canceled"
    driver.advance(HOUR)
    driver.reconcile()
    assert [report["difference_count"] for report in _reports(driver)] == [0, 0]


def test_money_for_no_session_is_reported_until_it_is_refunded(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_all()
    for _ in range(2):
        driver.reconcile()
        driver.advance(HOUR)
    driver.simulator.dashboard_refund(consultation.payment)
    driver.deliver_all()
    driver.reconcile()
    assert [report["difference_count"] for report in _reports(driver)] == [1, 1, 0]


def test_a_capture_against_a_void_is_no_problem_once_it_is_refunded(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.fault("429", method="POST", path=".*/cancel", times=2)
    driver.cancel(consultation)
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_all()
    assert "captured after a void was decided" in "".join(driver.problems())
    driver.simulator.dashboard_refund(consultation.payment)
    driver.deliver_all()
    assert driver.problems() == []


def test_what_other_apps_of_the_account_missed_is_no_alarm(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    webhook_unreachable(nothing_bought)(driver, "nobody")
    foreign = _created_at_stripe(driver, {"order": "1"})
    driver.simulator.confirm(foreign)
    driver.advance(DAY)
    driver.reconcile()
    (report,) = _reports(driver)
    assert (report["events_recovered"], report["difference_count"]) == (0, 0)
    assert {line.get("outcome") for line in driver.db.collection("stripe_events").stream()} == {"ignored_foreign"}
    assert capfd.readouterr().err == ""
