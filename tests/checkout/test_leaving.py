"""Whoever deletes their account leaves no open page, and the device keeps what was paid for it."""

from __future__ import annotations

import pytest

from tests.support.checkouts import DEVICE, LICENSE
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
