"""Every function, killed before and after every round trip it makes: money and records agree all the same."""

from __future__ import annotations

import os

import pytest

from devkit.emulator import Emulator
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

from .kill_matrix import HEADER, KillMatrix, Row, Scenario, groups, kills
from .kill_scenarios import SCENARIOS
from .report import Report

SOAK = os.environ.get("KIPPU_SOAK") == "1"


@pytest.fixture
def matrix(driver: Driver, round_trips: RoundTrips, emulator: Emulator) -> KillMatrix:
    return KillMatrix(driver, round_trips, emulator)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_kill_matrix(scenario: Scenario, matrix: KillMatrix, report: Report) -> None:
    calls = matrix.dry_run(scenario)
    cells = kills(len(calls), every_order=SOAK)
    wrong: dict[str, list[str]] = {}
    for group in groups(scenario, cells):
        if problems := matrix.run(scenario, group):
            wrong[" ".join(cell.buyer for cell in group)] = problems
    damaged = sum(len(cells.split()) for cells in wrong)
    report.add(HEADER, str(Row(scenario, tuple(calls), len(cells), damaged)))
    assert wrong == {}, f"calls: {calls}"


def test_every_function_is_killed() -> None:
    import main

    assert {scenario.function for scenario in SCENARIOS} == set(main.MODULES)
