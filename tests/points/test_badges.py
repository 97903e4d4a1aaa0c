"""The badges: each is won exactly from its threshold on, alone, once, and in the table's order."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from points.answers import BadgeView
from points.badges import BADGES, Standing, newly_won
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, open_stores, staff_of

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
def test_a_badge_is_won_once_and_the_others_do_not_depend_on_it(standing: Standing, had: set[str]) -> None:
    assert won(standing, had) == [badge for badge in won(standing, set()) if badge not in had]


@given(STANDINGS, STANDINGS)
def test_more_visits_points_and_stores_win_no_fewer_badges(one: Standing, other: Standing) -> None:
    further = Standing(
        max(one.visits, other.visits), max(one.total_points, other.total_points), max(one.stores, other.stores)
    )
    assert {*won(one, set()), *won(other, set())} <= {*won(further, set())}


class TestByRealVisits:
    """Each threshold by real visits, one before it and at it, and never again."""

    def won(self, answer: Any) -> list[str]:
        return [badge["type"] for badge in answer["badges"]]

    def test_ten_visits_to_one_store_make_a_regular_customer_once(self, driver: Driver) -> None:
        won = [self.won(driver.earn(99)) for _ in range(11)]
        assert won == [["first_visit"], *[[]] * 8, ["regular_customer"], []]
        assert driver.document(f"stamps/store-1.{CUSTOMER}")["count"] == 11
        driver.agrees()

    def test_ten_visits_to_two_stores_do_not(self, driver: Driver) -> None:
        won = [self.won(driver.earn(99, store=f"store-{number % 2 + 1}")) for number in range(10)]
        assert won == [["first_visit"], *[[]] * 9]

    def test_a_thousand_points_ever_make_a_point_collector_once(self, driver: Driver) -> None:
        assert self.won(driver.earn(99_900)) == ["first_visit"]
        driver.use_points(driver.store_read(), 999)
        assert self.won(driver.earn(99)) == []
        assert self.won(driver.earn(100)) == ["point_collector"]
        assert self.won(driver.earn(100_000)) == []
        assert driver.balance() == (1_001, 2_000)
        driver.agrees()

    def test_no_two_people_share_a_card_whatever_their_uids_hold(self, driver: Driver) -> None:
        """Joined by a character that both ids may hold, ``a_b`` at ``c`` and ``a`` at ``b_c`` would be one card."""
        for store in ("c", "b_c"):
            driver.db.document(f"stores/{store}").set({"name": store})
            driver.db.document(f"store_staff/{store}").set({"uids": [staff_of(store)]})
        visits = [("a_b", "c"), ("a", "b_c"), ("x.a", "c"), ("a", "c")]
        assert [driver.earn(100, uid, store)["stamp"]["count"] for uid, store in visits] == [1, 1, 1, 1]
        assert driver.count("stamps") == 4
        driver.agrees()

    def test_five_stores_make_an_explorer_once(self, driver: Driver) -> None:
        won = [self.won(driver.earn(100, store=store)) for store in open_stores(driver.db, 6)]
        assert won == [["first_visit"], [], [], [], ["explorer"], []]
        assert driver.user(CUSTOMER)["visitedStores"] == 6
        driver.agrees()

    def test_one_visit_can_win_several(self, driver: Driver) -> None:
        assert self.won(driver.earn(100_000)) == ["first_visit", "point_collector"]
