"""A device whose document was deleted by hand has again what was bought for it, and is sold nothing twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from common import params
from tests.support.calls import refused
from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY
from tests.support.driver import Driver


def delete(driver: Driver, device: str = DEVICE, *, with_history: bool = False) -> None:
    driver.db.document(f"devices/{device}").delete()
    if with_history:
        for line in driver.db.collection(f"devices/{device}/history").stream():
            line.reference.delete()


def used(driver: Driver) -> Bought:
    driver.fulfilled(DAYPASS)
    driver.advance(2 * DAY)
    return driver.fulfilled(DAYPASS)


def credit(driver: Driver) -> Bought:
    bought = driver.paid_page(DAYPASS)
    driver.advance(DAY)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    return bought


def revoked(driver: Driver) -> Bought:
    bought = driver.fulfilled()
    driver.by_admin("refundPurchase", purchase_id=bought.id)
    return bought


STATES: dict[str, Callable[[Driver], Bought]] = {
    "a licence": lambda driver: driver.fulfilled(LICENSE),
    "the second pass": used,
    "a pass that waits": credit,
    "an open page": lambda driver: driver.opened(LICENSE),
    "a licence that was revoked": revoked,
}


@pytest.mark.parametrize("with_history", [False, True], ids=["history left", "nothing left"])
@pytest.mark.parametrize("state", STATES)
def test_it_has_what_it_had(driver: Driver, state: str, with_history: bool) -> None:
    bought = STATES[state](driver)
    before = driver.device(bought)
    delete(driver, with_history=with_history)
    driver.reconcile()
    driver.confirm_checkout(bought, by_token=False)
    after = driver.device(bought)
    if state != "a pass that waits":
        assert {**after, "version": 0} == {**before, "version": 0}
    assert after["pass_credit"] is False
    driver.agrees()


def test_the_daily_comparison_gives_back_what_nobody_asks_for(driver: Driver) -> None:
    bought = driver.fulfilled()
    delete(driver)
    driver.reconcile()
    assert driver.device(bought)["license_purchase_id"] == bought.id
    assert driver.get_device()["license_code"] is not None
    driver.agrees()


@pytest.mark.parametrize(("type_", "reason"), [(LICENSE, "LICENSE_OWNED"), (DAYPASS, "PASS_ACTIVE")])
def test_it_is_not_sold_again_what_it_has(driver: Driver, type_: str, reason: str) -> None:
    bought = driver.fulfilled(type_)
    delete(driver)
    with refused(reason):
        driver.opened(type_)
    view = driver.get_device()
    assert (view["license_purchased"], view["unlock_count"]) == (type_ == LICENSE, int(type_ == DAYPASS))
    assert driver.purchase_document(bought)["status"] == "fulfilled"
    driver.agrees()


def test_nobody_else_gets_it(driver: Driver) -> None:
    driver.fulfilled()
    delete(driver)
    with refused("DEVICE_NOT_YOURS"):
        driver.opened(LICENSE, DEVICE, "stranger")
    assert driver.get_device(DEVICE, "stranger")["license_purchased"] is False
    assert driver.get_device()["license_purchased"] is True


def test_it_is_whose_it_was_last(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")
    bought = driver.fulfilled()
    driver.get_device(DEVICE, "reinstalled")
    before = driver.device(bought)
    delete(driver)
    driver.reconcile()
    assert {**driver.device(bought), "version": 0} == {**before, "version": 0}


def test_a_licence_that_came_by_its_code_stays_where_it_came(driver: Driver) -> None:
    bought = driver.paid_page(LICENSE, "sellers-phone", "seller")
    driver.restore(driver.confirm_checkout(bought)["license_code"], "customers-phone", "customer")
    before = driver.document("devices/customers-phone"), driver.document("devices/sellers-phone")
    delete(driver, "customers-phone")
    driver.reconcile()
    after = driver.document("devices/customers-phone"), driver.document("devices/sellers-phone")
    assert ({**after[0], "version": 0}, after[1]) == ({**before[0], "version": 0}, before[1])


@pytest.mark.parametrize("with_history", [False, True], ids=["history left", "nothing left"])
def test_who_sold_a_licence_does_not_get_the_device_that_has_it(driver: Driver, with_history: bool) -> None:
    bought = driver.paid_page(LICENSE, "sellers-phone", "seller")
    driver.restore(driver.confirm_checkout(bought)["license_code"], "customers-phone", "customer")
    delete(driver, "customers-phone", with_history=with_history)
    driver.reconcile()
    assert driver.document("devices/customers-phone")["owner_uid"] == (None if with_history else "customer")


@pytest.mark.usefixtures("sign_ins")
def test_a_device_whose_owner_left_is_nobodys(driver: Driver) -> None:
    bought = driver.fulfilled()
    driver.call("deleteAccount", {}, bought.owner)
    delete(driver)
    driver.reconcile()
    device = driver.device(bought)
    assert (device["owner_uid"], device["license_purchased"]) == (None, True)
