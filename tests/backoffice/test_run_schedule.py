"""runSchedule does what a schedule does, once, within the time of a call."""

from __future__ import annotations

from typing import Any

import pytest

from backoffice import run_schedule
from common.deadline import Deadline
from entrypoints import domains
from payments import sweeping
from tests.support.calls import refused
from tests.support.clock import HOUR
from tests.support.concurrency import at_once, refusals
from tests.support.driver import Driver

NOTE = {"note": "定期処理が遅れているため"}


def run(driver: Driver, name: str = "voidExpiredAuthorizations") -> Any:
    return driver.call("runSchedule", {"name": name, **NOTE}, "admin", admin=True)


def test_it_does_what_is_due(driver: Driver) -> None:
    consultation = driver.held()
    driver.advance(73 * HOUR)
    answer = run(driver)
    assert {name: answer[name] for name in ("name", "done", "failed", "complete")} == {
        "name": "voidExpiredAuthorizations",
        "done": 1,
        "failed": 0,
        "complete": True,
    }
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.document("schedule_runs/voidExpiredAuthorizations")["done"] == 1
    (entry,) = driver.audit()
    assert (entry["target"], entry["note"]) == ("schedule_runs/voidExpiredAuthorizations", NOTE["note"])


@pytest.mark.parametrize("name", domains.schedules())
def test_every_schedule_can_be_run(driver: Driver, name: str) -> None:
    assert run(driver, name)["name"] == name


def test_beside_the_schedule_it_does_no_harm(driver: Driver) -> None:
    holds = [driver.held(f"holder-{number}") for number in range(6)]
    driver.advance(73 * HOUR)
    assert refusals(at_once([driver.sweep_holds, lambda: run(driver)] * 2)) == []
    assert {driver.stripe_status(held) for held in holds} == {"canceled"}
    driver.agrees()


@pytest.mark.parametrize("guarded", [True, False], ids=["", "without the deadline"])
def test_it_ends_before_the_call_does(driver: Driver, monkeypatch: pytest.MonkeyPatch, guarded: bool) -> None:
    for number in range(3):
        driver.held(f"holder-{number}")
    driver.advance(73 * HOUR)
    monkeypatch.setattr(run_schedule, "SECONDS", 0)
    if not guarded:
        monkeypatch.setattr(run_schedule, "Deadline", lambda _: Deadline())
    answer = run(driver)
    assert (answer["done"], answer["complete"]) == ((0, False) if guarded else (3, True))


def test_one_that_fails_says_so(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ValueError("broken")

    monkeypatch.setattr(sweeping, "workers", fails)
    with refused("SCHEDULE_RUN_FAILED"):
        run(driver)


@pytest.mark.parametrize("name", ["noSuchSchedule", "stripeWebhook", "deleteAccount"])
def test_nothing_else_can_be_run(driver: Driver, name: str) -> None:
    with refused("SCHEDULE_NOT_FOUND"):
        run(driver, name)
    assert driver.audit() == []
