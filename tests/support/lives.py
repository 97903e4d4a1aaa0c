"""Whole consultations, step by step, each ending in another way and told of by somebody else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .clock import HOUR, MINUTE
from .consultations import Consultation
from .driver import Driver
from .stripe_side import HOLD_PLACED

Step = Callable[[Driver, Consultation], object]


@dataclass(frozen=True)
class Life:
    """A consultation's steps, of which the first is the buyer's own purchase or redemption, and what becomes of it."""

    name: str
    steps: tuple[Step, ...]
    end: str

    def __str__(self) -> str:
        return self.name.replace(" ", "-")

    def run(self, driver: Driver, consultation: Consultation, before: Callable[[int], object] = lambda _: None) -> None:
        """Live it; ``before`` is called with each step's number before it is made."""
        for number, step in enumerate(self.steps):
            before(number)
            step(driver, consultation)


def _pay(driver: Driver, consultation: Consultation) -> None:
    driver.simulator.confirm(consultation.payment)


def _told_of_the_hold(driver: Driver, consultation: Consultation) -> None:
    assert driver.deliver(*driver.events(consultation, HOLD_PLACED)) == 200
    consultation.code = driver.ticket(consultation)["ticket_code"]


def _told_of_the_end(driver: Driver, consultation: Consultation) -> None:
    driver.simulator.dashboard_cancel(consultation.payment)
    assert driver.deliver(*driver.events(consultation, "payment_intent.canceled")) == 200


def _given_a_code(driver: Driver, consultation: Consultation) -> None:
    consultation.code = driver.perk_code()
    driver.redeem(consultation, imecon_id=consultation.imecon)


def _swept_after(seconds: float) -> Step:
    def step(driver: Driver, _: Consultation) -> None:
        driver.advance(seconds)
        driver.sweep()

    return step


def _ended_after_ten_minutes(driver: Driver, consultation: Consultation) -> None:
    driver.advance(10 * MINUTE)
    driver.end(consultation)


def _captured_after_ten_minutes(driver: Driver, consultation: Consultation) -> None:
    driver.advance(10 * MINUTE)
    driver.capture(consultation)


def _declined(driver: Driver, consultation: Consultation) -> None:
    driver.answer(consultation, accept=False)


_HELD: tuple[Step, ...] = (Driver.order, _pay, Driver.confirm)
_USED: tuple[Step, ...] = (*_HELD, Driver.redeem)
_CAPTURED, _VOIDED = "completed:succeeded:5000", "cancelled:canceled:0"

LIVES = (
    Life("ended", (*_USED, Driver.answer, _ended_after_ten_minutes), _CAPTURED),
    Life("captured", (*_USED, Driver.answer, _captured_after_ten_minutes), _CAPTURED),
    Life("overdue", (*_USED, Driver.answer, _swept_after(31 * MINUTE)), _CAPTURED),
    Life("cancelled when held", (*_HELD, Driver.cancel), _VOIDED),
    Life("cancelled when redeemed", (*_USED, Driver.cancel), _VOIDED),
    Life("declined", (*_USED, _declined), _VOIDED),
    Life("expired", (*_HELD, _swept_after(73 * HOUR)), _VOIDED),
    Life("held and canceled by webhook", (Driver.order, _pay, _told_of_the_hold, _told_of_the_end), _VOIDED),
    Life("perk ended", (_given_a_code, Driver.answer, _ended_after_ten_minutes), "completed:-"),
    Life("perk declined", (_given_a_code, _declined), "cancelled:-"),
    Life("perk expired", (_given_a_code, _swept_after(73 * HOUR)), "cancelled:-"),
)
