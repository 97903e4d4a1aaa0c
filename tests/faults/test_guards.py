"""Each guard is needed: without it the same story ends in damage."""

from __future__ import annotations

import pytest

from tests.support.round_trips import RoundTrips

from .guards import GUARDS, Guard
from .report import Report
from .scene import Scene

HEADING = f"{'guard taken away':24}{'caught by':36}what then goes wrong"


@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_with_its_guard_a_story_ends_well(guard: Guard, scene: Scene, wire: RoundTrips) -> None:
    assert guard.story(scene, wire) == []


@pytest.mark.parametrize("guard", GUARDS, ids=str)
def test_without_its_guard_a_story_ends_in_damage(
    guard: Guard, scene: Scene, wire: RoundTrips, monkeypatch: pytest.MonkeyPatch, report: Report
) -> None:
    guard.off(monkeypatch)
    damage = guard.story(scene, wire)
    report.add(HEADING, f"{guard.name:24}{guard.story.__name__:36}{damage[0] if damage else 'nothing: NOT CAUGHT'}")
    assert damage
