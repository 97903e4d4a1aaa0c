"""Whoever deletes their account leaves no open page, and the device keeps what was paid for it."""

from __future__ import annotations

import pytest

from checkout import leaving
from common import params
from tests.support.checkouts import DEVICE, LICENSE
from tests.support.clock import DAY, HOUR
from tests.support.driver import Driver


@pytest.fixture(autouse=True)
def _sign_ins(sign_ins: object) -> None:
    """There are sign-ins to delete."""


def leave(driver: Driver, uid: str = "owner") -> None:
    assert driver.call("deleteAccount", {}, uid)["deleted"] is True


def test_open_pages_are_closed(driver: Driver) -> None:
    bought = driver.opened()
    leave(driver)
    assert driver.session_at_stripe(bought)["status"] == "expired"
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["end_reason"]) == ("closed", "account_deleted")
    driver.agrees()


def test_what_was_paid_meanwhile_is_granted(driver: Driver) -> None:
    bought = driver.paid_page()
    leave(driver)
    assert driver.device(bought)["license_purchased"] is True
    driver.agrees()


def test_the_device_belongs_to_whoever_uses_it_next(driver: Driver) -> None:
    bought = driver.fulfilled(LICENSE)
    leave(driver)
    assert driver.device(bought)["owner_uid"] is None
    assert driver.purchase_document(bought)["receipt_url"] is None
    assert driver.get_device(DEVICE, "next")["license_purchased"] is True
    assert driver.get_device(DEVICE, "third")["license_purchased"] is False
    driver.agrees()


def test_leaving_twice_changes_nothing_more(driver: Driver) -> None:
    bought = driver.fulfilled()
    leave(driver)
    before = driver.purchase_document(bought), driver.device(bought)
    leave(driver)
    assert (driver.purchase_document(bought), driver.device(bought)) == before


def test_a_page_that_was_taken_over_is_closed(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")
    bought = driver.opened()
    driver.get_device(DEVICE, "reinstalled")
    leave(driver, "reinstalled")
    assert driver.session_at_stripe(bought)["status"] == "expired"
    assert driver.device(bought)["owner_uid"] is None
    driver.agrees()


def test_what_is_paid_later_keeps_no_receipt(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_KONBINI", "true")
    bought = driver.opened()
    driver.pay_page(bought, "konbini")
    driver.confirm_checkout(bought)
    leave(driver)
    driver.advance(2 * HOUR)
    driver.sweep()
    driver.advance(2 * DAY)
    driver.simulator.end_konbini(bought.session, "paid")
    driver.reconcile()
    purchase = driver.purchase_document(bought)
    assert (purchase["status"], purchase["receipt_url"]) == ("fulfilled", None)


def test_a_purchase_that_is_deleted_meanwhile_stops_nothing(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    bought, blank = driver.fulfilled(), leaving._blank

    def deleted_first(purchase_id: str, uid: str) -> None:
        driver.db.document(f"purchases/{purchase_id}").delete()
        blank(purchase_id, uid)

    monkeypatch.setattr(leaving, "_blank", deleted_first)
    leave(driver)
    assert driver.device(bought)["owner_uid"] is None
