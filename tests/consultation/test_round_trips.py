"""How many round trips each call about a consultation takes, at most. Price and consultant are in the cache."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from tests.support.ceilings import Ceiling
from tests.support.clock import MINUTE
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips


def order(driver: Driver) -> Callable[[], object]:
    driver.bought("somebody-else")
    return partial(driver.order, Consultation("buyer"))


def redeem_to_reopen(driver: Driver) -> Callable[[], object]:
    first = in_session(driver)
    driver.end(first)
    return partial(driver.redeem, driver.held(chat_room_id=first.room))


def redeem_perk(driver: Driver) -> Callable[[], object]:
    driver.bought("somebody-else")
    return partial(driver.redeem, Consultation("buyer", code=driver.perk_code()), imecon_id=IMECON)


def in_session(driver: Driver) -> Consultation:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    return consultation


def in_perk_session(driver: Driver) -> Consultation:
    consultation = driver.perk()
    driver.answer(consultation)
    driver.advance(10 * MINUTE)
    return consultation


def cancel_by_room(driver: Driver) -> Callable[[], object]:
    consultation = driver.used()
    return partial(driver.call, "cancelPaymentIntent", {"chatRoomId": consultation.room}, consultation.buyer)


CEILINGS = {
    "createPaymentIntent": Ceiling(order, firestore=3, stripe=1),
    "confirmTicket": Ceiling(lambda d: partial(d.confirm, d.paid()), firestore=3, stripe=1),
    "redeemTicketCode": Ceiling(lambda d: partial(d.redeem, d.held()), firestore=3, stripe=0),
    "redeemTicketCode, reopening": Ceiling(redeem_to_reopen, firestore=3, stripe=0),
    "redeemTicketCode, perk": Ceiling(redeem_perk, firestore=3, stripe=0),
    "answerConsultation, accept": Ceiling(lambda d: partial(d.answer, d.used()), firestore=2, stripe=0),
    "answerConsultation, accept, perk": Ceiling(lambda d: partial(d.answer, d.perk()), firestore=2, stripe=0),
    "answerConsultation, decline": Ceiling(lambda d: partial(d.answer, d.used(), accept=False), firestore=4, stripe=1),
    "endConsultation": Ceiling(lambda d: partial(d.end, in_session(d)), firestore=4, stripe=1),
    "endConsultation, perk": Ceiling(lambda d: partial(d.end, in_perk_session(d)), firestore=4, stripe=0),
    "capturePaymentIntent": Ceiling(lambda d: partial(d.capture, in_session(d), amount=3000), firestore=4, stripe=1),
    "cancelPaymentIntent, unpaid": Ceiling(lambda d: partial(d.cancel, d.bought()), firestore=4, stripe=1),
    "cancelPaymentIntent, held": Ceiling(lambda d: partial(d.cancel, d.held()), firestore=4, stripe=1),
    "cancelPaymentIntent, redeemed": Ceiling(lambda d: partial(d.cancel, d.used()), firestore=4, stripe=1),
    "cancelPaymentIntent, by room": Ceiling(cancel_by_room, firestore=4, stripe=1),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)
