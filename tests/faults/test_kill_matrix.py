"""Every function, killed before and after every round trip it makes: money and records agree all the same."""

from __future__ import annotations

import os

import pytest

from tests.support.round_trips import RoundTrips

from . import matrix
from .report import Report
from .scenario import Scenario
from .scenarios import SCENARIOS
from .scene import Scene

SOAK = os.environ.get("KIPPU_SOAK") == "1"


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_kill_matrix(scenario: Scenario, scene: Scene, wire: RoundTrips, report: Report) -> None:
    calls = matrix.dry_run(scene, wire, scenario)
    cells = matrix.kills(len(calls), every_order=SOAK)
    wrong: dict[str, list[str]] = {}
    for group in matrix.groups(scenario, cells):
        if problems := matrix.play(scene, wire, scenario, group):
            wrong[" ".join(cell.buyer for cell in group)] = problems
    damaged = sum(len(cells.split()) for cells in wrong)
    report.add(matrix.HEADER, str(matrix.Row(scenario, tuple(calls), len(cells), damaged)))
    assert wrong == {}, f"calls: {calls}"


def test_every_function_is_killed(scene: Scene) -> None:
    import main

    assert {scenario.function for scenario in SCENARIOS} == set(main.MODULES)
