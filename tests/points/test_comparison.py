"""What the daily reconciliation finds of points, page by page, and what it puts right."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from payments.domain import Compared
from points import comparison
from points.comparison import balances_after, compare, judge_balances, judge_users, users_after
from tests.support.driver import Driver
from tests.support.points import CUSTOMER
from tests.support.round_trips import Named, RoundTrips

FULL = {"text": "x" * (1024 * 1024 - 100)}
"""As much as Firestore takes in one document."""


def change(driver: Driver, path: str, **fields: Any) -> None:
    driver.db.document(path).set(fields, merge=True)


def by_hand(path: str, **fields: Any) -> Callable[[Driver], object]:
    return lambda driver: change(driver, path, **fields)


def deleted(path: str) -> Callable[[Driver], object]:
    return lambda driver: driver.db.document(path).delete()


BALANCE, PROFILE = f"point_balances/{CUSTOMER}", f"users/{CUSTOMER}"
LEFT_TO_PEOPLE: dict[str, tuple[Callable[[Driver], object], list[str]]] = {
    "a balance raised by hand": (
        by_hand(BALANCE, availablePoints=500_000),
        [f"{BALANCE}: (500000, 12), entries sum to (12, 12)", f"{PROFILE}: shows (12, 12, 1), has (500000, 12, 1)"],
    ),
    "a balance that is no number": (
        by_hand(BALANCE, availablePoints="12", totalPoints=12.0),
        [f"{BALANCE}: ('12', 12.0), entries sum to (12, 12)", f"{PROFILE}: shows (12, 12, 1), has ('12', 12.0, 1)"],
    ),
    "an entry added by hand": (
        by_hand("transactions/by-hand", userId=CUSTOMER, delta=5, earned=0),
        [f"{BALANCE}: (12, 12), entries sum to (17, 12)"],
    ),
    "a balance deleted by hand": (
        deleted(BALANCE),
        [f"{BALANCE}: (0, 0), entries sum to (12, 12)", f"{PROFILE}: shows (12, 12, 1), has (0, 0, 0)"],
    ),
}
SHOWN_WRONGLY: dict[str, Callable[[Driver], object]] = {
    "raised by hand": by_hand(PROFILE, availablePoints=500_000),
    "another kind of number": by_hand(PROFILE, availablePoints=12.0),
    "minus zero": by_hand(PROFILE, totalPoints=-0.0),
    "null": by_hand(PROFILE, visitedStores=None),
    "not shown": lambda driver: driver.db.document(PROFILE).set({"display_name": "花子"}),
}


def wrong(driver: Driver) -> set[str]:
    """The uids that a whole round of both walks finds something wrong with."""
    found: set[str] = set()
    for after, judge in ((balances_after, judge_balances), (users_after, judge_users)):
        for page in pages(after):
            found |= {uid for uid, fine in zip(page, judge(page), strict=True) if not fine}
    return found


def pages(after: Callable[[str], list[str]]) -> Iterator[list[str]]:
    page = after("")
    while page:
        yield page
        page = after(page[-1])


@pytest.fixture
def visited(driver: Driver) -> Driver:
    """Two customers whose points are in order, and one without any."""
    driver.earn(1_200)
    driver.earn(500, "other")
    driver.use_points(driver.store_read("other"), 2, "other")
    change(driver, "users/passer-by", display_name="太郎")
    return driver


class TestFinding:
    def test_nothing_is_wrong_where_all_is_well(self, visited: Driver) -> None:
        assert wrong(visited) == set()
        for uid in (CUSTOMER, "other", "passer-by"):
            assert compare(uid) == Compared(uid)

    @pytest.mark.parametrize("name", LEFT_TO_PEOPLE)
    def test_what_is_wrong_with_a_balance_is_left_to_people(self, visited: Driver, name: str) -> None:
        happen, lines = LEFT_TO_PEOPLE[name]
        happen(visited)
        assert wrong(visited) == {CUSTOMER}
        before = visited.everything()
        for _ in range(2):
            assert compare(CUSTOMER) == Compared(CUSTOMER, differences=tuple(lines))
        assert visited.everything() == before

    def test_points_that_somebody_is_shown_without_a_balance(self, visited: Driver) -> None:
        change(visited, "users/passer-by", availablePoints=500_000)
        assert wrong(visited) == {"passer-by"}
        assert compare("passer-by").differences == ("users/passer-by: shows (500000, 0, 0), has (0, 0, 0)",)
        assert visited.user("passer-by")["availablePoints"] == 500_000

    def test_of_a_profile_of_1_mib_no_more_is_read_and_told_than_its_points(self, visited: Driver) -> None:
        visited.db.document("users/passer-by").set({"text": "x" * 500_000, "availablePoints": "1" * 1_400})
        assert set(comparison._shows(["passer-by"])["passer-by"]) == {"availablePoints"}
        (line,) = compare("passer-by").differences
        assert len(line) < 100


class TestRepairing:
    @pytest.mark.parametrize("name", SHOWN_WRONGLY)
    def test_what_is_shown_wrongly_is_reported_once_and_put_right(self, visited: Driver, name: str) -> None:
        SHOWN_WRONGLY[name](visited)
        assert wrong(visited) == {CUSTOMER}
        (line,) = compare(CUSTOMER).repaired
        assert line.endswith("has (12, 12, 1)")
        assert wrong(visited) == set()
        assert compare(CUSTOMER) == Compared(CUSTOMER)
        visited.agrees()

    def test_a_deleted_profile_is_not_written_back(self, visited: Driver) -> None:
        visited.db.document(PROFILE).delete()
        assert wrong(visited) == set()
        assert compare(CUSTOMER) == Compared(CUSTOMER)
        assert not visited.db.document(PROFILE).get().exists

    def test_a_full_profile_is_reported_each_day(self, visited: Driver) -> None:
        visited.db.document(PROFILE).set(FULL)
        for _ in range(2):
            assert len(compare(CUSTOMER).differences) == 1
        assert visited.user(CUSTOMER) == FULL

    def test_an_entry_that_is_posted_meanwhile_is_no_difference_and_no_older_balance_is_shown(
        self, visited: Driver, round_trips: RoundTrips
    ) -> None:
        for moment in ("firestore run_aggregation_query", "firestore commit"):
            change(visited, PROFILE, availablePoints=500_000)
            with round_trips.interrupted(Named(moment, "before"), lambda: visited.earn(500)):
                assert compare(CUSTOMER).differences == ()
            visited.agrees()


class TestPages:
    def test_every_balance_and_every_profile_comes_once(self, visited: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(comparison, "PAGE", 2)
        for number in range(5):
            visited.earn(100, f"customer-{number}")
        kept = [uid for page in pages(balances_after) for uid in page]
        assert kept == sorted(kept) == sorted([CUSTOMER, "other", *(f"customer-{number}" for number in range(5))])
        assert {"passer-by", *kept} <= {uid for page in pages(users_after) for uid in page}

    @pytest.mark.usefixtures("visited")
    def test_a_page_takes_two_round_trips_and_the_sum_of_each_balance(self, round_trips: RoundTrips) -> None:
        page = balances_after("")
        with round_trips.watching():
            judge_balances(page)
        assert sorted(round_trips.firestore) == ["batch_get_documents"] * 2 + ["run_aggregation_query"] * len(page)
        page = users_after("")
        with round_trips.watching():
            judge_users(page)
        assert round_trips.firestore == ["batch_get_documents"] * 2
