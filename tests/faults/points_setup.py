"""Brings one customer's visit to a store to where a fault is to happen."""

from __future__ import annotations

from common import cache
from tests.support.driver import Driver
from tests.support.visits import Visit

EARNED = 50
"""Points of the one award that ``Visit.offer_points`` offers for 5,000 JPY."""


def code_shown(driver: Driver, customer: str) -> Visit:
    """The customer's code, at a time that stands still; the store's staff are in the cache."""
    driver.freeze()
    visit = Visit(driver, customer)
    visit.show_store_code()
    visit.show_code()
    return visit


def store_code_shown(driver: Driver, customer: str) -> Visit:
    driver.freeze()
    visit = Visit(driver, customer)
    visit.show_store_code()
    return visit


def code_shown_staff_not_cached(driver: Driver, customer: str) -> Visit:
    visit = code_shown(driver, customer)
    cache.forget()
    return visit


def scanned(driver: Driver, customer: str) -> Visit:
    visit = code_shown(driver, customer)
    visit.scan()
    return visit


def store_code_read(driver: Driver, customer: str) -> Visit:
    visit = store_code_shown(driver, customer)
    visit.read_store_code()
    return visit


def offered(driver: Driver, customer: str) -> Visit:
    visit = scanned(driver, customer)
    visit.offer_points()
    return visit


def earned(driver: Driver, customer: str) -> Visit:
    visit = offered(driver, customer)
    accept(visit)
    return visit


def offered_again(driver: Driver, customer: str) -> Visit:
    earned(driver, customer)
    return offered(driver, customer)


def ready_to_pay(driver: Driver, customer: str) -> Visit:
    earned(driver, customer)
    return store_code_read(driver, customer)


def paid(driver: Driver, customer: str) -> Visit:
    visit = ready_to_pay(driver, customer)
    visit.use_points()
    return visit


def accept(visit: Visit) -> None:
    """Accept the award, and see the points that it gives."""
    assert visit.accept_points()["points"] == EARNED
