"""How many round trips each call about a code takes, at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from common import cache
from tests.support.ceilings import Ceiling
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE
from tests.support.round_trips import RoundTrips


def show_store_code_again(driver: Driver) -> Callable[[], object]:
    driver.show_store_code()
    return driver.show_store_code


def scan_with_staff_cached(driver: Driver) -> Callable[[], object]:
    driver.show_store_code()
    return partial(driver.scan, driver.show_code())


def read_with_staff_cached(driver: Driver) -> Callable[[], object]:
    return partial(driver.read_store_code, driver.show_store_code())


def read_what_another_instance_issued(driver: Driver) -> Callable[[], object]:
    call = read_with_staff_cached(driver)
    cache.forget()
    return call


CEILINGS = {
    "issueSecureQR, customer": Ceiling(lambda d: d.show_code, firestore=0, stripe=0),
    "issueSecureQR, store": Ceiling(lambda d: d.show_store_code, firestore=1, stripe=0),
    "issueSecureQR, store, cached": Ceiling(show_store_code_again, firestore=0, stripe=0),
    "verifySecureQR, a customer's": Ceiling(scan_with_staff_cached, firestore=1, stripe=0),
    "verifySecureQR, a customer's, staff not cached": Ceiling(
        lambda d: partial(d.scan, d.show_code()), firestore=2, stripe=0
    ),
    "verifySecureQR, a store's": Ceiling(read_with_staff_cached, firestore=1, stripe=0),
    "verifySecureQR, a store's, staff not cached": Ceiling(read_what_another_instance_issued, firestore=2, stripe=0),
    "recordQRUsage, a customer's": Ceiling(
        lambda d: partial(d.record, d.scanned(), CUSTOMER, "staff-1", STORE), firestore=2, stripe=0
    ),
    "recordQRUsage, a store's": Ceiling(
        lambda d: partial(d.record, d.store_read(), STORE, CUSTOMER), firestore=2, stripe=0
    ),
    "checkQRUsage": Ceiling(lambda d: partial(d.check, d.scanned(), "staff-1", STORE), firestore=1, stripe=0),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)
