"""Anything, in any order, with anything going wrong: in the end money and points are right.

``KIPPU_SOAK=1`` runs as many of 50 steps as there is time for (``KIPPU_SOAK_SECONDS``, 240 s each), each time others. A
failure prints the steps that lead to it, and the seed that ``KIPPU_SEED`` repeats. The controls take the guards away in
turn, with steps that surely go wrong then.
"""

from __future__ import annotations

import os
import secrets
import time

import hypothesis
import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from devkit.emulator import Emulator
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

from .consultation_state_machine import ConsultationStateMachine
from .points_state_machine import PointsStateMachine
from .report import Report
from .state_machine_controls import CONTROLS, Control

SOAK = os.environ.get("KIPPU_SOAK") == "1"
SOAK_SECONDS = float(os.environ.get("KIPPU_SOAK_SECONDS", "240"))
EXAMPLES_A_ROUND, LONG = 5, 50
UNHURRIED = settings(
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
Machine = type[ConsultationStateMachine | PointsStateMachine]


def _with_parts(kind: Machine, driver: Driver, trips: RoundTrips, emulator: Emulator) -> type[RuleBasedStateMachine]:
    return type(kind.__name__, (kind,), {"driver": driver, "trips": trips, "emulator": emulator})


def _run(machine: type[RuleBasedStateMachine], report: Report, *, examples: int, steps: int) -> None:
    seed = int(os.environ.get("KIPPU_SEED", secrets.randbits(32) if SOAK else 20260101))
    end, done = time.monotonic() + SOAK_SECONDS, 0
    while done < examples or (SOAK and time.monotonic() < end):
        some = (
            settings(UNHURRIED, max_examples=EXAMPLES_A_ROUND, stateful_step_count=LONG)
            if SOAK
            else settings(UNHURRIED, max_examples=examples, stateful_step_count=steps)
        )
        run_state_machine_as_test(hypothesis.seed(seed + done)(machine), settings=some)
        done += some.max_examples
    report.add("state machines", f"{machine.__name__}: {done}, of up to {steps} steps, KIPPU_SEED={seed}")


@pytest.mark.timeout(SOAK_SECONDS + 900)
def test_consultations_end_right_whatever_happens(
    driver: Driver, round_trips: RoundTrips, emulator: Emulator, report: Report
) -> None:
    machine = _with_parts(ConsultationStateMachine, driver, round_trips, emulator)
    _run(machine, report, examples=10, steps=25)


@pytest.mark.timeout(SOAK_SECONDS + 900)
def test_points_add_up_whatever_happens(
    driver: Driver, round_trips: RoundTrips, emulator: Emulator, report: Report
) -> None:
    machine = _with_parts(PointsStateMachine, driver, round_trips, emulator)
    _run(machine, report, examples=8, steps=20)


@pytest.mark.parametrize("control", CONTROLS, ids=str)
def test_with_the_guard_the_steps_of_its_control_end_right(
    control: Control, driver: Driver, round_trips: RoundTrips, emulator: Emulator
) -> None:
    control.run(_with_parts(control.machine, driver, round_trips, emulator)())


@pytest.mark.parametrize("control", CONTROLS, ids=str)
def test_control_without_the_guard_its_steps_go_wrong(
    control: Control,
    driver: Driver,
    round_trips: RoundTrips,
    emulator: Emulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    control.guard.off(monkeypatch)
    with pytest.raises(AssertionError, match=control.problem):
        control.run(_with_parts(control.machine, driver, round_trips, emulator)())
