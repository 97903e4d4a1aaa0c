"""Keys that are missing, replaced or taken away while somebody buys."""

from __future__ import annotations

import base64
import json

import pytest

from devkit import local
from tests.support.calls import refused
from tests.support.driver import Driver


@pytest.mark.parametrize("blank", ["", " ", "{}", "no json"])
def test_without_its_keys_nothing_is_sold(driver: Driver, monkeypatch: pytest.MonkeyPatch, blank: str) -> None:
    monkeypatch.setenv("CHECKOUT_KEYS", blank)
    with refused("NOT_CONFIGURED"):
        driver.opened()
    assert driver.count("purchases") == 0


def test_a_key_changed_while_the_create_was_under_way(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.lose_call("drop_after", "/v1/checkout/sessions")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened()
    new = {"new": base64.b64encode(b"n" * 32).decode()}
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps(new | local.CHECKOUT_KEYS))
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "https://other.example/pay")
    bought = driver.opened()
    assert len(driver.simulator.checkout_sessions()) == 1
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"
    driver.agrees()


def test_a_key_taken_away_while_the_create_was_under_way(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    driver.lose_call("drop_before", "/v1/checkout/sessions")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened()
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps({"new": base64.b64encode(b"n" * 32).decode()}))
    bought = driver.opened()
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"
    driver.agrees()
