"""Every rule of the points programme is reported when it is broken, and only then."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from consultation.invariants import World
from consultation.invariants import violations as violations_of_the_world
from points import invariants
from points.invariants import Points, violations
from tests.support.broken_worlds import silent_rules
from tests.support.consultation_worlds import NOW
from tests.support.points_broken import BREAKS, healthy


def test_no_rule_is_without_its_broken_world() -> None:
    """Every line of the module that reports something is reached by a world registered here."""
    programmes = [healthy() for _ in BREAKS]
    for points, (break_, _) in zip(programmes, BREAKS.values(), strict=True):
        break_(points)
    rules, silent = silent_rules(invariants, [partial(list, violations(points)) for points in programmes])
    assert rules > 10
    assert silent == [], "no world breaks the rules at these lines"


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_exactly_what_is_broken_is_reported(name: str) -> None:
    break_, said = BREAKS[name]
    points = healthy()
    break_(points)
    found = list(violations(points))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_healthy_programme_has_no_violation() -> None:
    assert list(violations(healthy())) == []


def _world(points: Points | None) -> World:
    return World(NOW, {}, {}, {}, {}, {}, points=points)


def test_the_one_set_of_rules_includes_these_when_points_are_loaded() -> None:
    points = healthy()
    points.users["ann"]["availablePoints"] += 1
    assert violations_of_the_world(_world(points)) == list(violations(points))
    assert len(violations_of_the_world(_world(points))) == 1
    assert violations_of_the_world(_world(None)) == []


ALLOWED: dict[str, Callable[[Points], object]] = {
    "a reading never used": lambda points: points.claims.update(
        unused={"status": "verified", "readerId": "store-1", "targetId": "ann"}
    ),
    "a reading recorded, without an award": lambda points: points.claims.update(
        recorded={"status": "used", "readerId": "store-1", "targetId": "ann"}
    ),
    "a profile without points": lambda points: points.users.update(new={"display_name": "New"}),
    "a declined award that lapsed from the records": lambda points: points.awards.pop("store-1.n3"),
    "a badge kept after its points were taken back": lambda points: points.badges["bob"].add("point_collector"),
}


@pytest.mark.parametrize("name", ALLOWED)
def test_what_is_allowed_is_not_reported(name: str) -> None:
    points = healthy()
    ALLOWED[name](points)
    assert list(violations(points)) == []
