"""Calls to Stripe that get lost while a page is made: there is one page all the same, and nobody pays on another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.calls import reason_of, refused
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips

CREATE = "/v1/checkout/sessions"


@pytest.mark.parametrize("kind", ["drop_before", "drop_after", "lock_timeout", "429", "500", "500_after"])
def test_a_create_whose_answer_is_lost_is_made_once(driver: Driver, kind: str) -> None:
    driver.lose_call(kind, CREATE)
    # Which faults the SDK rides out by itself is not the point.
    assert reason_of(driver.opened) in ("ok", "PAYMENT_UNAVAILABLE")
    bought = driver.opened()
    sessions = [each for each in driver.simulator.checkout_sessions() if each["status"] == "open"]
    assert [each["id"] for each in sessions] == [bought.session]
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"
    driver.agrees()


def test_a_kill_between_the_commit_and_the_create_loses_nothing(driver: Driver, round_trips: RoundTrips) -> None:
    with round_trips.killed(Named("stripe POST /v1/checkout/sessions", "before")):
        driver.opened()
    bought = driver.opened()
    assert driver.count("purchases") == 1
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"
    driver.agrees()


def test_a_purchase_that_nobody_came_back_to_is_closed(driver: Driver, round_trips: RoundTrips) -> None:
    with round_trips.killed(Named("stripe POST /v1/checkout/sessions", "after")):
        driver.opened()
    (purchase,) = driver.db.collection("purchases").stream()
    assert (purchase.to_dict() or {})["session_id"] is None
    driver.advance(HOUR)
    driver.sweep_checkouts()
    assert (purchase.reference.get().to_dict() or {})["status"] == "closed"
    driver.agrees()


def test_past_its_window_a_session_is_looked_up_and_never_created_again(driver: Driver) -> None:
    driver.lose_call("drop_before", CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened(DAYPASS)
    driver.advance(10 * MINUTE)
    creates = driver.stripe_calls("POST", CREATE)
    bought = driver.opened(DAYPASS)
    # One for the new purchase, none for the one that Stripe never had.
    assert driver.stripe_calls("POST", CREATE) == creates + 1
    first, second = sorted(
        (found.to_dict() or {} for found in driver.db.collection("purchases").stream()), key=lambda it: it["created_at"]
    )
    assert (first["status"], first["end_reason"]) == ("closed", "not_created")
    assert second["session_id"] == bought.session
    driver.agrees()


def test_past_its_window_a_session_that_stripe_made_is_found(driver: Driver) -> None:
    driver.lose_call("drop_after", CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened(DAYPASS)
    driver.advance(10 * MINUTE)
    bought = driver.opened(DAYPASS)
    assert len(driver.simulator.checkout_sessions()) == driver.count("purchases") == 1
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"


def test_what_stripe_refuses_to_create_keeps_nobody_from_buying(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "not an address")
    with refused("PAYMENT_REJECTED"):
        driver.opened()
    monkeypatch.delenv("CHECKOUT_PAGE_URL")
    driver.opened()
    driver.agrees()


def swept_after_an_hour(driver: Driver) -> None:
    driver.advance(HOUR)
    driver.sweep_checkouts()


AFTER_A_LOST_TRY: dict[str, Callable[[Driver], object]] = {
    "bought again": Driver.opened,
    "looked at": Driver.get_device,
    "swept": swept_after_an_hour,
}


@pytest.mark.parametrize("name", AFTER_A_LOST_TRY)
def test_what_stripe_refuses_to_create_after_a_lost_try_keeps_nobody_from_buying(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "not an address")
    driver.lose_call("drop_before", CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened()
    monkeypatch.delenv("CHECKOUT_PAGE_URL")
    AFTER_A_LOST_TRY[name](driver)
    bought = driver.opened()
    statuses = {found.id: (found.to_dict() or {})["status"] for found in driver.db.collection("purchases").stream()}
    assert sorted(statuses.values()) == ["closed", "open"]
    assert statuses[bought.id] == "open"
    driver.agrees()


def test_a_page_that_stripe_refuses_to_create_can_be_cancelled(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "not an address")
    driver.lose_call("drop_before", CREATE)
    with refused("PAYMENT_UNAVAILABLE"):
        driver.opened()
    (purchase,) = driver.db.collection("purchases").stream()
    assert driver.cancel_checkout(Bought(id=purchase.id))["status"] == "closed"
    driver.agrees()


@pytest.mark.parametrize("type_", [LICENSE, DAYPASS])
def test_a_device_is_shown_while_stripe_does_not_answer(driver: Driver, type_: str) -> None:
    bought: Bought = driver.paid_page(type_)
    driver.lose_call("drop_before", f"{CREATE}/{bought.session}", "GET")
    view = driver.get_device()
    assert (view["status"], [each["purchase_id"] for each in view["open_purchases"]]) == ("open", [bought.id])
    assert driver.get_device()["status"] == "fulfilled"
