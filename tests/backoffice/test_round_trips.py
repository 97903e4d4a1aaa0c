"""How many round trips a refund by an administrator takes, at most, of each kind of purchase."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.support.ceilings import Ceiling
from tests.support.checkouts import LICENSE
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips


def refund(driver: Driver, payment: str) -> Callable[[], object]:
    return partial(driver.by_admin, "refundPayment", paymentIntentId=payment, note="相談が成立しなかったため")


def of_consultation(driver: Driver) -> Callable[[], object]:
    return refund(driver, driver.ended().payment)


def of_licence(driver: Driver) -> Callable[[], object]:
    return refund(driver, driver.payment_of(driver.fulfilled(LICENSE)))


def of_order(driver: Driver) -> Callable[[], object]:
    order = driver.places_bought(driver.published())
    return refund(driver, driver.document(f"event_orders/{order.id}")["payment_id"])


# Which kind a payment is of is asked of one after the other; what is found then is not looked for again.
CEILINGS = {
    "consultation": Ceiling(of_consultation, firestore=9, stripe=3),
    "licence": Ceiling(of_licence, firestore=6, stripe=2),
    "order": Ceiling(of_order, firestore=7, stripe=1),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)
