"""createPaymentIntent after something was left behind: passed deadlines, too many tries, consultations that ended."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.calls import refused
from tests.support.clock import HOUR
from tests.support.consultations import Consultation
from tests.support.driver import Driver


@pytest.mark.parametrize(
    ("status", "wait", "left"),
    [
        ("pending_payment", HOUR + 1, "canceled"),
        ("authorized", 72 * HOUR + 5, "canceled"),
        ("used", 72 * HOUR + 5, "canceled"),
        ("active", 31 * 60, "succeeded"),
    ],
)
def test_the_next_purchase_finishes_what_is_past_its_deadline(
    driver: Driver, status: str, wait: int, left: str
) -> None:
    old = driver.brought_to(status)
    driver.advance(wait)
    new = driver.bought()
    assert new.ticket != old.ticket
    assert new.payment != old.payment
    assert driver.stripe_status(old) == left
    assert driver.purchase()["ticket_id"] == new.ticket
    driver.agrees()


def test_a_pair_may_buy_again_after_it_ended_however_it_ended(driver: Driver) -> None:
    endings: list[Callable[[Consultation], object]] = [
        driver.end,
        lambda consultation: driver.simulator.dashboard_capture(consultation.payment),
        lambda consultation: driver.simulator.dashboard_cancel(consultation.payment),
    ]
    tickets = set()
    for end in endings:
        consultation = driver.active()
        tickets.add(consultation.ticket)
        end(consultation)
        driver.confirm(consultation)
    assert len(tickets) == len(endings)
    driver.agrees()


def test_a_pending_ticket_that_stripe_has_closed_makes_room_for_a_new_one(driver: Driver) -> None:
    old = driver.bought()
    driver.simulator.dashboard_cancel(old.payment)
    new = driver.purchase()
    assert new["ticket_id"] != old.ticket
    assert new["client_secret"] is not None
    assert driver.ticket(old)["cancel_reason"].startswith("stripe:")
    driver.agrees()


def test_ten_unpaid_purchases_an_hour_are_the_limit(driver: Driver) -> None:
    *ten, eleventh = driver.more_consultants(11)
    for imecon in ten:
        driver.bought(imecon=imecon)
    with refused("TOO_MANY_PURCHASES"):
        driver.bought(imecon=eleventh)
    assert driver.purchase(imecon=ten[0])["client_secret"], "what is bought already can still be paid"
    driver.bought("someone-else", eleventh)
    assert len(driver.simulator.payment_intents()) == 11
    driver.advance(HOUR + 1)
    driver.bought(imecon=eleventh)
    driver.sweep_holds()
    driver.agrees()


def test_a_hold_takes_its_purchase_off_the_count(driver: Driver) -> None:
    for imecon in driver.more_consultants(12):
        driver.held(imecon=imecon)
    driver.agrees()
    assert driver.count("tickets") == 12


def test_cancelling_does_not_reset_the_count(driver: Driver) -> None:
    for _ in range(10):
        driver.cancel(driver.bought())
    with refused("TOO_MANY_PURCHASES"):
        driver.bought()
    driver.agrees()
