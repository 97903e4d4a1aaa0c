"""Every invariant is reported when it is broken, and only then: the control for each test that finds none broken."""

from __future__ import annotations

import ast
import sys
from datetime import timedelta
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from consultation import invariants
from consultation.invariants import violations
from tests.unit import broken_money, broken_records  # noqa: F401  # importing them registers their worlds
from tests.unit.breaking import BREAKS, Break
from tests.unit.worlds import EARLIER, NOW, healthy, intent, rewrite

pytestmark = pytest.mark.usefixtures("references")


def test_no_rule_is_without_its_broken_world() -> None:
    """Every line of the module that reports something is reached by a world registered here."""
    source = Path(invariants.__file__)
    tree = ast.parse(source.read_text(encoding="utf-8"))
    reports = {node.lineno for node in ast.walk(tree) if isinstance(node, ast.Yield)}
    reached: set[int] = set()

    def trace(frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename != str(source):
            return None
        if event == "line":
            reached.add(frame.f_lineno)
        return trace

    before = sys.gettrace()
    for break_, _ in BREAKS.values():
        world = healthy()
        break_(world)
        sys.settrace(trace)
        try:
            violations(world)
        finally:
            sys.settrace(before)
    assert len(reports) > 20
    assert reports <= reached, f"no world breaks the rules at lines {sorted(reports - reached)}"


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
