"""Each guard is needed: without it the same scenario ends in damage."""

from __future__ import annotations

import pytest

from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

from .guard_scenarios import GUARD_SCENARIOS, GuardScenario
from .report import Report

HEADING = f"{'guard taken away':24}{'caught by':36}what then goes wrong"


@pytest.mark.parametrize("scenario", GUARD_SCENARIOS, ids=str)
def test_with_the_guard_nothing_goes_wrong(scenario: GuardScenario, driver: Driver, round_trips: RoundTrips) -> None:
    assert scenario.run(driver, round_trips) == []


@pytest.mark.parametrize("scenario", GUARD_SCENARIOS, ids=str)
def test_control_without_the_guard_damage_is_done(
    scenario: GuardScenario,
    driver: Driver,
    round_trips: RoundTrips,
    monkeypatch: pytest.MonkeyPatch,
    report: Report,
    capsys: pytest.CaptureFixture[str],
) -> None:
    scenario.guard.off(monkeypatch)
    damage = scenario.run(driver, round_trips)
    found = damage[0] if damage else "nothing: NOT CAUGHT"
    report.add(HEADING, f"{scenario.guard.name:24}{scenario.run.__name__:36}{found}")
    assert damage
    # The damage is the missing guard's, and not that of a patch which fits what it patches no more.
    assert "TypeError" not in capsys.readouterr().err
