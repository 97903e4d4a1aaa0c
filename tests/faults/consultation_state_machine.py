"""Buyers and consultants to whom anything may happen at any time, for hypothesis to steer.

Every step is one thing that a person, Stripe, a bank, a network or a clock does. During the steps only one thing is
checked: that no call is answered with an internal error. When all open work is finished, every invariant must hold.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, rule

from devkit.client import CallableError
from devkit.emulator import Emulator
from devkit.stripe_sim.errors import ApiError
from tests.support.calls import Json
from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver
from tests.support.round_trips import Named, Point, RoundTrips

from .consultation_setup import Step
from .finish_and_check import finish_open_work, pass_all_deadlines

BUYERS = ("ann", "bob", "cyd")
CONSULTANTS = ("imecon-1", "imecon-2")
CARDS = (
    "pm_card_visa",
    "pm_card_amex",
    "pm_card_chargeDeclined",
    "pm_card_threeDSecure2Required",
)
SCHEDULES = ("voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments")
STRIPE_FAULTS = ("drop_before", "drop_after", "429", "500", "500_after", "lock_timeout")
STEPS_IN_TIME = (1.0, MINUTE, 4 * MINUTE, 20 * MINUTE, HOUR, 19 * HOUR, 30 * HOUR)

COMMANDS: dict[str, Step] = {
    "pay again": Driver.order,
    "confirm": Driver.confirm,
    "redeem": Driver.redeem,
    "accept": lambda driver, consultation: driver.answer(consultation, accept=True),
    "decline": lambda driver, consultation: driver.answer(consultation, accept=False),
    "buyer ends": Driver.end,
    "consultant ends": lambda driver, consultation: driver.end(consultation, consultation.imecon),
    "capture": Driver.capture,
    "capture a part": lambda driver, consultation: driver.capture(consultation, amount=1234),
    "cancel": Driver.cancel,
    "void sweep": lambda driver, _: driver.sweep_holds(),
    "end sweep": lambda driver, _: driver.sweep_sessions(),
    "all webhooks": lambda driver, consultation: [driver.deliver(event) for event in driver.events(consultation)],
}


def _move_refund(driver: Driver, consultation: Consultation, status: str) -> None:
    for refund in _newest(driver.simulator.refunds(), consultation):
        driver.simulator.move_refund(refund, status)


def _move_dispute(driver: Driver, consultation: Consultation, status: str) -> None:
    for dispute in _newest(driver.simulator.disputes(), consultation):
        driver.move_dispute(dispute, status)


def _newest(objects: list[Json], consultation: Consultation) -> list[str]:
    return [found["id"] for found in objects if found["payment_intent"] == consultation.payment][-1:]


CHANGES_AT_STRIPE: dict[str, Step] = {
    "dashboard captures": lambda driver, consultation: driver.simulator.dashboard_capture(consultation.payment),
    "dashboard captures a part": lambda driver, consultation: driver.simulator.dashboard_capture(
        consultation.payment, 700
    ),
    "dashboard cancels": lambda driver, consultation: driver.simulator.dashboard_cancel(consultation.payment),
    "dashboard refunds": lambda driver, consultation: driver.simulator.dashboard_refund(consultation.payment),
    "somebody empties the metadata": lambda driver, consultation: driver.edit_metadata(consultation, None),
    "somebody names another project": lambda driver, consultation: driver.edit_metadata(
        consultation, {"project": "another"}
    ),
    "dashboard refunds a part": lambda driver, consultation: driver.refund(consultation, 300, "pending"),
    "newest refund succeeds": lambda driver, consultation: _move_refund(driver, consultation, "succeeded"),
    "newest refund fails": lambda driver, consultation: _move_refund(driver, consultation, "failed"),
    "cardholder disputes": lambda driver, consultation: driver.simulator.dispute(consultation.payment),
    "cardholder inquires": lambda driver, consultation: driver.dispute(consultation, "warning_needs_response"),
    "dispute is won": lambda driver, consultation: _move_dispute(driver, consultation, "won"),
    "dispute is lost": lambda driver, consultation: _move_dispute(driver, consultation, "lost"),
    "bank ends the hold in an hour": lambda driver, consultation: driver.simulator.set_capture_before(
        consultation.payment, driver.simulator.now() + 3600
    ),
}
Bought = Consultation | MultipleResults[Consultation]


def points_up_to(call: int) -> st.SearchStrategy[Point]:
    """Just before or after one of the first round trips of a call."""
    return st.builds(Point, st.integers(1, call), st.sampled_from(("before", "after")))


class ConsultationStateMachine(RuleBasedStateMachine):
    """The machine hypothesis runs; the test that makes it gives these three."""

    driver: Driver
    trips: RoundTrips
    emulator: Emulator
    consultations = Bundle("consultations")

    @initialize(target=consultations)
    def start(self) -> MultipleResults[Consultation]:
        self.driver.start_over(self.emulator)
        # Frozen, so that a run is the same when hypothesis repeats it.
        self.driver.freeze()
        self.changed_by_others: set[str] = set()
        self.perk_code = self.driver.perk_code(max_redemptions=2, imecon_id=IMECON)
        return multiple(self.driver.held("ann"), self.driver.active("bob"))

    def teardown(self) -> None:
        if hasattr(self, "perk_code"):
            pass_all_deadlines(self.driver, self.changed_by_others)

    # What people do.

    @rule(target=consultations, buyer=st.sampled_from(BUYERS), imecon=st.sampled_from(CONSULTANTS))
    def buy(self, buyer: str, imecon: str) -> Bought:
        return self._known(self._call(lambda: self.driver.bought(buyer, imecon)))

    @rule(
        target=consultations,
        buyer=st.sampled_from(BUYERS),
        imecon=st.sampled_from(CONSULTANTS),
        at=points_up_to(4),
    )
    def buy_again_after_a_kill(self, buyer: str, imecon: str, at: Point | Named) -> Bought:
        with self.trips.killed(at, always=False):
            self._call(lambda: self.driver.bought(buyer, imecon))
        return self.buy(buyer, imecon)

    @rule(
        target=consultations,
        buyer=st.sampled_from(BUYERS),
        imecon=st.sampled_from(CONSULTANTS),
        card=st.sampled_from(CARDS),
    )
    def buy_and_pay(self, buyer: str, imecon: str, card: str) -> Bought:
        consultation = self._call(lambda: self.driver.bought(buyer, imecon))
        if consultation is not None:
            self._at_stripe(lambda: self.driver.simulator.confirm(consultation.payment, card))
            self._call(lambda: self.driver.confirm(consultation))
        return self._known(consultation)

    @rule(target=consultations, consultation=consultations)
    def buy_to_reopen(self, consultation: Consultation) -> Bought:
        buyer, imecon, room = consultation.buyer, consultation.imecon, consultation.room_id
        return self._known(self._call(lambda: self.driver.bought(buyer, imecon, chat_room_id=room)))

    @rule(target=consultations, buyer=st.sampled_from(BUYERS))
    def use_a_perk_code(self, buyer: str) -> Bought:
        return self._known(self._call(lambda: self.driver.perk(buyer, code=self.perk_code)))

    @rule(consultation=consultations, card=st.sampled_from(CARDS))
    def enter_a_card(self, consultation: Consultation, card: str) -> None:
        self._at_stripe(lambda: self.driver.simulator.confirm(consultation.payment, card))

    @rule(consultation=consultations, result=st.sampled_from(("pass", "fail")))
    def answer_3d_secure(self, consultation: Consultation, result: str) -> None:
        self._at_stripe(lambda: self.driver.simulator.authenticate(consultation.payment, result))

    @rule(consultation=consultations, command=st.sampled_from(sorted(COMMANDS)))
    def call(self, consultation: Consultation, command: str) -> None:
        self._call(lambda: COMMANDS[command](self.driver, consultation))

    @rule(consultation=consultations, command=st.sampled_from(sorted(COMMANDS)), at=points_up_to(6))
    def call_and_kill(self, consultation: Consultation, command: str, at: Point | Named) -> None:
        """The process that serves the call dies before or after one of its round trips."""
        with self.trips.killed(at, always=False):
            self._call(lambda: COMMANDS[command](self.driver, consultation))

    @rule(consultation=consultations)
    def start_the_session(self, consultation: Consultation) -> None:
        """All the way into a session, as most consultations go."""
        for command in ("confirm", "redeem", "accept"):
            self.call(consultation, command)

    @rule(
        consultation=consultations,
        other=consultations,
        first=st.sampled_from(sorted(COMMANDS)),
        second=st.sampled_from(sorted(COMMANDS | CHANGES_AT_STRIPE)),
        at=points_up_to(6),
    )
    def call_two_at_once(
        self, consultation: Consultation, other: Consultation, first: str, second: str, at: Point | Named
    ) -> None:
        """The second happens whole while the first stands at one of its round trips."""

        def meanwhile() -> None:
            if second in CHANGES_AT_STRIPE:
                self.change_at_stripe(other, second)
            else:
                self.call(other, second)

        with self.trips.interrupted(at, meanwhile, always=False):
            self.call(consultation, first)

    # What goes wrong.

    @rule(consultation=consultations, what=st.sampled_from(sorted(CHANGES_AT_STRIPE)))
    def change_at_stripe(self, consultation: Consultation, what: str) -> None:
        self.changed_by_others.add(consultation.payment)
        self._at_stripe(lambda: CHANGES_AT_STRIPE[what](self.driver, consultation))

    @rule(kind=st.sampled_from(STRIPE_FAULTS), method=st.sampled_from(("POST", "GET", ".*")))
    def stripe_fails_next(self, kind: str, method: str) -> None:
        self.driver.simulator.fault(kind, method=method)

    # What Stripe, the clock and the schedules do.

    @rule(order=st.randoms(use_true_random=False), share=st.sampled_from((0.3, 1.0)))
    def stripe_delivers(self, order: random.Random, share: float) -> None:
        """Some of all there is, old and new, in any order; what is left out may come later or never."""
        events = self.driver.events()
        for event in order.sample(events, round(len(events) * share)):
            self._call(lambda event=event: self.driver.deliver(event))  # type: ignore[misc]

    @rule(schedule=st.sampled_from(SCHEDULES))
    def a_schedule_runs(self, schedule: str) -> None:
        disturbed = bool(self.driver.simulator.faults())
        try:
            self._call(lambda: self.driver.run(schedule))
        except AssertionError:
            # The sweeps go on without Stripe; the reconciliation may leave all of it to the next day.
            if schedule != "reconcilePayments" or not disturbed:
                raise

    @rule(seconds=st.sampled_from(STEPS_IN_TIME))
    def time_passes(self, seconds: float) -> None:
        self.driver.advance(seconds)

    @rule(
        consultation=consultations,
        field=st.sampled_from(("due_at", "expires_at")),
        off=st.sampled_from((-1, 0, 1)),
    )
    def a_deadline_comes(self, consultation: Consultation, field: str, off: int) -> None:
        deadline: datetime | None = self.driver.ticket(consultation).get(field)
        if deadline is not None:
            ahead = deadline + timedelta(seconds=off) - self.driver.now()
            self.driver.advance(max(0.0, ahead.total_seconds()))

    @rule()
    def finish_open_work(self) -> None:
        finish_open_work(self.driver, self.changed_by_others)

    def _known(self, consultation: Consultation | None) -> Bought:
        return multiple() if consultation is None else consultation

    def _at_stripe(self, act: Callable[[], object]) -> None:
        """What a person does at Stripe may be impossible in the payment's state; Stripe says so, to them."""
        with contextlib.suppress(ApiError):
            act()

    def _call(self, act: Callable[[], Any]) -> Any:
        """A call of the functions. It may be refused with a reason; it never fails unexplained."""
        try:
            return act()
        except CallableError as error:
            if error.reason in (None, "INTERNAL"):
                raise AssertionError("failed without a reason") from error
        return None
