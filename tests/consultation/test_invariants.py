"""Every invariant is reported when it is broken, and only then: the control for each test that finds none broken."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from consultation import invariants
from consultation.invariants import violations
from tests.support import consultation_broken_money, consultation_broken_records  # noqa: F401  # they register
from tests.support.broken_worlds import BREAKS, Break, silent_rules
from tests.support.consultation_worlds import EARLIER, NOW, healthy, intent, rewrite

pytestmark = pytest.mark.usefixtures("references")


def test_no_rule_is_without_its_broken_world() -> None:
    """Every line of the module that reports something is reached by a world registered here."""
    worlds = [healthy() for _ in BREAKS]
    for world, (break_, _) in zip(worlds, BREAKS.values(), strict=True):
        break_(world)
    rules, silent = silent_rules(invariants, [partial(violations, world) for world in worlds])
    assert rules > 20
    assert silent == [], "no world breaks the rules at these lines"


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_exactly_what_is_broken_is_reported(name: str) -> None:
    break_, said = BREAKS[name]
    world = healthy()
    break_(world)
    found = violations(world)
    assert len(found) == 1, found
    assert said in found[0]


def test_a_healthy_world_has_no_violation() -> None:
    assert violations(healthy()) == []


@pytest.mark.parametrize(
    "allowed",
    [
        lambda world: rewrite(world, "authorized.t", due_at=NOW - timedelta(minutes=5)),
        lambda world: rewrite(world, "cancelled.t", started_at=EARLIER, cancel_reason="ended_early"),
        lambda world: world.intents.update(pi_stray=intent("pi_stray", "canceled")),
        lambda world: world.users.pop("used"),
        lambda world: rewrite(world, "done.t", decision="void"),
    ],
    ids=["one sweep late", "ended early", "a stray that was cancelled", "account deleted", "a perk has no capture"],
)
def test_what_is_allowed_is_not_reported(allowed: Break) -> None:
    world = healthy()
    allowed(world)
    assert violations(world) == []
