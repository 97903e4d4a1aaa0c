"""The badges: each is won exactly from its threshold on, alone, once, and in the table's order."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.answers import BadgeView
from points.badges import BADGES, Standing, newly_won

NOT_YET = Standing(visits=0, total_points=0, stores=0)
FIRST = {"first_visit"}
THRESHOLDS = {
    "first_visit": (NOT_YET, Standing(1, 0, 0)),
    "regular_customer": (Standing(9, 999, 4), Standing(10, 999, 4)),
    "point_collector": (Standing(9, 999, 4), Standing(9, 1_000, 4)),
    "explorer": (Standing(9, 999, 4), Standing(9, 999, 5)),
}
STANDINGS = st.builds(Standing, st.integers(0, 20), st.integers(0, 3_000), st.integers(0, 10))


def won(standing: Standing, had: set[str]) -> list[str]:
    return [badge.type for badge in newly_won(standing, had)]


def test_the_badges_are_those_the_app_knows() -> None:
    types = [badge.type for badge in BADGES]
    assert types == list(THRESHOLDS)
    assert set(types) == set(get_args(BadgeView.model_fields["type"].annotation))


@pytest.mark.parametrize("badge", THRESHOLDS)
def test_a_badge_is_won_at_its_threshold_and_not_one_before(badge: str) -> None:
    before, at = THRESHOLDS[badge]
    had = set() if badge == "first_visit" else FIRST
    assert won(before, had) == []
    assert won(at, had) == [badge]


def test_the_texts_name_the_thresholds() -> None:
    texts = {badge.type: badge.description for badge in BADGES}
    assert "10回" in texts["regular_customer"]
    assert "1,000" in texts["point_collector"]
    assert "5店舗" in texts["explorer"]


@given(STANDINGS, st.sets(st.sampled_from(list(THRESHOLDS))))
def test_what_one_has_is_not_won_again_and_the_rest_does_not_depend_on_it(standing: Standing, had: set[str]) -> None:
    assert won(standing, had) == [badge for badge in won(standing, set()) if badge not in had]


@given(STANDINGS, STANDINGS)
def test_whoever_stands_further_has_won_no_less(one: Standing, other: Standing) -> None:
    further = Standing(
        max(one.visits, other.visits), max(one.total_points, other.total_points), max(one.stores, other.stores)
    )
    assert {*won(one, set()), *won(other, set())} <= {*won(further, set())}
