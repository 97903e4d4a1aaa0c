"""A day pass by the calendar of Tokyo: when it ends, and what becomes of one that was paid too long ago."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checkout import passes
from common import cache
from common.clock import TOKYO
from tests.support.checkouts import DAYPASS
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver


def tokyo(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("now", "day", "ends_at"),
    [
        ("2026-11-21 09:00:00", "2026-11-21", "2026-11-22 00:00:00"),
        ("2026-11-21 23:00:00", "2026-11-21", "2026-11-22 00:00:00"),
        ("2026-11-21 23:00:01", "2026-11-21", "2026-11-22 00:00:01"),
        ("2026-11-21 23:59:59", "2026-11-21", "2026-11-22 00:59:59"),
        ("2026-11-22 00:00:00", "2026-11-22", "2026-11-23 00:00:00"),
        ("2026-12-31 12:00:00", "2026-12-31", "2027-01-01 00:00:00"),
    ],
)
def test_a_pass_lasts_until_midnight_and_an_hour_at_least(now: str, day: str, ends_at: str) -> None:
    assert passes.today(tokyo(now)) == day
    assert passes.ends_at(tokyo(now), 60) == tokyo(ends_at)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2040, 1, 1)), st.integers(0, 24 * 60))  # noqa: DTZ001  # made aware
def test_it_is_never_shorter_than_promised_nor_longer_than_a_day(at: datetime, minutes: int) -> None:
    now = at.replace(tzinfo=UTC)
    left = passes.ends_at(now, minutes) - now
    assert timedelta(minutes=minutes) <= left <= timedelta(days=1)


@pytest.mark.parametrize(
    ("now", "day", "ends_at"),
    [
        ("2030-11-21 23:59:59", "2030-11-21", "2030-11-22 00:59:59"),
        ("2030-11-22 00:00:00", "2030-11-22", "2030-11-23 00:00:00"),
    ],
)
def test_a_pass_that_is_bought_around_midnight(driver: Driver, now: str, day: str, ends_at: str) -> None:
    driver.clock.freeze(tokyo(now).astimezone(UTC))  # type: ignore[attr-defined]
    bought = driver.paid_page(DAYPASS)
    view = driver.confirm_checkout(bought)
    assert (view["last_unlock_date"], view["unlock_count"]) == (day, 1)
    assert datetime.fromisoformat(view["pass_ends_at"]) == tokyo(ends_at)


def test_two_days_two_passes_at_the_price_of_each(driver: Driver) -> None:
    driver.fulfilled(DAYPASS)
    driver.advance(DAY)
    assert driver.confirm_checkout(driver.paid_page(DAYPASS))["unlock_count"] == 2


@pytest.mark.parametrize(("after", "waits"), [(2 * HOUR - MINUTE, False), (2 * HOUR + MINUTE, True)])
def test_a_pass_that_is_settled_late_waits_for_its_device(driver: Driver, after: int, waits: bool) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(after)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    device = driver.device(bought)
    assert (device["pass_credit"], device["pass_ends_at"] is None) == (waits, waits)
    assert device["unlock_count"] == 1
    driver.agrees()


def test_a_free_pass_that_is_settled_late_waits_for_its_device(driver: Driver) -> None:
    driver.db.document("products/daypass").update({"tiers": [{"from": 0, "amount": 0}, {"from": 1, "amount": 100}]})
    cache.forget()
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    driver.reconcile()
    assert driver.device(bought)["pass_credit"] is True
    driver.agrees()


@pytest.mark.parametrize("contact", ["getDevice", "confirmCheckout", "createCheckoutSession"])
def test_a_pass_that_waits_begins_when_the_device_is_heard_of(driver: Driver, contact: str) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * DAY)
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    # Nobody else begins it.
    driver.get_device(bought.device, "stranger")
    assert driver.device(bought)["pass_credit"] is True
    begun = driver.now()
    if contact == "getDevice":
        driver.get_device()
    elif contact == "confirmCheckout":
        driver.confirm_checkout(bought, by_token=False)
    else:
        with pytest.raises(Exception, match="PASS_ACTIVE"):
            driver.opened(DAYPASS)
    device = driver.device(bought)
    assert (device["pass_credit"], device["last_unlock_date"]) == (False, passes.today(begun))
    assert device["pass_ends_at"] >= passes.ends_at(begun, 60)
    assert device["unlock_count"] == 1
    assert driver.get_device()["pass_ends_at"]
    driver.agrees()


def test_whoever_settles_it_by_themselves_begins_it_at_once(driver: Driver) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * HOUR)
    view = driver.confirm_checkout(bought)
    assert view["pass_ends_at"] is not None
    assert driver.device(bought)["pass_credit"] is False
