"""Whatever happens to one customer's points at the same instant: each is paid once, and the balance is the sum.

The controls take the guard away, and the same races must then go wrong: otherwise they would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from tests.support.concurrency import Call, at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions

ROUNDS = 20
READINGS, EACH, COVERED = 100, 7, 10


@pytest.fixture
def unguarded(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes compare-and-set away, once everything is in place for the race."""
    return lambda: without_preconditions(monkeypatch)


class TestSpendingAtOnce:
    def readings(self, driver: Driver) -> list[str]:
        """So many codes of the store, each read by the one customer, whose points cover a few."""
        driver.earn(EACH * COVERED * 100)
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _: driver.store_read(), range(READINGS)))

    def spend(self, driver: Driver, readings: list[str]) -> list[Any]:
        return at_once([partial(driver.use_points, nonce, EACH) for nonce in readings])

    def test_a_hundred_payments_from_a_balance_for_ten_make_ten(self, driver: Driver) -> None:
        answers = self.spend(driver, self.readings(driver))
        assert len(successes(answers)) == COVERED
        assert refusals(answers) == ["POINTS_INSUFFICIENT"] * (READINGS - COVERED)
        assert sorted(answer["availablePoints"] for answer in successes(answers)) == list(
            range(0, EACH * COVERED, EACH)
        )
        assert driver.available_points() == 0
        for collection in ("user_point_usage", "store_point_usage"):
            assert driver.count(collection) == COVERED
        assert driver.problems() == []

    def test_control_without_the_guard_they_make_more(self, driver: Driver, unguarded: Callable[[], None]) -> None:
        readings = self.readings(driver)
        unguarded()
        assert len(successes(self.spend(driver, readings))) > COVERED
        assert driver.problems() != []

    def test_one_reading_pays_once_however_often_it_is_sent_at_once(self, driver: Driver) -> None:
        driver.earn(10_000)
        nonce = driver.store_read()
        answers = at_once([partial(driver.use_points, nonce, EACH)] * 10)
        assert answers == [answers[0]] * 10
        assert driver.available_points() == 100 - EACH
        assert driver.problems() == []


class TestAcceptingAtOnce:
    """Two awards of two stores, each accepted on two devices at the same instant."""

    def rounds(self, driver: Driver, begin: Callable[[], None] = lambda: None) -> list[str]:
        uids = [f"customer-{number}" for number in range(ROUNDS)]
        offers = {
            uid: [driver.offered_points(700, uid, "store-1"), driver.offered_points(500, uid, "store-2")]
            for uid in uids
        }
        begin()
        found = []
        for uid, awards in offers.items():
            calls = [partial(driver.accept_points, award, uid) for award in awards * 2]
            one, other, one_again, other_again = at_once(calls)
            if (one, other) != (one_again, other_again):
                found.append(f"{uid}: two answers for one award")
            if driver.available_points(uid) != 12:
                found.append(f"{uid}: {driver.available_points(uid)} points")
        return [*found, *driver.problems()]

    def test_each_award_is_paid_once_and_answered_the_same(self, driver: Driver) -> None:
        assert self.rounds(driver) == []

    def test_control_without_the_guard_points_are_lost(self, driver: Driver, unguarded: Callable[[], None]) -> None:
        assert self.rounds(driver, unguarded) != []

    def test_a_badge_within_reach_of_two_awards_at_once_is_won_once(self, driver: Driver) -> None:
        for number in range(5):
            uid = f"customer-{number}"
            awards = [driver.offered_points(60_000, uid, store) for store in ("store-1", "store-2")]
            answers = at_once([partial(driver.accept_points, award, uid) for award in awards])
            won = [badge["type"] for answer in answers for badge in answer["badges"]]
            assert sorted(won) == ["first_visit", "point_collector"]
        assert driver.problems() == []


class TestDecidingAtOnce:
    def test_of_accepting_and_declining_one_wins(self, driver: Driver) -> None:
        for number in range(ROUNDS):
            uid = f"customer-{number}"
            award = driver.offered_points(1_200, uid)
            answers = at_once([partial(driver.accept_points, award, uid), partial(driver.decline_points, award, uid)])
            status = driver.document(f"point_awards/{award}")["status"]
            assert refusals(answers) == [f"AWARD_{status.upper()}"]
            assert driver.available_points(uid) == (12 if status == "accepted" else None)
        assert driver.problems() == []

    def test_two_stores_staff_offering_the_same_reading_at_once_make_one_award(self, driver: Driver) -> None:
        driver.db.document("store_staff/store-1").set({"uids": ["staff-1", "staff-1b"]})
        for number in range(5):
            nonce = driver.scanned(f"customer-{number}")
            offers = {"staff-1": 500, "staff-1b": 700}
            answers = at_once([partial(driver.offer_points, nonce, amount, uid=uid) for uid, amount in offers.items()])
            assert refusals(answers) == ["IDEMPOTENCY_MISMATCH"]
        assert driver.count("point_awards") == 5
        assert driver.problems() == []


class TestEverythingAtOnce:
    def race(self, driver: Driver, begin: Callable[[], None] = lambda: None) -> list[str]:
        """A customer with 30 points accepts 12 more, pays 20 and 15, and 30 of theirs are taken back."""
        races = [self.ready(driver, f"customer-{number}") for number in range(ROUNDS // 2)]
        begin()
        for calls in races:
            assert set(refusals(at_once(calls))) <= {"POINTS_INSUFFICIENT"}
        return driver.problems()

    def ready(self, driver: Driver, uid: str) -> list[Call]:
        given = driver.earn(3_000, uid)["awardId"]
        return [
            partial(driver.accept_points, driver.offered_points(1_200, uid), uid),
            partial(driver.use_points, driver.store_read(uid), 20, uid),
            partial(driver.use_points, driver.store_read(uid), 15, uid),
            partial(driver.reverse_points, given),
        ]

    def test_the_balance_is_the_sum_of_what_happened(self, driver: Driver) -> None:
        assert self.race(driver) == []

    def test_control_without_the_guard_it_is_not(self, driver: Driver, unguarded: Callable[[], None]) -> None:
        assert self.race(driver, unguarded) != []

    def test_one_entry_is_reversed_once(self, driver: Driver) -> None:
        for number in range(5):
            uid = f"customer-{number}"
            driver.earn(10_000, uid)
            paid = driver.use_points(driver.store_read(uid), 40, uid)["usageId"]
            answers = at_once([partial(driver.reverse_points, paid)] * 4)
            assert answers == [answers[0]] * 4
            assert driver.available_points(uid) == 100
        assert driver.problems() == []
