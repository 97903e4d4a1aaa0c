"""Scratch: suspected faults, first lot."""

from __future__ import annotations

import pytest

from common import cache
from tests.support.calls import reason_of, refused
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver


def tell(driver: Driver, bought: Bought, *types: str) -> None:
    assert driver.deliver(*driver.checkout_events(bought, *types)) == 200


def test_a_revoked_credit_comes_back_although_another_pass_is_active(driver: Driver) -> None:
    first = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    tell(driver, first)
    assert driver.device(first)["pass_credit"] is True
    refund = driver.simulator.dashboard_refund(driver.payment_of(first))["id"]
    tell(driver, first)
    second = driver.fulfilled(DAYPASS)
    driver.simulator.fail_refund(refund)
    tell(driver, first)
    driver.minutes_pass()
    driver.advance(2 * DAY)
    view = driver.get_device()
    purchase = driver.purchase_document(first)
    assert second.id != first.id
    given_back = purchase["amount_refunded"] == 100
    has_it = driver.device(first)["pass_purchase_id"] == first.id
    assert given_back or has_it, (purchase["status"], view["pass_ends_at"])


def test_a_pass_used_up_is_not_refunded_after_its_dispute_is_won_because_of_a_later_licence(driver: Driver) -> None:
    first = driver.fulfilled(DAYPASS)
    driver.advance(2 * DAY)
    dispute = driver.simulator.dispute(driver.payment_of(first))["id"]
    tell(driver, first)
    driver.fulfilled(LICENSE)
    driver.simulator.move_dispute(dispute, "under_review")
    driver.simulator.move_dispute(dispute, "won")
    tell(driver, first)
    driver.minutes_pass()
    assert driver.simulator.refunds() == []


def test_an_administrators_refund_outlives_a_dispute_that_is_won(driver: Driver) -> None:
    bought = driver.fulfilled()
    dispute = driver.simulator.dispute(driver.payment_of(bought))["id"]
    answer = driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]
    assert answer["decision"] == "refund"
    driver.simulator.move_dispute(dispute, "under_review")
    driver.simulator.move_dispute(dispute, "won")
    tell(driver, bought)
    for _ in range(3):
        driver.minutes_pass()
    purchase = driver.purchase_document(bought)
    assert purchase["amount_refunded"] == 3000 or purchase["decision"] == "refund", purchase["status"]


def test_a_refund_that_failed_before_it_was_seen_is_made_again(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.lose_call("drop_after", "/v1/refunds")
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    (refund,) = driver.simulator.refunds()
    driver.simulator.fail_refund(refund["id"])
    for _ in range(6):
        driver.minutes_pass()
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    driver.advance(5 * HOUR)
    driver.sweep_checkouts()
    purchase = driver.purchase_document(bought)
    assert purchase["amount_refunded"] == 3000, (purchase["status"], purchase["decision"], len(driver.simulator.refunds()))


def test_a_refund_heard_of_while_the_page_is_being_closed_is_not_lost(driver: Driver) -> None:
    bought = driver.opened()
    driver.lose_call("drop_before", f"/v1/checkout/sessions/{bought.session}/expire")
    driver.cancel_checkout(bought)
    assert driver.purchase_document(bought)["decision"] == "expire"
    driver.pay_page(bought)
    driver.simulator.dashboard_refund(driver.payment_of(bought))
    tell(driver, bought, "charge.refunded", "refund.created")
    tell(driver, bought)
    for _ in range(3):
        driver.minutes_pass()
        driver.sweep_checkouts()
    assert driver.purchase_document(bought)["status"] == "revoked"
    assert driver.device(bought)["license_purchased"] is False


def test_a_licence_code_or_token_in_the_place_of_a_device_is_not_logged(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    bought = driver.paid_page()
    code = driver.confirm_checkout(bought)["license_code"]
    token = driver.token(bought)
    capsys.readouterr()
    driver.get_device(code, "owner")
    driver.get_device(token, "owner")
    written = "".join(capsys.readouterr())
    assert code not in written
    assert token not in written


def test_what_stripe_refuses_to_create_after_a_lost_try_keeps_nobody_from_buying(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "not an address")
    driver.lose_call("drop_before", "/v1/checkout/sessions")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened()
    monkeypatch.delenv("CHECKOUT_PAGE_URL")
    reasons = [reason_of(driver.opened) for _ in range(3)]
    assert "ok" in reasons or "PAYMENT_REJECTED" in reasons, reasons


def test_cancelling_what_was_just_paid_alerts_nobody(driver: Driver, capsys: pytest.CaptureFixture[str]) -> None:
    bought = driver.paid_page()
    capsys.readouterr()
    assert driver.cancel_checkout(bought)["status"] == "fulfilled"
    assert '"ERROR"' not in capsys.readouterr().err


def test_what_was_granted_is_not_granted_again_when_nothing_is_left_of_it(driver: Driver) -> None:
    first = driver.fulfilled(DAYPASS)
    driver.advance(DAY)
    driver.fulfilled(DAYPASS)
    driver.db.document(f"purchases/{first.id}").delete()
    for line in driver.db.collection(f"purchases/{first.id}/history").stream():
        line.reference.delete()
    driver.advance(DAY)
    driver.reconcile()
    assert driver.device(first)["unlock_count"] == 2
