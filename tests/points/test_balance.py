"""Balances: in a document of the server's own, so nothing done to a profile stops a call or changes a balance."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from devkit.client import CallableError
from tests.support.busy_profile import written_to_all_the_time
from tests.support.calls import refused
from tests.support.concurrency import at_once, successes
from tests.support.driver import Driver
from tests.support.guards_off import needing_what_is_shown, without_preconditions
from tests.support.points import CUSTOMER
from tests.support.round_trips import Named, RoundTrips

FULL = {"text": "x" * (1024 * 1024 - 100)}
"""As much as Firestore takes in one document."""
NO_NUMBERS = {
    "double": 100.0,
    "text": "100",
    "null": None,
    "true": True,
    "minus zero": -0.0,
    "not a number": math.nan,
    "list": [100],
    "negative": -100,
    "absurd": 10_000_001,
    "largest": 2**63 - 1,
}

IMPORTED = {"display_name": "花子", "availablePoints": 100, "totalPoints": 300, "visitedStores": 2}
CALLS: dict[str, Callable[[Driver, str], object]] = {
    "award": lambda driver, _: driver.earn(1_000),
    "pay": lambda driver, _: driver.use_points(driver.store_read(), 5),
    "reverse": lambda driver, award: driver.reverse_points(award),
}


def kept(driver: Driver, uid: str = CUSTOMER) -> tuple[Any, Any, Any]:
    """The balance itself: available, total, stores."""
    balance = driver.document(f"point_balances/{uid}")
    return balance.get("availablePoints"), balance.get("totalPoints"), balance.get("visitedStores")


def profile(driver: Driver, fields: dict[str, Any], uid: str = CUSTOMER) -> None:
    driver.db.document(f"users/{uid}").set(fields)


def delete_profile(driver: Driver) -> None:
    driver.db.document(f"users/{CUSTOMER}").delete()


def there(driver: Driver) -> bool:
    return bool(driver.db.document(f"users/{CUSTOMER}").get().exists)


def earn_pay_and_reverse(driver: Driver) -> None:
    award = driver.earn(10_000)["awardId"]
    paid = driver.use_points(driver.store_read(), 30)["usageId"]
    driver.reverse_points(paid)
    driver.reverse_points(award)
    driver.earn(500)


class TestKept:
    def test_a_balance_and_what_its_owner_is_shown_change_together(self, driver: Driver) -> None:
        driver.earn(10_000)
        driver.use_points(driver.store_read(), 30)
        assert kept(driver) == (70, 100, 1)
        assert driver.user(CUSTOMER) == {"availablePoints": 70, "totalPoints": 100, "visitedStores": 1}
        driver.agrees()

    def test_an_award_of_no_points_changes_it_too_so_that_others_notice(self, driver: Driver) -> None:
        driver.earn(99)
        before = driver.document(f"point_balances/{CUSTOMER}")["version"]
        driver.earn(99)
        assert driver.document(f"point_balances/{CUSTOMER}")["version"] == before + 1


class TestAFullProfile:
    """Its owner may fill it to the last byte, and lives with a number that is not shown."""

    def test_points_go_on_without_it(self, driver: Driver) -> None:
        profile(driver, FULL)
        earn_pay_and_reverse(driver)
        assert kept(driver) == (5, 5, 1)
        assert driver.user(CUSTOMER) == FULL

    def test_control_a_commit_that_depends_on_it_fails(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        profile(driver, FULL)
        needing_what_is_shown(monkeypatch)
        with pytest.raises(CallableError):
            driver.earn(10_000)


class TestABusyProfile:
    def accept_while_it_is_written_to(self, driver: Driver, trips: RoundTrips) -> int:
        """How many round trips it takes to accept points, when somebody writes just before they are committed."""
        driver.earn(1_000)
        award = driver.offered_points(500)
        with trips.interrupted(Named("firestore commit", "before"), lambda: profile(driver, {"display_name": "花子"})):
            assert driver.accept_points(award)["availablePoints"] == 15
        return len(trips.firestore)

    def test_a_write_in_the_middle_costs_no_second_round(self, driver: Driver, round_trips: RoundTrips) -> None:
        assert self.accept_while_it_is_written_to(driver, round_trips) == 2
        driver.agrees()

    def test_control_a_commit_that_depends_on_it_is_lost(
        self, driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        needing_what_is_shown(monkeypatch)
        assert self.accept_while_it_is_written_to(driver, round_trips) > 3

    def test_six_writers_stop_no_call(self, driver: Driver) -> None:
        with written_to_all_the_time(driver.db, CUSTOMER, 6):
            for _ in range(3):
                earn_pay_and_reverse(driver)
        assert kept(driver) == (15, 15, 1)


class TestADeletedProfile:
    @pytest.mark.parametrize("name", CALLS)
    def test_it_is_not_written_back(self, driver: Driver, name: str) -> None:
        award = driver.earn(1_000)["awardId"]
        delete_profile(driver)
        CALLS[name](driver, award)
        assert not there(driver)
        driver.agrees()

    def test_a_profile_made_anew_shows_the_balance_at_the_next_entry(self, driver: Driver) -> None:
        driver.earn(1_000)
        profile(driver, {"display_name": "花子"})
        driver.earn(500)
        assert driver.user(CUSTOMER) == {
            "display_name": "花子", "availablePoints": 15, "totalPoints": 15, "visitedStores": 1
        }  # fmt: skip

    def test_who_never_had_one_gets_one_with_the_first_points(self, driver: Driver) -> None:
        driver.earn(1_000)
        assert driver.available_points() == 10


class TestNumbersWrittenByHand:
    def test_they_are_not_spendable_and_are_put_right_at_the_next_entry(self, driver: Driver) -> None:
        driver.earn(1_000)
        profile(driver, {"availablePoints": 500_000, "totalPoints": 500_000, "visitedStores": 5})
        nonce = driver.store_read()
        with refused("POINTS_INSUFFICIENT") as caught:
            driver.use_points(nonce, 11)
        assert caught.value.details["availablePoints"] == 10
        assert driver.use_points(nonce, 4)["availablePoints"] == 6
        assert driver.user(CUSTOMER) == {"availablePoints": 6, "totalPoints": 10, "visitedStores": 1}
        driver.agrees()

    @pytest.mark.parametrize("name", NO_NUMBERS)
    def test_whatever_they_are_they_stop_nothing(self, driver: Driver, name: str) -> None:
        driver.earn(1_000)
        profile(driver, dict.fromkeys(("availablePoints", "totalPoints", "visitedStores"), NO_NUMBERS[name]))
        assert driver.earn(500)["availablePoints"] == 15
        driver.agrees()


class TestAnImportedBalance:
    def test_it_becomes_the_first_entry_of_the_ledger(self, driver: Driver) -> None:
        profile(driver, IMPORTED)
        answer = driver.earn(1_200)
        assert (answer["previousTotalPoints"], answer["newTotalPoints"], answer["availablePoints"]) == (300, 312, 112)
        opening = driver.document(f"transactions/opening.{CUSTOMER}")
        assert opening.pop("createdAt") < driver.document(f"transactions/{answer['awardId']}")["createdAt"]
        assert opening == {
            "userId": CUSTOMER,
            "storeId": "",
            "storeName": "",
            "type": "opening",
            "points": 100,
            "delta": 100,
            "earned": 300,
            "visitedStores": 2,
            "balanceAfter": 100,
            "totalAfter": 300,
        }
        assert driver.user(CUSTOMER) == {
            "display_name": "花子", "availablePoints": 112, "totalPoints": 312, "visitedStores": 3
        }  # fmt: skip
        driver.agrees()

    def test_it_pays_at_once(self, driver: Driver) -> None:
        profile(driver, IMPORTED)
        nonce = driver.store_read()
        with refused("POINTS_INSUFFICIENT"):
            driver.use_points(nonce, 101)
        assert driver.use_points(nonce, 100)["availablePoints"] == 0
        assert kept(driver) == (0, 300, 2)
        driver.agrees()

    def test_it_is_taken_over_once(self, driver: Driver) -> None:
        profile(driver, IMPORTED)
        driver.earn(1_200)
        profile(driver, IMPORTED)
        driver.earn(1_200)
        assert kept(driver) == (124, 324, 3)
        driver.agrees()

    def test_of_many_first_calls_at_once_one_takes_it_over(self, driver: Driver) -> None:
        profile(driver, IMPORTED)
        readings = [driver.store_read() for _ in range(8)]
        assert len(successes(at_once([partial(driver.use_points, nonce, 20) for nonce in readings]))) == 5
        assert kept(driver) == (0, 300, 2)
        driver.agrees()

    def test_points_without_a_total_were_earned(self, driver: Driver) -> None:
        profile(driver, {"availablePoints": 100})
        assert driver.earn(1_200)["newTotalPoints"] == 112
        driver.agrees()

    @pytest.mark.parametrize("name", NO_NUMBERS)
    def test_what_is_no_number_of_points_counts_as_none(
        self, driver: Driver, capfd: pytest.CaptureFixture[str], name: str
    ) -> None:
        profile(driver, {"availablePoints": NO_NUMBERS[name]})
        assert driver.earn(1_200)["availablePoints"] == 12
        assert driver.count("transactions") == 1
        assert "imported points not taken over" in capfd.readouterr().out
        driver.agrees()

    def test_it_can_be_taken_back_like_any_entry(self, driver: Driver) -> None:
        profile(driver, IMPORTED)
        driver.earn(1_200)
        assert driver.reverse_points(f"opening.{CUSTOMER}")["availablePoints"] == 12
        assert kept(driver) == (12, 12, 3)
        assert driver.count("user_point_usage") == driver.count("store_point_usage") == 0
        driver.agrees()


class TestABalanceThatIsGone:
    """Deleted by hand, or of a version that kept it on the profile: entries stand for it, so it is no opening one."""

    def test_it_comes_back_from_what_is_shown(self, driver: Driver) -> None:
        driver.earn(10_000)
        driver.db.document(f"point_balances/{CUSTOMER}").delete()
        assert driver.use_points(driver.store_read(), 30)["availablePoints"] == 70
        assert driver.count("transactions") == 2
        driver.agrees()

    def test_an_opening_entry_is_not_written_twice(self, driver: Driver) -> None:
        profile(driver, {"availablePoints": 100})
        driver.use_points(driver.store_read(), 30)
        driver.db.document(f"point_balances/{CUSTOMER}").delete()
        assert driver.earn(1_200)["availablePoints"] == 82
        driver.agrees()

    def test_an_entry_can_be_taken_back_first(self, driver: Driver) -> None:
        award = driver.earn(10_000)["awardId"]
        driver.db.document(f"point_balances/{CUSTOMER}").delete()
        assert driver.reverse_points(award)["availablePoints"] == 0
        driver.agrees()


class TestThirtyAtOnce:
    def accept(self, driver: Driver, begin: Callable[[], None] = lambda: None) -> list[Any]:
        awards = [driver.offered_points(1_200) for _ in range(30)]
        begin()
        return at_once([partial(driver.accept_points, award) for award in awards])

    def test_all_are_counted(self, driver: Driver) -> None:
        answers = successes(self.accept(driver))
        assert sorted(answer["availablePoints"] for answer in answers) == [12 * n for n in range(1, len(answers) + 1)]
        assert kept(driver)[:2] == (12 * len(answers),) * 2
        driver.agrees()

    def test_control_without_the_guard_some_are_lost(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        self.accept(driver, lambda: without_preconditions(monkeypatch))
        assert driver.problems() != []
