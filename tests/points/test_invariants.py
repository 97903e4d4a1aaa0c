"""Every rule of the points programme is reported when it is broken, and only then."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from common.invariants import violations
from devkit.world import PointsRecords
from points import invariants
from points.invariants import RULES
from tests.support.broken_worlds import silent_rules
from tests.support.points_broken import BREAKS, healthy


def test_no_rule_is_without_its_broken_world() -> None:
    """Every line of the module that reports something is reached by a world registered here."""
    programmes = [healthy() for _ in BREAKS]
    for points, (break_, _) in zip(programmes, BREAKS.values(), strict=True):
        break_(points)
    rules, silent = silent_rules(invariants, [partial(violations, RULES, vars(points)) for points in programmes])
    assert rules > 10
    assert silent == [], "no world breaks the rules at these lines"


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_exactly_what_is_broken_is_reported(name: str) -> None:
    break_, said = BREAKS[name]
    points = healthy()
    break_(points)
    found = violations(RULES, vars(points))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_healthy_programme_has_no_violation() -> None:
    assert violations(RULES, vars(healthy())) == []


def imported(points: PointsRecords) -> None:
    """Bob came with a balance of 7 points, from three stores that are not known here."""
    points.transactions["opening.bob"] = {
        "type": "opening", "userId": "bob", "storeId": "", "delta": 7, "earned": 9, "visitedStores": 3
    }  # fmt: skip
    points.balances["bob"] = {"availablePoints": 7, "totalPoints": 9, "visitedStores": 4}


ALLOWED: dict[str, Callable[[PointsRecords], object]] = {
    "a reading never used": lambda points: points.readings.update(
        unused={"status": "verified", "readerId": "store-1", "targetId": "ann"}
    ),
    "a reading recorded, without an award": lambda points: points.readings.update(
        recorded={"status": "used", "readerId": "store-1", "targetId": "ann"}
    ),
    "a balance of somebody whose profile was deleted": lambda points: points.users.pop("ann"),
    "stores of an imported balance, whose cards were not imported": lambda points: imported(points),
    "a profile without points": lambda points: points.users.update(new={"display_name": "New"}),
    "a declined award that lapsed from the records": lambda points: points.awards.pop("store-1.n3"),
    "a badge kept after its points were taken back": lambda points: points.badges["bob"].add("point_collector"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_not_reported(name: str) -> None:
    points = healthy()
    ALLOWED[name](points)
    assert violations(RULES, vars(points)) == []
