"""Whatever happens to one customer's points at the same instant: each is paid once, and the balance is the sum.

The controls take the guard away, and the same races must then go wrong: otherwise they would prove nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest

from consultation.invariants import violations
from devkit.world import load_world
from tests.integration.counter import CUSTOMER, Counter
from tests.integration.shop import Shop
from tests.support.concurrency import Call, at_once, refusals, successes
from tests.support.guards_off import without_preconditions

ROUNDS = 20
READINGS, EACH, COVERED = 100, 7, 10


@pytest.fixture
def unguarded(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Takes compare-and-set away, once everything is in place for the race."""
    return lambda: without_preconditions(monkeypatch)


def available(shop: Shop, uid: str = CUSTOMER) -> int:
    return int(shop.document(f"users/{uid}").get("availablePoints", 0))


def wrong(shop: Shop) -> list[str]:
    return violations(load_world(shop.db, shop.simulator, shop.travel.now()))


class TestSpendingAtOnce:
    def readings(self, counter: Counter) -> list[str]:
        """So many codes of the store, each read by the one customer, whose points cover a few."""
        counter.earn(EACH * COVERED * 100)
        with ThreadPoolExecutor(4) as pool:
            return list(pool.map(lambda _: counter.ready_to_pay(), range(READINGS)))

    def spend(self, counter: Counter, readings: list[str]) -> list[Any]:
        return at_once([partial(counter.pay, nonce, EACH) for nonce in readings])

    def test_a_hundred_payments_from_a_balance_for_ten_make_ten(self, shop: Shop, counter: Counter) -> None:
        answers = self.spend(counter, self.readings(counter))
        assert len(successes(answers)) == COVERED
        assert refusals(answers) == ["POINTS_INSUFFICIENT"] * (READINGS - COVERED)
        assert sorted(answer["availablePoints"] for answer in successes(answers)) == list(
            range(0, EACH * COVERED, EACH)
        )
        assert available(shop) == 0
        for collection in ("user_point_usage", "store_point_usage"):
            assert shop.count(collection) == COVERED
        assert wrong(shop) == []

    def test_control_without_the_guard_they_make_more(
        self, shop: Shop, counter: Counter, unguarded: Callable[[], None]
    ) -> None:
        readings = self.readings(counter)
        unguarded()
        assert len(successes(self.spend(counter, readings))) > COVERED
        assert wrong(shop) != []

    def test_one_reading_pays_once_however_often_it_is_sent_at_once(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay()
        answers = at_once([partial(counter.pay, nonce, EACH)] * 10)
        assert answers == [answers[0]] * 10
        assert available(shop) == 100 - EACH
        assert wrong(shop) == []


class TestAcceptingAtOnce:
    """Two awards of two stores, each accepted on two devices at the same instant."""

    def rounds(self, shop: Shop, counter: Counter, begin: Callable[[], None] = lambda: None) -> list[str]:
        uids = [f"customer-{number}" for number in range(ROUNDS)]
        offers = {uid: [counter.offered(700, uid, "store-1"), counter.offered(500, uid, "store-2")] for uid in uids}
        begin()
        found = []
        for uid, awards in offers.items():
            calls = [partial(counter.accept, award, uid) for award in awards * 2]
            one, other, one_again, other_again = at_once(calls)
            if (one, other) != (one_again, other_again):
                found.append(f"{uid}: two answers for one award")
            if available(shop, uid) != 12:
                found.append(f"{uid}: {available(shop, uid)} points")
        return [*found, *wrong(shop)]

    def test_each_award_is_paid_once_and_answered_the_same(self, shop: Shop, counter: Counter) -> None:
        assert self.rounds(shop, counter) == []

    def test_control_without_the_guard_points_are_lost(
        self, shop: Shop, counter: Counter, unguarded: Callable[[], None]
    ) -> None:
        assert self.rounds(shop, counter, unguarded) != []

    def test_a_badge_within_reach_of_two_awards_at_once_is_won_once(self, shop: Shop, counter: Counter) -> None:
        for number in range(5):
            uid = f"customer-{number}"
            awards = [counter.offered(60_000, uid, store) for store in ("store-1", "store-2")]
            answers = at_once([partial(counter.accept, award, uid) for award in awards])
            won = [badge["type"] for answer in answers for badge in answer["badges"]]
            assert sorted(won) == ["first_visit", "point_collector"]
        assert wrong(shop) == []


class TestDecidingAtOnce:
    def test_of_accepting_and_declining_one_wins(self, shop: Shop, counter: Counter) -> None:
        for number in range(ROUNDS):
            uid = f"customer-{number}"
            award = counter.offered(1_200, uid)
            answers = at_once([partial(counter.accept, award, uid), partial(counter.decline, award, uid)])
            status = shop.document(f"point_awards/{award}")["status"]
            assert refusals(answers) == [f"AWARD_{status.upper()}"]
            assert available(shop, uid) == (12 if status == "accepted" else 0)
        assert wrong(shop) == []

    def test_two_stores_staff_offering_the_same_reading_at_once_make_one_award(
        self, shop: Shop, counter: Counter
    ) -> None:
        shop.db.document("store_staff/store-1").set({"uids": ["staff-1", "staff-1b"]})
        for number in range(5):
            nonce = counter.visit(f"customer-{number}")
            offers = {"staff-1": 500, "staff-1b": 700}
            answers = at_once([partial(counter.offer, nonce, amount, uid=uid) for uid, amount in offers.items()])
            assert refusals(answers) == ["IDEMPOTENCY_MISMATCH"]
        assert shop.count("point_awards") == 5
        assert wrong(shop) == []


class TestEverythingAtOnce:
    def race(self, shop: Shop, counter: Counter, begin: Callable[[], None] = lambda: None) -> list[str]:
        """A customer with 30 points accepts 12 more, pays 20 and 15, and 30 of theirs are taken back."""
        races = [self.ready(counter, f"customer-{number}") for number in range(ROUNDS // 2)]
        begin()
        for calls in races:
            assert set(refusals(at_once(calls))) <= {"POINTS_INSUFFICIENT"}
        return wrong(shop)

    def ready(self, counter: Counter, uid: str) -> list[Call]:
        given = counter.earn(3_000, uid)["awardId"]
        return [
            partial(counter.accept, counter.offered(1_200, uid), uid),
            partial(counter.pay, counter.ready_to_pay(uid), 20, uid),
            partial(counter.pay, counter.ready_to_pay(uid), 15, uid),
            partial(counter.reverse, given),
        ]

    def test_the_balance_is_the_sum_of_what_happened(self, shop: Shop, counter: Counter) -> None:
        assert self.race(shop, counter) == []

    def test_control_without_the_guard_it_is_not(
        self, shop: Shop, counter: Counter, unguarded: Callable[[], None]
    ) -> None:
        assert self.race(shop, counter, unguarded) != []

    def test_one_entry_is_reversed_once(self, shop: Shop, counter: Counter) -> None:
        for number in range(5):
            uid = f"customer-{number}"
            counter.earn(10_000, uid)
            paid = counter.pay(counter.ready_to_pay(uid), 40, uid)["usageId"]
            answers = at_once([partial(counter.reverse, paid)] * 4)
            assert answers == [answers[0]] * 4
            assert available(shop, uid) == 100
        assert wrong(shop) == []
