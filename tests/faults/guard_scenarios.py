"""The guards of the money, and scenarios that end in damage when one of them is taken away.

A scenario is run once with its guard and once without; it gives everything that went wrong. Two calls are interleaved
on purpose: the second runs whole while the first stands at a chosen round trip, so no race is left to luck.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from tests.support import guards_off
from tests.support.calls import reason_of
from tests.support.clock import MINUTE
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips
from tests.support.stripe_side import HOLD_PLACED

from . import points_setup

Act = Callable[[], object]
BEFORE_COMMIT = Named("firestore commit", "before")
AFTER_STRIPE_WRITE = Named("stripe POST", "after")
AFTER_STRIPE_READ = Named("stripe GET", "after")


@dataclass(frozen=True)
class Guard:
    """What protects the money, and how it is taken away."""

    name: str
    off: Callable[[pytest.MonkeyPatch], None]


COMPARE_AND_SET = Guard("compare-and-set", guards_off.without_preconditions)
DECISION_BEFORE_CALL = Guard("decision before call", guards_off.without_decision_before_call)
MONOTONIC_SETTLE = Guard("monotonic settle", guards_off.without_monotonic_settle)
IDEMPOTENCY_KEYS = Guard("idempotency keys", guards_off.without_idempotency_keys)


@dataclass(frozen=True)
class GuardScenario:
    """What ends in damage without the guard; ``run`` gives all that is wrong at its end."""

    guard: Guard
    run: Callable[[Driver, RoundTrips], list[str]]

    def __str__(self) -> str:
        return f"{self.guard.name}: {self.run.__name__}".replace(" ", "-")


def _interleave(trips: RoundTrips, first: Act, at: Named, second: Act) -> tuple[str, str]:
    """Run ``second`` whole while ``first`` stands at a round trip; how both are answered."""
    answers = []
    with trips.interrupted(at, lambda: answers.append(reason_of(second))):
        answered = reason_of(first)
    return answered, answers[0]


# Compare-and-set: a commit that does not find the documents as they were read fails whole.


def cancelled_while_accepted(driver: Driver, trips: RoundTrips) -> list[str]:
    """The buyer cancels, all of it, between what the consultant's acceptance read and its commit."""
    used = driver.used()
    answers = _interleave(trips, lambda: driver.answer(used), BEFORE_COMMIT, lambda: driver.cancel(used))
    return [*_both_succeeded(answers), *driver.problems()]


def bought_twice_at_once(driver: Driver, trips: RoundTrips) -> list[str]:
    """Two devices of one buyer tap at the same instant."""
    _interleave(trips, driver.purchase, BEFORE_COMMIT, driver.purchase)
    return [*_more_than_one_payment(driver), *driver.problems()]


def redeemed_twice_at_once(driver: Driver, trips: RoundTrips) -> list[str]:
    """Two people use the last of a perk code at the same instant."""
    code = driver.perk_code(imecon_id=IMECON)
    one, other = Consultation("one", code=code), Consultation("other", code=code)
    answers = _interleave(trips, lambda: driver.redeem(one), BEFORE_COMMIT, lambda: driver.redeem(other))
    return [*_both_succeeded(answers), *driver.problems()]


def spent_twice_at_once(driver: Driver, trips: RoundTrips) -> list[str]:
    """A customer pays all there is with one code, between what a payment with another code read and its commit."""
    one, other = points_setup.ready_to_pay(driver, "customer"), points_setup.store_code_read(driver, "customer")
    answers = _interleave(
        trips,
        lambda: one.use_points(points_setup.EARNED),
        BEFORE_COMMIT,
        lambda: other.use_points(points_setup.EARNED),
    )
    return [*_both_succeeded(answers), *driver.problems()]


