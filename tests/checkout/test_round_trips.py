"""How many round trips each call about a licence or a day pass takes, at most. Products are in the cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from common import cache
from tests.support.ceilings import Ceiling
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import HOUR
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

Call = Callable[[], object]
COMPLETED = "checkout.session.completed"


def warm(driver: Driver) -> None:
    """Products are remembered."""
    driver.opened(LICENSE, "another-device", "somebody")
    driver.opened(DAYPASS, "another-device", "somebody")


def create(driver: Driver) -> Call:
    warm(driver)
    return partial(driver.create_checkout, Bought())


def create_again(driver: Driver) -> Call:
    warm(driver)
    return partial(driver.create_checkout, driver.opened())


def replace(driver: Driver) -> Call:
    warm(driver)
    bought = driver.opened()
    driver.db.document("products/license").update({"amount": 4000})
    cache.forget()
    warm(driver)
    return partial(driver.create_checkout, bought)


def confirm_again(driver: Driver) -> Call:
    return partial(driver.confirm_checkout, driver.fulfilled())


def confirm_after_webhook(driver: Driver) -> Call:
    bought = driver.paid_page()
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    return partial(driver.confirm_checkout, bought)


def look(driver: Driver, state: Callable[[Driver], Bought] | None = None) -> Call:
    warm(driver)
    if state is not None:
        state(driver)
    return driver.get_device


def restore(driver: Driver) -> Call:
    code = driver.confirm_checkout(driver.paid_page())["license_code"]
    return partial(driver.restore, code, "new-phone", "new-uid")


def page(driver: Driver, state: Callable[[Driver], Bought]) -> Call:
    from checkout.page_state import page_state

    return partial(page_state, driver.token(state(driver)))


def told(driver: Driver, *types: str, after: Callable[[Driver, str], Any] | None = None) -> Call:
    """An event about a purchase: of its session while it is open, else of what became of its money."""
    bought = driver.paid_page() if after is None else driver.fulfilled()
    if after is not None:
        after(driver, driver.payment_of(bought))
    (event,) = driver.checkout_events(bought, *types)
    return partial(driver.deliver, event)


def refund(driver: Driver, payment: str) -> None:
    driver.simulator.dashboard_refund(payment)


def dispute(driver: Driver, payment: str) -> None:
    driver.simulator.dispute(payment)


def due(driver: Driver) -> Call:
    from checkout.decisions import catch_up

    bought = driver.opened()
    driver.advance(HOUR)
    return partial(catch_up, bought.id)


CEILINGS = {
    "createCheckoutSession": Ceiling(create, firestore=3, stripe=1),
    "createCheckoutSession, the same is open": Ceiling(create_again, firestore=2, stripe=1),
    "createCheckoutSession, replacing": Ceiling(replace, firestore=5, stripe=2),
    "confirmCheckout": Ceiling(lambda d: partial(d.confirm_checkout, d.paid_page()), firestore=2, stripe=1),
    "confirmCheckout, repeated": Ceiling(confirm_again, firestore=1, stripe=0),
    "confirmCheckout, after the webhook": Ceiling(confirm_after_webhook, firestore=1, stripe=0),
    "cancelCheckout": Ceiling(lambda d: partial(d.cancel_checkout, d.opened()), firestore=3, stripe=1),
    "getDevice": Ceiling(lambda d: look(d, Driver.fulfilled), firestore=1, stripe=0),
    "getDevice, nobody's": Ceiling(look, firestore=1, stripe=0),
    "getDevice, with an open purchase": Ceiling(lambda d: look(d, Driver.opened), firestore=2, stripe=1),
    "getDevice, with a paid one": Ceiling(lambda d: look(d, Driver.paid_page), firestore=3, stripe=1),
    "restoreLicense": Ceiling(restore, firestore=3, stripe=0),
    "the return page, settled": Ceiling(lambda d: page(d, Driver.fulfilled), firestore=1, stripe=0),
    "the return page, open": Ceiling(lambda d: page(d, Driver.opened), firestore=2, stripe=1),
    "the return page, paid": Ceiling(lambda d: page(d, Driver.paid_page), firestore=3, stripe=1),
    "stripeWebhook, a session": Ceiling(lambda d: told(d, COMPLETED), firestore=2, stripe=0),
    "stripeWebhook, a refund": Ceiling(lambda d: told(d, "refund.created", after=refund), firestore=2, stripe=3),
    "stripeWebhook, a dispute": Ceiling(
        lambda d: told(d, "charge.dispute.created", after=dispute), firestore=2, stripe=3
    ),
    "a due item": Ceiling(due, firestore=3, stripe=1),
}
"""Where only the purchase is known, its device is a round trip more: for the return page, and for a due item."""


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)
