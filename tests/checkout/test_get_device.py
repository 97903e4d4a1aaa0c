"""getDevice: what an app is told whenever it is opened."""

from __future__ import annotations

from datetime import datetime

import pytest

from common import cache
from common.limits import FirstFew, Limit
from payments import limits
from tests.support.checkouts import DAYPASS, DEVICE, LICENSE
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver


def test_a_device_that_nobody_used_has_nothing_and_todays_prices(driver: Driver) -> None:
    before = snapshot(driver.db)
    view = driver.get_device("new-phone", "anybody")
    assert view["prices"] == [
        {"product_type": "license", "amount": 3000, "currency": "jpy"},
        {"product_type": "daypass", "amount": 100, "currency": "jpy"},
    ]
    assert (view["license_purchased"], view["unlock_count"], view["open_purchases"]) == (False, 0, [])
    assert abs((datetime.fromisoformat(view["server_time"]) - driver.now()).total_seconds()) < 60
    assert changed(before, snapshot(driver.db)) == []


def test_what_is_not_sold_has_no_price(driver: Driver) -> None:
    driver.db.document("products/license").update({"active": False})
    cache.forget()
    assert [price["product_type"] for price in driver.get_device()["prices"]] == ["daypass"]


def test_an_open_purchase_is_found_again(driver: Driver) -> None:
    bought = driver.opened(LICENSE)
    view = driver.get_device()
    assert (view["purchase_id"], view["status"], view["guidance"]) == (bought.id, "open", "pay")
    (found,) = view["open_purchases"]
    assert (found["purchase_id"], found["product_type"], found["amount"]) == (bought.id, "license", 3000)


@pytest.mark.parametrize("paid", [LICENSE, DAYPASS])
def test_two_open_purchases_are_both_brought_up_to_date(driver: Driver, paid: str) -> None:
    opened = {type_: driver.opened(type_) for type_ in (LICENSE, DAYPASS)}
    driver.pay_page(opened[paid])
    view = driver.get_device()
    assert (view["license_purchased"], view["unlock_count"]) == ((True, 0) if paid == LICENSE else (False, 1))
    assert [each["product_type"] for each in view["open_purchases"]] == [DAYPASS if paid == LICENSE else LICENSE]
    driver.agrees()


def test_an_app_that_asks_all_the_time_is_answered_without_stripe(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FIRST_FEW_CALLS", FirstFew(0, limits.STRIPE_CALLS.window))
    monkeypatch.setattr(limits, "STRIPE_CALLS", Limit("stripe_calls", 2, limits.STRIPE_CALLS.window))
    bought = driver.opened(LICENSE)
    asked = [len(driver.simulator.requests())]
    for _ in range(4):
        assert driver.get_device()["status"] == "open"
        asked.append(len(driver.simulator.requests()))
    assert asked[-1] - asked[0] == 2
    driver.pay_page(bought)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    assert driver.get_device(DEVICE)["license_purchased"] is True
