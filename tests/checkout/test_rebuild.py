"""A purchase whose document was deleted by hand comes back from its session, and grants nothing a second time."""

from __future__ import annotations

import pytest

from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY, HOUR
from tests.support.driver import Driver


def delete(driver: Driver, bought: Bought, *, with_history: bool = False) -> None:
    driver.db.document(f"purchases/{bought.id}").delete()
    if with_history:
        for line in driver.db.collection(f"purchases/{bought.id}/history").stream():
            line.reference.delete()


@pytest.mark.parametrize("type_", [LICENSE, DAYPASS])
@pytest.mark.parametrize("with_history", [False, True], ids=["history left", "nothing left"])
def test_what_was_paid_is_granted_all_the_same(driver: Driver, type_: str, with_history: bool) -> None:
    bought = driver.paid_page(type_)
    before = driver.purchase_document(bought)
    delete(driver, bought, with_history=with_history)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    after = driver.purchase_document(bought)
    ordered = ("device_id", "buyer_uid", "product_type", "amount", "currency", "unlock_count", "terms", "expires_at")
    assert {field: after[field] for field in ordered} == {field: before[field] for field in ordered}
    assert after["status"] == "fulfilled"
    assert driver.get_device()["license_code" if type_ == LICENSE else "pass_ends_at"]
    driver.agrees()


@pytest.mark.parametrize("type_", [LICENSE, DAYPASS])
def test_what_was_granted_is_not_granted_twice(driver: Driver, type_: str) -> None:
    bought = driver.fulfilled(type_)
    before = driver.device(bought)
    delete(driver, bought)
    driver.reconcile()
    assert driver.purchase_document(bought)["status"] == "fulfilled"
    assert {**driver.device(bought), "version": 0} == {**before, "version": 0}
    driver.agrees()


def test_a_pass_of_another_day_is_not_given_again(driver: Driver) -> None:
    first = driver.fulfilled(DAYPASS)
    driver.advance(DAY)
    second = driver.fulfilled(DAYPASS)
    delete(driver, first)
    driver.reconcile()
    assert driver.device(second)["unlock_count"] == 2
    driver.agrees()


def test_an_old_pass_is_not_given_again_when_nothing_is_left_of_it(driver: Driver) -> None:
    first = driver.fulfilled(DAYPASS)
    driver.advance(DAY)
    driver.fulfilled(DAYPASS)
    driver.advance(DAY)
    before = driver.device(first)
    delete(driver, first, with_history=True)
    driver.reconcile()
    assert driver.purchase_document(first)["status"] == "fulfilled"
    assert driver.device(first) == before
    driver.agrees()


@pytest.mark.parametrize("type_", [LICENSE, DAYPASS])
def test_what_was_revoked_is_not_given_again_when_nothing_is_left_of_it(driver: Driver, type_: str) -> None:
    bought = driver.fulfilled(type_)
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    before = driver.device(bought)
    delete(driver, bought, with_history=True)
    driver.reconcile()
    assert driver.purchase_document(bought)["status"] == "revoked"
    assert driver.device(bought) == before
    driver.agrees()


def test_a_pass_of_which_only_its_device_tells_is_not_counted_twice(driver: Driver) -> None:
    bought = driver.fulfilled(DAYPASS)
    delete(driver, bought, with_history=True)
    for line in driver.db.collection(f"devices/{DEVICE}/history").stream():
        line.reference.delete()
    driver.reconcile()
    assert driver.purchase_document(bought)["status"] == "fulfilled"
    assert driver.device(bought)["unlock_count"] == 1


@pytest.mark.parametrize("late", [False, True], ids=["begun at once", "begun later"])
@pytest.mark.parametrize("revoked", [False, True], ids=["deleted first", "revoked first"])
def test_a_pass_that_was_rebuilt_gives_no_second_one(driver: Driver, late: bool, revoked: bool) -> None:
    bought = driver.paid_page(DAYPASS)
    if late:
        driver.advance(3 * DAY)
        assert driver.deliver(*driver.checkout_events(bought)) == 200
        driver.get_device()
    else:
        driver.confirm_checkout(bought)

    def refund() -> str:
        made = driver.simulator.dashboard_refund(driver.payment_of(bought))["id"]
        assert driver.deliver(*driver.checkout_events(bought)) == 200
        return str(made)

    refunded = refund() if revoked else ""
    delete(driver, bought)
    driver.reconcile()
    refunded = refunded or refund()
    driver.advance(2 * DAY)
    driver.simulator.fail_refund(refunded)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    assert driver.purchase_document(bought)["status"] == "fulfilled"
    assert driver.device(bought)["pass_credit"] is False
    assert driver.device(bought)["pass_purchase_id"] is None


