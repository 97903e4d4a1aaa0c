"""Anything, in any order, with anything going wrong: when the town comes to rest, the money is right.

``KIPPU_SOAK=1`` runs 300 towns of 50 steps, at most ``KIPPU_SOAK_SECONDS`` long (600 s), each time others, and
takes the guards away in turn to see that the towns then go wrong. A failure prints the steps that lead to it, and the
seed that ``KIPPU_SEED`` repeats.
"""

from __future__ import annotations

import os
import secrets
import time

import hypothesis
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from .guards import GUARDS, Guard
from .report import Report
from .scene import Scene
from .town import Town
from .wire import Wire

SOAK = os.environ.get("KIPPU_SOAK") == "1"
SOAK_SECONDS = float(os.environ.get("KIPPU_SOAK_SECONDS", "600"))
EXAMPLES_A_ROUND = 10
CALM = settings(
    deadline=None,
    print_blob=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def _town(scene: Scene, wire: Wire, seed: int) -> type[Town]:
    return hypothesis.seed(seed)(type("Town", (Town,), {"scene": scene, "wire": wire}))


@pytest.mark.timeout(SOAK_SECONDS + 900)
def test_the_money_is_right_whenever_the_town_rests(scene: Scene, wire: Wire, report: Report) -> None:
    seed = int(os.environ.get("KIPPU_SEED", secrets.randbits(32) if SOAK else 20260101))
    examples, steps = (300, 50) if SOAK else (10, 25)
    end, done = time.monotonic() + SOAK_SECONDS, 0
    while done < examples and time.monotonic() < end:
        some = min(EXAMPLES_A_ROUND, examples - done) if SOAK else examples
        run_state_machine_as_test(
            _town(scene, wire, seed + done),
            settings=settings(CALM, max_examples=some, stateful_step_count=steps),
        )
        done += some
    report.add("state machine", f"{done} towns of up to {steps} steps, KIPPU_SEED={seed}")


if SOAK:

    @pytest.mark.timeout(1800)
    @pytest.mark.parametrize("guard", {guard.name: guard for guard in GUARDS}.values(), ids=lambda guard: guard.name)
    def test_control_without_a_guard_a_town_goes_wrong(
        guard: Guard, scene: Scene, wire: Wire, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        guard.off(monkeypatch)
        hasty = settings(CALM, max_examples=200, stateful_step_count=25, phases=[Phase.generate], print_blob=False)
        with pytest.raises((AssertionError, BaseExceptionGroup)):
            run_state_machine_as_test(_town(scene, wire, 5), settings=hasty)
