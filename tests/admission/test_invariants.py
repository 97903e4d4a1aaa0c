"""Every rule of events and orders is reported when it is broken, and only then."""

from __future__ import annotations

from functools import partial

import pytest

from admission import invariants
from admission.invariants import RULES
from common.invariants import violations
from tests.support.admission_broken import BREAKS, healthy
from tests.support.broken_worlds import silent_rules


def test_no_rule_is_without_its_broken_world() -> None:
    """Every line of the module that reports something is reached by a world registered here."""
    halls = [healthy() for _ in BREAKS]
    for hall, (break_, _) in zip(halls, BREAKS.values(), strict=True):
        break_(hall)
    rules, silent = silent_rules(invariants, [partial(violations, RULES, vars(hall)) for hall in halls])
    assert rules > 10
    assert silent == [], "no world breaks the rules at these lines"


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_exactly_what_is_broken_is_reported(name: str) -> None:
    break_, said = BREAKS[name]
    hall = healthy()
    break_(hall)
    found = violations(RULES, vars(hall))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_healthy_hall_has_no_violation() -> None:
    assert violations(RULES, vars(healthy())) == []