def test_a_credit_that_was_rebuilt_is_one_still(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    delete(driver, bought)
    driver.reconcile()
    assert driver.purchase_document(bought)["pass_ends_at"] is None
    assert driver.get_device()["pass_ends_at"] is not None
    driver.agrees()


def test_a_refund_brings_it_back_revoked(driver: Driver) -> None:
    bought = driver.fulfilled()
    delete(driver, bought)
    driver.simulator.dashboard_refund(driver.payment_of(bought))
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    assert driver.purchase_document(bought)["status"] == "revoked"
    assert driver.device(bought)["license_purchased"] is False
    driver.agrees()


def test_a_licence_that_was_moved_comes_back_where_it_is(driver: Driver) -> None:
    bought = driver.paid_page()
    code = driver.confirm_checkout(bought)["license_code"]
    other = driver.restore(code, "new-phone", "new-uid")["license_code"]
    delete(driver, bought)
    driver.reconcile()
    assert driver.purchase_document(bought)["device_id"] == "new-phone"
    assert driver.get_device("new-phone", "new-uid")["license_code"] == other
    driver.agrees()


def test_a_licence_that_was_moved_and_revoked_comes_back_to_whom_it_was_moved(driver: Driver) -> None:
    bought = driver.paid_page(LICENSE, "sellers-phone", "seller")
    driver.restore(driver.confirm_checkout(bought)["license_code"], "customers-phone", "customer")
    dispute = driver.simulator.dispute(driver.payment_of(bought))["id"]
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    before = driver.purchase_document(bought)
    delete(driver, bought)
    driver.simulator.move_dispute(dispute, "won")
    driver.reconcile()
    after = driver.purchase_document(bought)
    for field in ("device_id", "transfers", "code_generation", "code_hash"):
        assert after[field] == before[field]
    assert driver.get_device("customers-phone", "customer")["license_purchased"] is True
    assert driver.get_device("sellers-phone", "seller")["license_purchased"] is False
    driver.agrees()


@pytest.mark.usefixtures("sign_ins")
def test_what_somebody_bought_who_left_keeps_no_receipt(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_KONBINI", "true")
    bought = driver.opened()
    driver.pay_page(bought, "konbini")
    driver.confirm_checkout(bought)
    driver.call("deleteAccount", {}, bought.owner)
    delete(driver, bought)
    driver.simulator.end_konbini(bought.session, "paid")
    driver.reconcile()
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["receipt_url"], purchase["buyer_left"]) == ("fulfilled", None, True)


def test_a_revoked_one_stays_revoked(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    delete(driver, bought)
    driver.reconcile()
    assert driver.purchase_document(bought)["status"] == "revoked"
    driver.agrees()


def test_an_open_page_whose_purchase_is_gone_makes_way_for_another(driver: Driver) -> None:
    first = driver.opened()
    delete(driver, first)
    second = driver.opened()
    assert second.id != first.id
    driver.pay_page(second)
    assert driver.confirm_checkout(second)["license_purchased"] is True


def test_what_others_wrote_into_the_metadata_decides_nothing_of_what_is_on_record(driver: Driver) -> None:
    bought = driver.paid_page()
    (event,) = driver.checkout_events(bought, "checkout.session.completed")
    metadata = {**event["data"]["object"]["metadata"], "device_id": "thiefs-device", "buyer_uid": "thief"}
    edited = {**event, "data": {"object": {**event["data"]["object"], "metadata": metadata}}}
    assert driver.deliver(edited) == 200
    assert driver.device(bought)["license_purchased"] is True
    assert driver.document("devices/thiefs-device") == {}
    driver.agrees()


@pytest.mark.parametrize(
    "changes",
    [{"purchase_id": "../x"}, {"device_id": "__x__"}, {"product_type": "gold"}, {"buyer_uid": "a/b"}, {"terms": "["}],
    ids=str,
)
def test_metadata_that_tells_no_purchase_rebuilds_none(driver: Driver, changes: dict[str, str]) -> None:
    bought = driver.paid_page()
    (event,) = driver.checkout_events(bought, "checkout.session.completed")
    delete(driver, bought)
    metadata = {**event["data"]["object"]["metadata"], **changes}
    edited = {**event, "data": {"object": {**event["data"]["object"], "metadata": metadata}}}
    assert driver.deliver(edited) == 200
    rebuilt = driver.purchase_document(bought)
    assert (rebuilt.get("status") == "fulfilled") is ("terms" in changes)


def test_metadata_that_names_another_purchase_rebuilds_none(driver: Driver) -> None:
    other = driver.opened(LICENSE, "device-2", "somebody")
    bought = driver.paid_page()
    (event,) = driver.checkout_events(bought, "checkout.session.completed")
    delete(driver, bought)
    before = driver.purchase_document(other)
    metadata = {**event["data"]["object"]["metadata"], "purchase_id": other.id}
    edited = {**event, "data": {"object": {**event["data"]["object"], "metadata": metadata}}}
    assert driver.deliver(edited) == 200
    assert (driver.purchase_document(other), driver.purchase_document(bought)) == (before, {})


# Other documents that a hand deleted or edited.


def test_a_device_deleted_while_its_page_was_open_is_its_buyers(driver: Driver) -> None:
    bought = driver.opened()
    driver.db.document(f"devices/{DEVICE}").delete()
    driver.advance(HOUR)
    driver.sweep_checkouts()
    assert driver.confirm_checkout(bought)["status"] == "closed"
    driver.agrees()


def test_a_licence_given_back_to_a_deleted_device_is_its_buyers(driver: Driver) -> None:
    bought = driver.fulfilled()
    dispute = driver.simulator.dispute(driver.payment_of(bought))["id"]
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    driver.db.document(f"devices/{DEVICE}").delete()
    driver.simulator.move_dispute(dispute, "under_review")
    driver.simulator.move_dispute(dispute, "won")
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    assert driver.get_device(DEVICE, "stranger")["license_purchased"] is False
    assert driver.get_device(DEVICE, bought.owner)["license_purchased"] is True


def test_a_lock_of_a_purchase_that_is_gone_is_released(driver: Driver) -> None:
    bought = driver.opened()
    driver.simulator.forget_session(bought.session)
    delete(driver, bought)
    driver.reconcile()
    assert driver.device(bought)["open_license"] is None


def test_a_lock_that_names_the_purchase_of_another_device_shows_nothing_of_it(driver: Driver) -> None:
    driver.fulfilled(DAYPASS, "their-phone", "somebody")
    theirs = driver.opened(LICENSE, "their-phone", "somebody")
    driver.opened(DAYPASS)
    driver.db.document(f"devices/{DEVICE}").update({"open_license": theirs.id})
    view = driver.get_device()
    assert (view["device_id"], view["unlock_count"], len(view["open_purchases"])) == (DEVICE, 0, 1)
    driver.reconcile()
    assert driver.device(Bought())["open_license"] is None
    driver.agrees()


def test_a_device_whose_lock_names_the_purchase_of_another_buys_its_own(driver: Driver) -> None:
    theirs = driver.opened(LICENSE, "their-phone", "somebody")
    driver.opened(DAYPASS)
    driver.db.document(f"devices/{DEVICE}").update({"open_license": theirs.id})
    assert driver.opened(LICENSE).id != theirs.id
    driver.agrees()


def test_a_credit_whose_purchase_is_gone_begins_all_the_same(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    delete(driver, bought)
    ends_at = driver.get_device()["pass_ends_at"]
    assert ends_at is not None
    driver.advance(HOUR)
    assert driver.get_device()["pass_ends_at"] == ends_at


@pytest.mark.parametrize("field", ["unlock_count", "rebinds", "pass_credit", "license_generation"])
def test_a_field_of_a_device_that_is_null_counts_as_none(driver: Driver, field: str) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.db.document(f"devices/{DEVICE}").update({field: None})
    assert driver.get_device()["unlock_count"] == 1
    assert driver.purchase_document(bought)["status"] == "fulfilled"