def accepted_again_when_spent(driver: Driver, trips: RoundTrips) -> list[str]:
    """An award is accepted and all of it spent, between what another device's acceptance read and its commit."""
    award, reading = points_setup.offered(driver, "customer"), points_setup.store_code_read(driver, "customer")

    def accept_and_spend() -> None:
        points_setup.accept(award)
        reading.use_points(points_setup.EARNED)

    _interleave(trips, lambda: points_setup.accept(award), BEFORE_COMMIT, accept_and_spend)
    return driver.problems()


# Decision before call: what will be done with the money is committed before Stripe is asked to do it.


def accepted_while_cancelling(driver: Driver, trips: RoundTrips) -> list[str]:
    """The consultant accepts after Stripe carried out the buyer's cancellation, before that is on record."""
    used = driver.used()
    answers = _interleave(trips, lambda: driver.cancel(used), AFTER_STRIPE_WRITE, lambda: driver.answer(used))
    served = driver.ticket(used)["status"] == "active"
    free = driver.stripe_status(used) == "canceled"
    return [*(["a session runs whose hold is gone"] if served and free else []), *_both_succeeded(answers)]


def killed_while_capturing_a_part(driver: Driver, trips: RoundTrips) -> list[str]:
    """The process dies after Stripe captured a part; the buyer sees no end and ends the session himself."""
    active = driver.active()
    driver.advance(10 * MINUTE)
    with trips.killed(AFTER_STRIPE_WRITE):
        driver.capture(active, amount=3000)
    decided = driver.ticket(active).get("capture_amount")
    return [] if decided == 3000 else ["money was taken that nobody had decided to take"]


# Monotonic settle: a fact moves a ticket only forward.


def confirmed_while_cancelled(driver: Driver, trips: RoundTrips) -> list[str]:
    """The buyer cancels after confirmTicket saw the hold at Stripe, before it brought the news."""
    held = driver.held()
    _interleave(trips, lambda: driver.confirm(held), AFTER_STRIPE_READ, lambda: driver.cancel(held))
    return driver.problems()


def authorized_again_in_its_session(driver: Driver, trips: RoundTrips) -> list[str]:
    """Stripe delivers the news of the hold when the session already runs."""
    active = driver.active()
    (event,) = driver.events(active, HOLD_PLACED)
    driver.deliver(event)
    return [*driver.problems(), *([] if driver.ticket(active)["status"] == "active" else ["the session is gone"])]


# Idempotency keys: a request whose answer was lost is the same request when it is sent again.


def killed_while_buying(driver: Driver, trips: RoundTrips) -> list[str]:
    """The process dies after Stripe made the PaymentIntent, before its id is on record; the buyer tries again."""
    with trips.killed(AFTER_STRIPE_WRITE):
        driver.purchase()
    driver.purchase()
    return [*_more_than_one_payment(driver), *driver.problems()]


def _more_than_one_payment(driver: Driver) -> list[str]:
    made = len(driver.simulator.payment_intents())
    return [] if made == 1 else [f"{made} PaymentIntents for one purchase"]


def _both_succeeded(answers: tuple[str, str]) -> list[str]:
    return ["both were told they did it"] if answers == ("ok", "ok") else []


GUARD_SCENARIOS = (
    GuardScenario(COMPARE_AND_SET, cancelled_while_accepted),
    GuardScenario(COMPARE_AND_SET, bought_twice_at_once),
    GuardScenario(COMPARE_AND_SET, redeemed_twice_at_once),
    GuardScenario(COMPARE_AND_SET, spent_twice_at_once),
    GuardScenario(COMPARE_AND_SET, accepted_again_when_spent),
    GuardScenario(DECISION_BEFORE_CALL, accepted_while_cancelling),
    GuardScenario(DECISION_BEFORE_CALL, killed_while_capturing_a_part),
    GuardScenario(MONOTONIC_SETTLE, confirmed_while_cancelled),
    GuardScenario(MONOTONIC_SETTLE, authorized_again_in_its_session),
    GuardScenario(IDEMPOTENCY_KEYS, killed_while_buying),
)
