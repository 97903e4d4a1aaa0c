"""Scratch: suspected faults, second lot."""

from __future__ import annotations

import copy

import pytest

from common import cache, params
from tests.support.calls import reason_of, refused
from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver


def tell(driver: Driver, bought: Bought, *types: str) -> None:
    assert driver.deliver(*driver.checkout_events(bought, *types)) == 200


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
    assert purchase["amount_refunded"] == 3000, (purchase["status"], purchase["decision"], purchase["carried_out_at"])


def test_a_pass_whose_refund_failed_while_another_is_active_is_not_paid_for_in_vain(driver: Driver) -> None:
    first = driver.fulfilled(DAYPASS)
    refund = driver.simulator.dashboard_refund(driver.payment_of(first))["id"]
    tell(driver, first)
    driver.fulfilled(DAYPASS)
    driver.simulator.fail_refund(refund)
    tell(driver, first)
    driver.minutes_pass()
    driver.advance(2 * DAY)
    driver.get_device()
    purchase = driver.purchase_document(first)
    assert purchase["amount_refunded"] == 100 or driver.device(first)["pass_purchase_id"] == first.id


def test_who_sold_a_licence_cannot_take_it_back_by_what_they_may_read(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")
    bought = driver.paid_page(LICENSE, "sellers-phone", "seller")
    code = driver.confirm_checkout(bought)["license_code"]
    driver.restore(code, "b7f3-secret-device", "customer")
    # firestore.rules: a purchase is readable by its buyer.
    purchase = driver.purchase_document(bought)
    assert purchase["buyer_uid"] == "seller"
    stolen = driver.get_device(purchase["device_id"], "seller")["license_code"]
    assert stolen is None


def test_a_free_pass_that_was_settled_days_later_waits_for_its_device(driver: Driver) -> None:
    driver.db.document("products/daypass").update({"tiers": [{"from": 0, "amount": 0}, {"from": 1, "amount": 100}]})
    cache.forget()
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    driver.reconcile()
    assert driver.device(bought)["pass_credit"] is True


def test_a_device_is_shown_to_an_app_that_polls_while_its_page_is_open(driver: Driver) -> None:
    driver.opened()
    reasons = {reason_of(driver.get_device) for _ in range(90)}
    assert reasons == {"ok"}


def test_the_newest_purchase_of_a_device_is_found_after_a_hundred_days(driver: Driver) -> None:
    bought = driver.opened(DAYPASS)
    newest = driver.purchase_document(bought)
    from datetime import timedelta

    for number in range(110):
        id_ = f"p_{number:032x}"
        old = {**newest, "created_at": newest["created_at"] - timedelta(days=number + 1)}
        driver.db.document(f"purchases/{id_}").set(old)
    found = driver.by_admin("findPurchases", device_id=bought.device)["purchases"]
    assert found[0]["purchase_id"] == bought.id


def test_a_session_whose_metadata_names_another_purchase_makes_no_webhook_fail(driver: Driver) -> None:
    other = driver.opened(LICENSE, "device-2", "somebody")
    bought = driver.paid_page()
    (event,) = driver.checkout_events(bought, "checkout.session.completed")
    driver.db.document(f"purchases/{bought.id}").delete()
    edited = copy.deepcopy(event)
    edited["data"]["object"]["metadata"]["purchase_id"] = other.id
    assert driver.deliver(edited) == 200


@pytest.mark.parametrize("locale", ["ja-JP-u-mu-celsius", "en-US-u-fw-mon-mu-celsius", "zh_TW_#Hant", "ja_JP.UTF-8"])
def test_a_language_as_phones_spell_it_keeps_nobody_from_buying(driver: Driver, locale: str) -> None:
    driver.opened(locale=locale)


def test_a_rebinding_by_a_purchase_stands_in_the_history(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")
    driver.fulfilled(DAYPASS)
    driver.opened(LICENSE, DEVICE, "reinstalled")
    lines = [line.to_dict() or {} for line in driver.db.collection(f"devices/{DEVICE}/history").stream()]
    assert "rebind" in {line["event"] for line in lines}


def test_the_first_use_of_a_token_is_recorded_also_after_the_webhook(driver: Driver) -> None:
    bought = driver.paid_page()
    tell(driver, bought)
    driver.confirm_checkout(bought)
    assert driver.purchase_document(bought)["confirmed_at"] is not None


def test_an_administrator_can_close_a_refund_that_stripe_does_not_know(driver: Driver) -> None:
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    driver.lose_call("drop_before", "/v1/refunds")
    driver.confirm_checkout(daypass)
    driver.simulator.forget(driver.payment_of(daypass))
    driver.minutes_pass()
    purchase = driver.purchase_document(daypass)
    assert purchase["payment_missing_at"] is not None
    driver.by_admin("refundPurchase", purchase_id=daypass.id)
    for _ in range(3):
        driver.advance(DAY)
        driver.sweep_checkouts()
    after = driver.purchase_document(daypass)
    assert after["due_action"] is None, (after["status"], after["decision"])


def test_what_a_buyer_who_left_pays_later_keeps_no_receipt(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, sign_ins: object
) -> None:
    monkeypatch.setenv("CHECKOUT_KONBINI", "true")
    bought = driver.opened()
    driver.pay_page(bought, "konbini")
    driver.confirm_checkout(bought)
    driver.call("deleteAccount", {}, "owner")
    driver.advance(2 * HOUR)
    driver.sweep()
    driver.advance(2 * DAY)
    driver.simulator.end_konbini(bought.session, "paid")
    driver.reconcile()
    purchase = driver.purchase_document(bought)
    assert purchase["status"] == "fulfilled"
    assert purchase["receipt_url"] is None
