"""findPurchases and refundPurchase: for administrators alone."""

from __future__ import annotations

from typing import Any

import pytest

from checkout import administration
from tests.support.calls import refused
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.driver import Driver


def test_a_purchase_is_found_by_each_of_its_ids(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.fulfilled(DAYPASS, "device-2", "somebody")
    keys: dict[str, Any] = {
        "purchase_id": bought.id,
        "device_id": bought.device,
        "session_id": bought.session,
        "payment_intent_id": driver.payment_of(bought),
    }
    for name, value in keys.items():
        (found,) = driver.by_admin("findPurchases", **{name: value})["purchases"]
        assert {name: found[name] for name in keys} == keys
        assert (found["status"], found["buyer_uid"], found["amount"]) == ("fulfilled", "owner", 3000)


def test_a_devices_purchases_come_newest_first(driver: Driver) -> None:
    first = driver.opened(DAYPASS)
    driver.cancel_checkout(first)
    driver.advance(1)
    second = driver.opened(DAYPASS)
    found = driver.by_admin("findPurchases", device_id=first.device)["purchases"]
    assert [each["purchase_id"] for each in found] == [second.id, first.id]


def test_the_newest_of_a_device_is_found_after_a_hundred_others(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(administration, "MOST", 2)
    made = []
    for _ in range(4):
        made.append(driver.opened(DAYPASS))
        driver.cancel_checkout(made[-1])
        driver.advance(1)
    found = driver.by_admin("findPurchases", device_id=made[0].device)["purchases"]
    assert [each["purchase_id"] for each in found] == [made[3].id, made[2].id]


def test_what_is_not_there_is_not_found(driver: Driver) -> None:
    for data in ({"purchase_id": "p_" + "0" * 32}, {"device_id": "none"}, {"session_id": "cs_x"}):
        assert driver.by_admin("findPurchases", **data)["purchases"] == []
    with refused("PURCHASE_NOT_FOUND"):
        driver.by_admin("refundPurchase", purchase_id="p_" + "0" * 32)


@pytest.mark.parametrize("data", [{}, {"device_id": "a", "session_id": "cs_x"}, {"session_id": "pi_x"}], ids=str)
def test_exactly_one_id_is_asked_for(driver: Driver, data: dict[str, str]) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.by_admin("findPurchases", **data)


def test_nobody_else_may(driver: Driver) -> None:
    bought = driver.fulfilled()
    for function in ("findPurchases", "refundPurchase"):
        with refused("PERMISSION_DENIED"):
            driver.call(function, {"purchase_id": bought.id}, bought.owner)


def test_what_was_not_paid_is_not_refunded(driver: Driver) -> None:
    opened = driver.opened(LICENSE)
    with refused("PURCHASE_NOT_REFUNDABLE"):
        driver.by_admin("refundPurchase", purchase_id=opened.id)
    driver.cancel_checkout(opened)
    with refused("PURCHASE_NOT_REFUNDABLE"):
        driver.by_admin("refundPurchase", purchase_id=opened.id)


def test_what_could_not_be_decided_is_refused(driver: Driver) -> None:
    bought = driver.opened()
    expire = f"/v1/checkout/sessions/{bought.session}/expire"
    driver.lose_call("drop_before", expire)
    driver.cancel_checkout(bought)
    driver.pay_page(bought)
    driver.lose_call("drop_before", expire)
    with refused("PURCHASE_NOT_REFUNDABLE"):
        driver.by_admin("refundPurchase", purchase_id=bought.id)
    driver.minutes_pass()
    assert driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]["status"] == "revoked"


def test_what_was_paid_and_not_yet_heard_of_is(driver: Driver) -> None:
    bought = driver.paid_page()
    answer = driver.by_admin("refundPurchase", purchase_id=bought.id, reason="asked by mail")["purchase"]
    assert (answer["status"], answer["guidance"]) == ("revoked", "revoked")
    driver.agrees()


def test_a_free_pass_is_revoked_without_stripe(driver: Driver) -> None:
    from common import cache

    driver.db.document("products/daypass").update({"tiers": [{"from": 0, "amount": 0}]})
    cache.forget()
    bought = driver.fulfilled(DAYPASS)
    assert driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]["status"] == "revoked"
    assert driver.device(bought)["pass_ends_at"] is None
    assert driver.simulator.refunds() == []


def refunding_what_is_missing(driver: Driver, *, granted: bool) -> Bought:
    """It is to be refunded, and Stripe does not know its payment."""
    bought = driver.opened(DAYPASS)
    if not granted:
        driver.fulfilled(LICENSE)
    driver.pay_page(bought)
    driver.lose_call("drop_before", "/v1/refunds")
    driver.confirm_checkout(bought)
    if granted:
        driver.by_admin("refundPurchase", purchase_id=bought.id)
    driver.simulator.forget(driver.payment_of(bought))
    driver.minutes_pass()
    assert driver.purchase_document(bought)["payment_missing_at"] is not None
    return bought


@pytest.mark.parametrize(("granted", "end"), [(False, "refunded"), (True, "revoked")])
def test_a_refund_that_stripe_does_not_know_is_closed_by_an_administrator(
    driver: Driver, granted: bool, end: str
) -> None:
    bought = refunding_what_is_missing(driver, granted=granted)
    for _ in range(2):
        driver.by_admin("refundPurchase", purchase_id=bought.id)
        purchase = driver.purchase_document(bought)
        assert (purchase["status"], purchase["end_reason"], purchase["due_at"]) == (end, "payment_missing", None)
    assert driver.device(bought)["pass_purchase_id"] is None
    assert driver.problems() == []
    driver.simulator.forget_session(bought.session)
    assert driver.problems() == []


def test_a_refund_that_stripe_knows_again_is_not_written_off(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.lose_call("drop_before", "/v1/refunds")
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    driver.db.document(f"purchases/{bought.id}").update({"payment_missing_at": driver.now()})
    answer = driver.by_admin("refundPurchase", purchase_id=bought.id)["purchase"]
    assert (answer["status"], answer["end_reason"], answer["amount_refunded"]) == ("revoked", "requested", 3000)


def test_what_was_written_off_is_reported_when_stripe_knows_its_payment_again(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    driver.lose_call("drop_before", "/v1/refunds")
    driver.confirm_checkout(daypass)
    ended = {"status": "refunded", "carried_out_at": driver.now(), "due_action": None, "due_at": None}
    missing = {"end_reason": "payment_missing", "payment_missing_at": driver.now()}
    driver.db.document(f"purchases/{daypass.id}").update(ended | missing)
    driver.reconcile()
    assert '"refund_failed"' in capsys.readouterr().err
    answer = driver.by_admin("refundPurchase", purchase_id=daypass.id)["purchase"]
    assert (answer["status"], answer["amount_refunded"]) == ("refunded", 100)
