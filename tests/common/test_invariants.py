"""Rules are called with what they need, and left out where that was not read."""

from __future__ import annotations

from collections.abc import Iterator

from common.invariants import rule, violations


@rule
def pairs(left: dict[str, int], right: dict[str, int]) -> Iterator[str]:
    """Both have the same names."""
    for name in sorted(left.keys() ^ right.keys()):
        yield f"{name}: on one side only"


@rule
def positive(left: dict[str, int]) -> Iterator[str]:
    """Nothing is below zero."""
    yield from (f"{name}: {value}" for name, value in left.items() if value < 0)


def test_a_rule_needs_what_its_parameters_are_called() -> None:
    assert (pairs.name, pairs.needs) == ("pairs", ("left", "right"))


def test_what_is_wrong_is_told_in_order() -> None:
    found = violations((pairs, positive), {"left": {"b": -1, "a": 1}, "right": {}})
    assert found == ["a: on one side only", "b: -1", "b: on one side only"]


def test_what_was_not_read_is_not_taken_for_missing() -> None:
    assert violations((pairs, positive), {"left": {"a": -1}}) == ["a: -1"]
    assert violations((pairs, positive), {"left": {"a": -1}, "right": {}}) != ["a: -1"]
