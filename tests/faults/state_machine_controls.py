"""For each guard the steps of a state machine that surely end wrong without it, and what the machine then finds.

They show that the checks of the state machines see the damage. The round trip at which a step is killed or interrupted
is named, so nothing depends on what random steps happen to meet.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.support.clock import MINUTE

from .consultation_state_machine import ConsultationStateMachine
from .guard_scenarios import (
    AFTER_STRIPE_WRITE,
    BEFORE_COMMIT,
    COMPARE_AND_SET,
    DECISION_BEFORE_CALL,
    IDEMPOTENCY_KEYS,
    MONOTONIC_SETTLE,
    Guard,
)
from .points_state_machine import PointsStateMachine

BUYER, IMECON = "cyd", "imecon-1"


@dataclass(frozen=True)
class Control:
    """Steps of a machine after its start.

    Attributes:
        machine: whose steps these are.
        guard: without which they end wrong.
        steps: takes them.
        problem: what is reported then, as a regular expression.
    """

    machine: type[ConsultationStateMachine | PointsStateMachine]
    guard: Guard
    steps: Callable[[Any], None]
    problem: str

    def __str__(self) -> str:
        return f"{self.guard.name}: {self.steps.__name__}".replace(" ", "-")

    def run(self, machine: Any) -> None:
        """Start the machine, take the steps, and check as the machine does at the end of a run."""
        machine.start()
        self.steps(machine)
        machine.teardown()


def accepted_while_cancelled(machine: ConsultationStateMachine) -> None:
    used = machine.driver.used(BUYER)
    machine.call_two_at_once(used, used, "accept", "cancel", BEFORE_COMMIT)
    machine.finish_open_work()


def killed_while_capturing_a_part(machine: ConsultationStateMachine) -> None:
    active = machine.driver.active(BUYER)
    machine.time_passes(10 * MINUTE)
    machine.call_and_kill(active, "capture a part", AFTER_STRIPE_WRITE)
    machine.finish_open_work()


def hold_announced_in_its_session(machine: ConsultationStateMachine) -> None:
    machine.driver.active(BUYER)
    machine.finish_open_work()


def killed_while_buying(machine: ConsultationStateMachine) -> None:
    """No reconciliation follows, which would close the PaymentIntent that no ticket has."""
    machine.buy_again_after_a_kill(BUYER, IMECON, AFTER_STRIPE_WRITE)


def two_payments_at_once(machine: PointsStateMachine) -> None:
    machine.ann_acts_twice_at_once(("pay", "pay"), ("store-1", "store-2"), (5_000, 1_200), BEFORE_COMMIT)
    machine.check_everything()


CONTROLS = (
    Control(
        ConsultationStateMachine,
        COMPARE_AND_SET,
        accepted_while_cancelled,
        f"{BUYER}.*: a session was voided",
    ),
    Control(
        ConsultationStateMachine,
        DECISION_BEFORE_CALL,
        killed_while_capturing_a_part,
        f"{BUYER}.*: captured without a decision",
    ),
    Control(
        ConsultationStateMachine,
        MONOTONIC_SETTLE,
        hold_announced_in_its_session,
        f"room {BUYER}.*: active, ticket {BUYER}.* is authorized",
    ),
    Control(
        ConsultationStateMachine,
        IDEMPOTENCY_KEYS,
        killed_while_buying,
        "requires_payment_method at Stripe but no ticket has it",
    ),
    Control(
        PointsStateMachine,
        COMPARE_AND_SET,
        two_payments_at_once,
        "point_balances/ann: -12 points",
    ),
)
