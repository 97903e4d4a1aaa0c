"""What differs is reported by every reconciliation until it is resolved, however old it grows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from consultation import comparison, domain
from entrypoints import stages
from payments import open_differences
from payments.domain import none_of_them
from tests.support.clock import DAY, HOUR
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.reports import kept, reconciled, texts

WEEKS = 7
Story = Callable[[Driver], Consultation]
Edit = Callable[[Driver, Consultation], None]


def captured_by_hand(driver: Driver) -> Consultation:
    """Money that a person took in the dashboard before any session."""
    consultation = driver.held()
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_all()
    return consultation


def extended_past_the_window(driver: Driver) -> Consultation:
    """The same, of a purchase that was made so long ago that Stripe's list is not gone through so far back."""
    consultation = driver.held()
    far = driver.now() + stages.WINDOW + timedelta(days=30)
    driver.db.document(f"tickets/{consultation.ticket}").update({"due_at": far, "expires_at": far})
    driver.simulator.set_capture_before(consultation.payment, int(far.timestamp()))
    driver.advance(stages.WINDOW.total_seconds() + DAY)
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_all()
    return consultation


@pytest.mark.parametrize("story", [captured_by_hand, extended_past_the_window])
def test_money_taken_without_a_session_is_reported_for_weeks_until_it_is_refunded(
    driver: Driver, story: object
) -> None:
    assert callable(story)
    consultation: Consultation = story(driver)
    for _ in range(WEEKS):
        report = reconciled(driver)
        assert report["difference_count"] == 1
        assert consultation.payment in texts(report)[0]
        driver.advance(7 * DAY)
    driver.simulator.dashboard_refund(consultation.payment)
    driver.deliver_all()
    assert reconciled(driver)["difference_count"] == 0
    assert kept(driver) == []


@pytest.mark.parametrize("noted", [True, False], ids=["", "without the guard"])
def test_money_taken_while_the_schedule_was_paused_for_long_is_reported(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, noted: bool
) -> None:
    if not noted:
        monkeypatch.setattr(open_differences, "note", lambda *_: None)
    extended_past_the_window(driver)
    driver.reconcile()  # it sees what is on record, and what Stripe lists since then
    driver.advance(stages.WINDOW.total_seconds())
    assert reconciled(driver)["difference_count"] == int(noted)


@pytest.mark.parametrize("kept_", [True, False], ids=["", "without the guard"])
def test_a_difference_of_an_ended_purchase_outlives_the_window(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, kept_: bool
) -> None:
    if not kept_:
        monkeypatch.setattr(open_differences, "keep", lambda *_: None)
    consultation = driver.ended()
    driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
    driver.reconcile()
    driver.advance(stages.WINDOW.total_seconds() + 5 * DAY)
    assert reconciled(driver)["difference_count"] == int(kept_)


def test_a_difference_that_is_resolved_disappears(driver: Driver) -> None:
    consultation = driver.ended()
    payment = driver.db.document(f"payment_intents/{consultation.payment}")
    payment.update({"amountCaptured": 1})
    assert reconciled(driver)["difference_count"] == 1
    assert kept(driver) == [f"consultation.purchases.{consultation.ticket}"]
    payment.update({"amountCaptured": 5000})
    driver.advance(DAY)
    report = reconciled(driver)
    assert (report["difference_count"], report["intents"]) == (0, 1)
    assert kept(driver) == []


def test_what_a_person_removes_by_hand_is_reported_again_if_it_still_differs(driver: Driver) -> None:
    consultation = driver.ended()
    driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
    driver.reconcile()
    driver.db.document(f"reconciliation_differences/{kept(driver)[0]}").delete()
    driver.advance(DAY)
    assert reconciled(driver)["difference_count"] == 1


def test_a_difference_that_cannot_be_looked_at_stays_and_is_reported(
    driver: Driver, capfd: pytest.CaptureFixture[str]
) -> None:
    consultation = captured_by_hand(driver)
    driver.reconcile()
    capfd.readouterr()
    driver.db.document(f"tickets/{consultation.ticket}").update({"version": "no number"})
    driver.advance(DAY)
    report = reconciled(driver)
    assert report["difference_count"] == 1
    assert report["failed"] > 0
    assert "reconcile item failed" in capfd.readouterr().err


def test_what_is_kept_of_a_domain_that_is_not_served_any_more_stays(driver: Driver) -> None:
    open_differences.keep(open_differences.Subject("gone", "purchases", "1"), ["gone 1: differs"])
    report = reconciled(driver)
    assert (texts(report), report["failed"]) == (["gone 1: differs"], 0)
    assert kept(driver) == ["gone.purchases.1"]


def test_a_ticket_that_stripe_does_not_know_the_payment_of_is_reported(driver: Driver) -> None:
    """Test data that was deleted, or the key of another account."""
    consultation = driver.held()
    driver.simulator.reset()
    driver.advance(HOUR)
    report = reconciled(driver)
    assert any(f"{consultation.payment} is unknown at Stripe" in line for line in texts(report))
    assert report["failed"] == 0


def emptied(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, None)


def of_another_domain(driver: Driver, consultation: Consultation) -> None:
    driver.edit_metadata(consultation, {"domain": "nobody"})


@pytest.mark.parametrize("claimed", [True, False], ids=["", "without the guard"])
@pytest.mark.parametrize("edit", [emptied, of_another_domain])
def test_a_payment_whose_metadata_was_edited_is_compared_by_our_own_record(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, edit: Edit, claimed: bool
) -> None:
    if not claimed:
        trusting = replace(comparison.LISTED, claims=none_of_them)
        compared = replace(domain.DOMAIN.comparison, listed=trusting)  # type: ignore[type-var]
        monkeypatch.setattr(domain, "DOMAIN", replace(domain.DOMAIN, comparison=compared))
    consultation = driver.ended()
    edit(driver, consultation)
    driver.db.document(f"payment_intents/{consultation.payment}").update({"amountCaptured": 1})
    said = "".join(texts(reconciled(driver)))
    assert ("1 on the payment" in said) is claimed
