"""Whatever two parties do to one ticket at the same instant: one wins, and everything agrees afterwards.

Every pair of contenders, each with itself too, twenty rounds. The control takes the guard away, and the same races
must then go wrong: otherwise they would prove nothing.
"""

from __future__ import annotations

from itertools import combinations_with_replacement

import pytest

from common import clock
from tests.support.consultation_races import CONTENDERS, Race, skewed
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions

ROUNDS = 20
PAIRS = [Race(*pair) for pair in combinations_with_replacement(CONTENDERS, 2)]


@pytest.fixture
def machines(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Driver:
    """The driver of functions that run on machines whose clocks differ a little."""
    monkeypatch.setattr(clock, "_source", skewed(driver.now))
    return driver


@pytest.mark.parametrize("race", PAIRS, ids=str)
def test_one_wins_and_everything_agrees(machines: Driver, race: Race) -> None:
    assert race.run(machines, ROUNDS) == []


@pytest.mark.parametrize("race", [Race("accept", "cancel"), Race("accept", "decline")], ids=str)
def test_without_the_guard_the_same_races_go_wrong(
    machines: Driver, monkeypatch: pytest.MonkeyPatch, race: Race
) -> None:
    without_preconditions(monkeypatch)
    assert race.run(machines, ROUNDS) != []
