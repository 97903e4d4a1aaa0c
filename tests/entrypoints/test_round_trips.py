"""How many round trips the webhook takes for an event, at most."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.support.ceilings import Ceiling
from tests.support.clock import MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips
from tests.support.stripe_side import HOLD_PLACED, body_of, signature


def settle(driver: Driver, consultation: Consultation, type_: str) -> Callable[[], object]:
    (event,) = driver.events(consultation, type_)
    return partial(_settled, driver, body_of(event))


def _settled(driver: Driver, body: bytes) -> None:
    answer = driver.post_event(body, signature(body))
    assert (answer.status_code, answer.text) == (200, "settled")


def own_capture(driver: Driver) -> Callable[[], object]:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.end(consultation)
    return settle(driver, consultation, "payment_intent.succeeded")


def refund(driver: Driver) -> Callable[[], object]:
    consultation = driver.ended()
    driver.refund(consultation, 1000)
    return settle(driver, consultation, "refund.created")


def dispute_won_after_a_refund(driver: Driver) -> Callable[[], object]:
    consultation = driver.ended()
    driver.refund(consultation, 1000)
    driver.move_dispute(driver.dispute(consultation), "won")
    return settle(driver, consultation, "charge.dispute.closed")


CEILINGS = {
    "new hold": Ceiling(lambda driver: settle(driver, driver.paid(), HOLD_PLACED), firestore=2, stripe=1),
    "known hold": Ceiling(lambda driver: settle(driver, driver.held(), HOLD_PLACED), firestore=2, stripe=1),
    "what our own capture did": Ceiling(own_capture, firestore=2, stripe=0),
    # One look is for the ticket, the other for what can be undone; Stripe is asked in between, not before.
    "a refund": Ceiling(refund, firestore=3, stripe=2),
    "a dispute that ends": Ceiling(dispute_won_after_a_refund, firestore=3, stripe=3),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)
