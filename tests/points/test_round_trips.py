"""How many round trips each call about points takes, at most. The store's staff are in the cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.support.ceilings import Ceiling
from tests.support.driver import Driver
from tests.support.points import CUSTOMER
from tests.support.round_trips import RoundTrips


def accept_on_a_later_visit(driver: Driver) -> Callable[[], object]:
    driver.earn()
    return partial(driver.accept_points, driver.offered_points())


def accept_again(driver: Driver) -> Callable[[], object]:
    return partial(driver.accept_points, driver.earn()["awardId"])


def pay(driver: Driver) -> Callable[[], object]:
    driver.earn()
    return partial(driver.use_points, driver.store_read())


def pay_again(driver: Driver) -> Callable[[], object]:
    call = pay(driver)
    call()
    return call


def reverse_a_payment(driver: Driver) -> Callable[[], object]:
    driver.earn()
    return partial(driver.reverse_points, driver.use_points(driver.store_read())["usageId"])


def offer_again_on_the_same_day(driver: Driver) -> Callable[[], object]:
    driver.offered_points()
    return partial(driver.offer_points, driver.scanned())


def imported(driver: Driver) -> Driver:
    driver.db.document(f"users/{CUSTOMER}").set({"availablePoints": 100, "totalPoints": 300})
    return driver


CEILINGS = {
    # It takes the offer for the customer's first of the day, and looks only if it is not.
    "requestPointAward, again that day": Ceiling(offer_again_on_the_same_day, firestore=4, stripe=0),
    # Once for each customer whose balance was imported.
    "awardPoints, imported": Ceiling(
        lambda d: partial(imported(d).accept_points, d.offered_points()), firestore=3, stripe=0
    ),
    "usePoints, imported": Ceiling(lambda d: partial(imported(d).use_points, d.store_read()), firestore=3, stripe=0),
    "requestPointAward": Ceiling(lambda d: partial(d.offer_points, d.scanned()), firestore=2, stripe=0),
    "awardPoints, first visit": Ceiling(lambda d: partial(d.accept_points, d.offered_points()), firestore=2, stripe=0),
    "awardPoints": Ceiling(accept_on_a_later_visit, firestore=2, stripe=0),
    "awardPoints, repeated": Ceiling(accept_again, firestore=2, stripe=0),
    "declinePointAward": Ceiling(lambda d: partial(d.decline_points, d.offered_points()), firestore=2, stripe=0),
    "usePoints": Ceiling(pay, firestore=2, stripe=0),
    "usePoints, repeated": Ceiling(pay_again, firestore=2, stripe=0),
    "reversePoints, award": Ceiling(lambda d: partial(d.reverse_points, d.earn()["awardId"]), firestore=3, stripe=0),
    "reversePoints, payment": Ceiling(reverse_a_payment, firestore=3, stripe=0),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)
