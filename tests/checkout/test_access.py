"""Whose a device is: the user's who first used it, and what a new installation of the app may do."""

from __future__ import annotations

import pytest

from common import params
from tests.support.calls import refused
from tests.support.checkouts import DAYPASS, DEVICE, LICENSE, Bought
from tests.support.clock import DAY
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver


@pytest.fixture
def attested(monkeypatch: pytest.MonkeyPatch, driver: Driver) -> None:
    """As if App Check were enforced: calls come from the app. The decorators read the parameter long before."""
    monkeypatch.setenv(params.ENFORCE_APP_CHECK.name, "true")


def test_a_device_belongs_to_whoever_uses_it_first(driver: Driver) -> None:
    bought = driver.opened()
    before = snapshot(driver.db)
    with refused("DEVICE_NOT_YOURS"):
        driver.opened(DAYPASS, DEVICE, "second-phone")
    assert changed(before, snapshot(driver.db)) == []
    assert driver.device(bought)["owner_uid"] == bought.owner


def test_to_others_it_looks_like_a_device_that_nobody_used(driver: Driver) -> None:
    driver.fulfilled(LICENSE)
    driver.opened(DAYPASS, "device-2")
    before = snapshot(driver.db)
    for device in (DEVICE, "device-2"):
        other, blank = driver.get_device(device, "stranger"), driver.get_device("nobodys", "stranger")
        for view in (other, blank):
            view.pop("device_id")
            view.pop("server_time")
        assert other == blank
    assert changed(before, snapshot(driver.db)) == []


def test_without_attestation_a_new_installation_restores_by_its_code(driver: Driver) -> None:
    code = driver.confirm_checkout(driver.paid_page())["license_code"]
    assert driver.get_device(DEVICE, "reinstalled")["license_purchased"] is False
    view = driver.restore(code, DEVICE, "reinstalled")
    assert (view["license_purchased"], view["license_code"]) == (True, code)
    assert driver.get_device(DEVICE, "reinstalled")["license_purchased"] is True
    assert driver.get_device(DEVICE, "owner")["license_purchased"] is False
    driver.agrees()


@pytest.mark.parametrize("function", ["getDevice", "createCheckoutSession"])
def test_with_attestation_it_takes_its_device_over(driver: Driver, attested: None, function: str) -> None:
    driver.fulfilled(DAYPASS)
    if function == "getDevice":
        assert driver.get_device(DEVICE, "reinstalled")["unlock_count"] == 1
    else:
        driver.opened(LICENSE, DEVICE, "reinstalled")
    device = driver.document(f"devices/{DEVICE}")
    assert (device["owner_uid"], len(device["rebinds"])) == ("reinstalled", 1)
    lines = [line.to_dict() or {} for line in driver.db.collection(f"devices/{DEVICE}/history").stream()]
    assert [line["actor"] for line in lines if line["event"] == "rebind"] == ["reinstalled"]
    driver.agrees()


def test_it_goes_on_with_the_page_that_is_open(driver: Driver, attested: None) -> None:
    bought = driver.opened()
    again = Bought(owner="reinstalled")
    driver.create_checkout(again)
    assert (again.id, again.url) == (bought.id, bought.url)
    driver.pay_page(again)
    assert driver.confirm_checkout(again)["license_purchased"] is True


def test_three_times_in_thirty_days_and_no_more(driver: Driver, attested: None) -> None:
    driver.fulfilled()
    for number in range(3):
        assert driver.get_device(DEVICE, f"install-{number}")["license_purchased"] is True
        driver.advance(DAY)
    assert driver.get_device(DEVICE, "install-3")["license_purchased"] is False
    with refused("DEVICE_NOT_YOURS"):
        driver.opened(DAYPASS, DEVICE, "install-3")
    driver.advance(28 * DAY)
    assert driver.get_device(DEVICE, "install-3")["license_purchased"] is True
