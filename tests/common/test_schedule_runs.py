"""Each schedule says how its last run went, also one that failed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from google.api_core.exceptions import ServiceUnavailable

from common import documents, schedule_runs
from common.schedule_runs import Run
from devkit.client import CallableError
from payments import sweeping
from tests.support.clock import HOUR
from tests.support.driver import Driver

NAME = "voidExpiredAuthorizations"


def last(driver: Driver, name: str = NAME) -> dict[str, Any]:
    found: dict[str, Any] = driver.document(f"schedule_runs/{name}")
    return found


def test_a_run_says_when_it_was_and_what_it_did(driver: Driver) -> None:
    driver.freeze()
    consultation = driver.held()
    due_at = driver.ticket(consultation)["expires_at"]
    driver.advance(73 * HOUR)
    driver.sweep_holds()
    run = last(driver)
    assert (run["ok"], run["done"], run["failed"], run["complete"]) == (True, 1, 0, True)
    assert (run["schedule"], run["oldest_due_at"]) == ("every 5 minutes", due_at)
    assert run["started_at"] == run["ended_at"] == driver.now()
    driver.advance(HOUR)
    driver.sweep_holds()
    assert (last(driver)["done"], last(driver)["oldest_due_at"]) == (0, None)


def test_every_schedule_has_one(driver: Driver) -> None:
    driver.sweep()
    driver.reconcile()
    assert {run.id for run in driver.db.collection("schedule_runs").get()} == {
        *("voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments"),
        *("settleCheckouts", "expireOrders", "settleOrders"),
    }


def test_a_run_that_fails_says_so(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ValueError("broken")

    monkeypatch.setattr(sweeping, "workers", fails)
    with pytest.raises(CallableError):
        driver.sweep_holds()
    assert (last(driver)["ok"], last(driver)["complete"]) == (False, False)


def test_what_was_done_is_done_also_if_that_cannot_be_written(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    class Away(documents.Unit):
        def commit(self) -> None:
            raise ServiceUnavailable("away")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(schedule_runs, "Unit", Away)
    driver.sweep_holds()
    assert last(driver) == {}
    assert "schedule run not written" in capfd.readouterr().out


def test_runs_are_added_up(driver: Driver) -> None:
    now = driver.now()
    late, later = Run(1, 0, True, now), Run(2, 1, False, now - timedelta(hours=1))
    assert late + later == Run(3, 1, False, now - timedelta(hours=1))
    assert Run() + late == late
