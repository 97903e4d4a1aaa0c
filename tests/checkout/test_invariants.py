"""Every rule of licences and day passes is reported when it is broken, and only then."""

from __future__ import annotations

from functools import partial

import pytest

from checkout import invariants
from checkout.invariants import RULES
from common.invariants import violations
from tests.support.broken_worlds import silent_rules
from tests.support.checkout_broken import BREAKS, healthy


def test_no_rule_is_without_its_broken_world() -> None:
    """Every line of the module that reports something is reached by a world registered here."""
    shops = [healthy() for _ in BREAKS]
    for shop, (break_, _) in zip(shops, BREAKS.values(), strict=True):
        break_(shop)
    rules, silent = silent_rules(invariants, [partial(violations, RULES, vars(shop)) for shop in shops])
    assert rules > 10
    assert silent == [], "no world breaks the rules at these lines"


@pytest.mark.parametrize("name", sorted(BREAKS))
def test_exactly_what_is_broken_is_reported(name: str) -> None:
    break_, said = BREAKS[name]
    shop = healthy()
    break_(shop)
    found = violations(RULES, vars(shop))
    assert len(found) == 1, found
    assert said in found[0]


def test_a_healthy_shop_has_no_violation() -> None:
    assert violations(RULES, vars(healthy())) == []
