"""Scratch: suspected faults, third lot."""

from __future__ import annotations

import pytest

from common import params
from tests.support.calls import reason_of
from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY, HOUR
from tests.support.driver import Driver


def tell(driver: Driver, bought: Bought, *types: str) -> None:
    assert driver.deliver(*driver.checkout_events(bought, *types)) == 200


def test_who_cancels_what_was_paid_and_refunded_meanwhile_keeps_nothing(driver: Driver) -> None:
    bought = driver.paid_page()
    driver.simulator.dashboard_refund(driver.payment_of(bought))
    driver.cancel_checkout(bought)
    driver.minutes_pass()
    assert driver.device(bought)["license_purchased"] is False


def test_the_return_pages_of_one_buyer_together_cost_no_more_than_their_limit(driver: Driver) -> None:
    from checkout.page_state import page_state

    tokens = [driver.token(driver.opened(device=f"device-{number}")) for number in range(3)]
    before = len([call for call in driver.simulator.requests() if call["method"] == "GET" and "cs_" in call["path"]])
    for token in tokens:
        for _ in range(85):
            page_state(token)
    after = len([call for call in driver.simulator.requests() if call["method"] == "GET" and "cs_" in call["path"]])
    # Twenty that cost nothing, and sixty.
    assert after - before <= 80, after - before


def test_a_page_that_was_taken_over_is_closed_when_its_new_owner_leaves(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, sign_ins: object
) -> None:
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")
    bought = driver.opened()
    driver.get_device(DEVICE, "reinstalled")
    driver.call("deleteAccount", {}, "reinstalled")
    assert driver.session_at_stripe(bought)["status"] == "expired"


def test_an_administrator_is_told_when_nothing_could_be_decided(driver: Driver) -> None:
    bought = driver.opened()
    path = f"/v1/checkout/sessions/{bought.session}/expire"
    driver.lose_call("drop_before", path)
    driver.cancel_checkout(bought)
    driver.pay_page(bought)
    driver.lose_call("drop_before", path)
    answers: list[object] = []
    reason = reason_of(lambda: answers.append(driver.by_admin("refundPurchase", purchase_id=bought.id)))
    assert reason != "ok", answers


def test_a_receipt_and_decision_of_an_undone_refund_are_not_shown(driver: Driver) -> None:
    """A refund that was carried out and failed: what an administrator is shown."""
    bought = driver.fulfilled()
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    (refund,) = driver.simulator.refunds()
    driver.simulator.fail_refund(refund["id"])
    tell(driver, bought)
    found = driver.by_admin("findPurchases", purchase_id=bought.id)["purchases"][0]
    assert found["status"] == "fulfilled"
    assert found["decision"] is None, found


def test_a_lock_of_a_purchase_that_is_gone_is_repaired(driver: Driver) -> None:
    bought = driver.opened()
    driver.simulator.forget_session(bought.session)
    driver.db.document(f"purchases/{bought.id}").delete()
    for _ in range(3):
        driver.advance(DAY)
        driver.reconcile()
    assert driver.device(bought)["open_license"] is None


def test_konbini_refund_in_vain(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second licence paid in a store is refunded, once, and no request is repeated for days."""
    monkeypatch.setenv("CHECKOUT_KONBINI", "true")
    bought = driver.opened()
    driver.pay_page(bought, "konbini")
    driver.confirm_checkout(bought)
    code = driver.confirm_checkout(driver.paid_page(LICENSE, "device-2", "other"))["license_code"]
    driver.restore(code, DEVICE, "owner")
    driver.advance(DAY)
    driver.simulator.end_konbini(bought.session, "paid")
    tell(driver, bought)
    driver.minutes_pass()
    assert driver.purchase_document(bought)["status"] == "refunded"
    driver.agrees()


def test_every_account_deletion_survives_a_purchase_deleted_meanwhile(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, sign_ins: object
) -> None:
    from checkout import leaving

    bought = driver.fulfilled()
    real = leaving._blank

    def blank(id_: str, uid: str) -> None:
        driver.db.document(f"purchases/{id_}").delete()
        real(id_, uid)

    monkeypatch.setattr(leaving, "_blank", blank)
    assert reason_of(lambda: driver.call("deleteAccount", {}, bought.owner)) == "ok"
