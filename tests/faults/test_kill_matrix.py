"""Every function, killed before and after every round trip it makes: money and records agree all the same.

``KIPPU_SOAK=1`` runs every cell of a third of the scenarios, which ``KIPPU_SEED`` chooses; a failure names them.
"""

from __future__ import annotations

import os

import pytest

from devkit.emulator import Emulator
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

from .kill_matrix import HEADER, KillMatrix, Row, Scenario, groups, kills
from .kill_scenarios import SCENARIOS
from .report import Report

SCHEDULES = (
    *("voidExpiredAuthorizations", "endOverdueSessions", "settleCheckouts", "reconcilePayments"),
    *("expireOrders", "settleOrders"),
)
QUERYING = (
    *(*SCHEDULES, "deleteAccount", "findPurchases", "getUserTickets", "exportAttendees"),
    *("findTickets", "getDoorBundle", "inspectTicket", "resumeDecision", "runSchedule", "stopCampaign"),
)
"""What looks for documents whose ids it does not know: schedules, lists, and what nobody does all day."""
SOAK = os.environ.get("KIPPU_SOAK") == "1"
SEED = int(os.environ.get("KIPPU_SEED", "0"))


@pytest.fixture
def matrix(driver: Driver, round_trips: RoundTrips, emulator: Emulator) -> KillMatrix:
    return KillMatrix(driver, round_trips, emulator)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("scenario", SCENARIOS[SEED % 3 :: 3] if SOAK else SCENARIOS, ids=str)
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


ASKED_FOR = [each for each in SCENARIOS if each.function not in QUERYING and each.name != "rebuild"]


@pytest.mark.parametrize("scenario", ASKED_FOR, ids=str)
def test_no_call_makes_a_query_or_opens_a_transaction(scenario: Scenario, matrix: KillMatrix) -> None:
    """Documents are read by id, and written in one commit. Only what is gone is looked for, to be rebuilt."""
    asked = {call for call in matrix.dry_run(scenario) if call.startswith("firestore ")}
    assert asked <= {"firestore batch_get_documents", "firestore commit"}


def test_control_a_schedule_does_query(matrix: KillMatrix) -> None:
    (scenario,) = [each for each in SCENARIOS if each.function == "voidExpiredAuthorizations"]
    assert "firestore run_query" in matrix.dry_run(scenario)


def test_every_function_is_killed() -> None:
    import main

    assert {scenario.function for scenario in SCENARIOS} == set(main.MODULES)
