"""Anything, in any order, with anything going wrong: when town and market come to rest, money and points are right.

``KIPPU_SOAK=1`` runs 300 of each of 50 steps, at most ``KIPPU_SOAK_SECONDS`` long (1,800 s), each time others, and
takes the guards away in turn to see that they then go wrong. A failure prints the steps that lead to it, and the
seed that ``KIPPU_SEED`` repeats.
"""

from __future__ import annotations

import os
import secrets
import time

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import RuleBasedStateMachine, run_state_machine_as_test

from tests.support.round_trips import RoundTrips

from .guards import GUARDS, Guard
from .market import Market
from .report import Report
from .scene import Scene
from .town import Town

SOAK = os.environ.get("KIPPU_SOAK") == "1"
SOAK_SECONDS = float(os.environ.get("KIPPU_SOAK_SECONDS", "1800"))
EXAMPLES_A_ROUND = 10
CALM = settings(
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def _machine(kind: type[Town | Market], scene: Scene, wire: RoundTrips, seed: int) -> type[RuleBasedStateMachine]:
    return hypothesis.seed(seed)(type(kind.__name__, (kind,), {"scene": scene, "wire": wire}))


def _run(
    kind: type[Town | Market], scene: Scene, wire: RoundTrips, report: Report, *, examples: int, steps: int
) -> None:
    seed = int(os.environ.get("KIPPU_SEED", secrets.randbits(32) if SOAK else 20260101))
    examples, steps = (300, 50) if SOAK else (examples, steps)
    end, done = time.monotonic() + SOAK_SECONDS, 0
    while done < examples and time.monotonic() < end:
        some = min(EXAMPLES_A_ROUND, examples - done) if SOAK else examples
        run_state_machine_as_test(
            _machine(kind, scene, wire, seed + done),
            settings=settings(CALM, max_examples=some, stateful_step_count=steps),
        )
        done += some
    report.add("state machines", f"{kind.__name__}: {done}, of up to {steps} steps, KIPPU_SEED={seed}")


@pytest.mark.timeout(SOAK_SECONDS + 900)
def test_the_money_is_right_whenever_the_town_rests(scene: Scene, wire: RoundTrips, report: Report) -> None:
    _run(Town, scene, wire, report, examples=10, steps=25)


@pytest.mark.timeout(SOAK_SECONDS + 900)
def test_the_points_add_up_whenever_the_market_rests(scene: Scene, wire: RoundTrips, report: Report) -> None:
    _run(Market, scene, wire, report, examples=8, steps=20)


def _name(value: type | Guard) -> str:
    return value.name if isinstance(value, Guard) else value.__name__


if SOAK:
    NEEDED = [(Town, guard) for guard in {guard.name: guard for guard in GUARDS}.values()]

    @pytest.mark.timeout(1800)
    @pytest.mark.parametrize(("kind", "guard"), [*NEEDED, (Market, NEEDED[0][1])], ids=_name)
    def test_control_without_a_guard_it_goes_wrong(
        kind: type[Town | Market], guard: Guard, scene: Scene, wire: RoundTrips, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        guard.off(monkeypatch)
        hasty = settings(CALM, max_examples=200, stateful_step_count=25, phases=[Phase.generate], print_blob=False)
        with pytest.raises((AssertionError, BaseExceptionGroup)):
            run_state_machine_as_test(_machine(kind, scene, wire, 5), settings=hasty)
