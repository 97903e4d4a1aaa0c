"""How much a store may offer one customer in a day, and when a person is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest

from common import params
from devkit.client import CallableError
from tests.support.calls import reason_of, refused
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.points import CUSTOMER

MOST_IN_A_DAY = params.POINTS_DAY_MOST_JPY.name
FRIENDS = 40
LARGEST = 1_000_000


@pytest.fixture
def cap(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Sets parameters: ``cap(POINTS_DAY_MOST_JPY=5_000)``."""

    def set_(**values: int) -> None:
        for name, value in values.items():
            assert hasattr(params, name)
            monkeypatch.setenv(name, str(value))

    return set_


def told(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """What a person was told about caps since the last look."""
    lines = [json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")]
    return [line for line in lines if line["message"] == "points cap reached"]


def offered(driver: Driver) -> int:
    """JPY of all awards that there are."""
    return sum(award["amount"] for award in driver._all("point_awards"))


class TestStaffAndAFriend:
    """Forty awards of 1,000,000 JPY within seconds."""

    def readings(self, driver: Driver) -> list[str]:
        driver.freeze()
        return [driver.scanned() for _ in range(FRIENDS)]

    def test_one_after_the_other_they_come_to_the_cap_and_no_further(
        self, driver: Driver, capfd: pytest.CaptureFixture[str]
    ) -> None:
        reasons = [reason_of(partial(driver.offer_points, nonce, LARGEST)) for nonce in self.readings(driver)]
        assert reasons == ["ok", *["AWARD_LIMIT"] * (FRIENDS - 1)]
        assert len(told(capfd)) == FRIENDS - 1

    def test_at_once_neither(self, driver: Driver) -> None:
        calls = [partial(driver.offer_points, nonce, LARGEST) for nonce in self.readings(driver)]
        answers = at_once(calls)
        assert len(successes(answers)) == 1
        assert set(refusals(answers)) <= {"AWARD_LIMIT", "BUSY"}
        assert offered(driver) == LARGEST

    def test_control_without_the_guard_they_come_further(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        calls = [partial(driver.offer_points, nonce, LARGEST) for nonce in self.readings(driver)]
        without_preconditions(monkeypatch)
        at_once(calls)
        assert offered(driver) > LARGEST

    def test_a_person_is_told_of_the_store_the_staff_and_the_customer(
        self, driver: Driver, capfd: pytest.CaptureFixture[str]
    ) -> None:
        driver.offered_points(LARGEST)
        nonce = driver.scanned()
        capfd.readouterr()
        with refused("AWARD_LIMIT"):
            driver.offer_points(nonce, 500)
        (line,) = told(capfd)
        assert line["severity"] == "ERROR"
        names = {name: line[name] for name in ("store", "staff", "customer", "amount", "limit", "most")}
        assert names == {
            "store": "store-1",
            "staff": "staff-1",
            "customer": CUSTOMER,
            "amount": 500,
            "limit": MOST_IN_A_DAY,
            "most": LARGEST,
        }
        assert nonce not in str(line)


class TestCaps:
    def test_an_offer_beyond_the_days_jpy_is_refused_and_the_reading_stays_good(
        self, driver: Driver, cap: Callable[..., None]
    ) -> None:
        cap(POINTS_DAY_MOST_JPY=5_000)
        driver.earn(3_000)
        nonce = driver.scanned()
        before = driver.everything()
        with refused("AWARD_LIMIT") as caught:
            driver.offer_points(nonce, 2_001)
        assert caught.value.details == {"reason": "AWARD_LIMIT", "limit": MOST_IN_A_DAY, "most": 5_000}
        assert driver.everything() == before
        assert driver.offer_points(nonce, 2_000)["status"] == "pending"

    def test_so_is_one_larger_than_an_award_may_be(self, driver: Driver, cap: Callable[..., None]) -> None:
        cap(POINTS_AWARD_MOST_JPY=5_000)
        nonce = driver.scanned()
        with refused("AWARD_LIMIT") as caught:
            driver.offer_points(nonce, 5_001)
        assert (caught.value.details["limit"], caught.value.details["most"]) == ("POINTS_AWARD_MOST_JPY", 5_000)
        assert driver.offer_points(nonce, 5_000)["status"] == "pending"

    def test_so_is_one_more_than_there_may_be_in_a_day(self, driver: Driver, cap: Callable[..., None]) -> None:
        """Each offer notifies the customer, and gives a stamp however small it is."""
        cap(POINTS_DAY_MOST_AWARDS=3)
        for _ in range(3):
            driver.offered_points(1)
        with refused("AWARD_LIMIT") as caught:
            driver.offered_points(1)
        assert caught.value.details["limit"] == "POINTS_DAY_MOST_AWARDS"
        assert driver.count("point_awards") == driver.count("ff_user_push_notifications") == 3

    def test_customers_and_stores_do_not_share_it(self, driver: Driver, cap: Callable[..., None]) -> None:
        cap(POINTS_DAY_MOST_JPY=5_000)
        for uid, store in ((CUSTOMER, "store-1"), ("other", "store-1"), (CUSTOMER, "store-2")):
            driver.offered_points(5_000, uid, store)
            with refused("AWARD_LIMIT"):
                driver.offered_points(1, uid, store)

    def test_the_colleagues_of_a_store_do(self, driver: Driver, cap: Callable[..., None]) -> None:
        cap(POINTS_DAY_MOST_JPY=5_000)
        driver.db.document("store_staff/store-1").set({"uids": ["staff-1", "colleague"]})
        driver.offer_points(driver.scanned(), 5_000)
        with refused("AWARD_LIMIT"):
            driver.offer_points(driver.scanned(), 1, uid="colleague")

    def test_the_day_is_japans(self, driver: Driver, cap: Callable[..., None]) -> None:
        cap(POINTS_DAY_MOST_JPY=5_000)
        midnight = datetime(2030, 1, 1, 15, tzinfo=UTC)
        driver.freeze(midnight, -30)
        driver.offered_points(5_000)
        with refused("AWARD_LIMIT"):
            driver.offered_points(1)
        driver.freeze(midnight)
        assert driver.offered_points(5_000)

    def test_an_offer_asked_for_again_counts_once(self, driver: Driver, cap: Callable[..., None]) -> None:
        cap(POINTS_DAY_MOST_AWARDS=2)
        nonce = driver.scanned()
        for _ in range(5):
            driver.offer_points(nonce)
        assert driver.offered_points()

    def test_a_declined_one_counts_no_more_so_a_mistyped_amount_costs_nothing(
        self, driver: Driver, cap: Callable[..., None]
    ) -> None:
        cap(POINTS_DAY_MOST_JPY=5_000)
        mistyped = driver.offered_points(5_000)
        for _ in range(3):
            driver.decline_points(mistyped)
        driver.offered_points(500)
        driver.offered_points(4_500)
        with refused("AWARD_LIMIT"):
            driver.offered_points(1)

    def test_a_lapsed_one_and_one_taken_back_go_on_counting(self, driver: Driver, cap: Callable[..., None]) -> None:
        cap(POINTS_DAY_MOST_JPY=5_000)
        driver.freeze(datetime(2030, 1, 1, 3, tzinfo=UTC))
        driver.offered_points(2_000)
        driver.reverse_points(driver.earn(3_000)["awardId"])
        driver.advance(3_600)
        with refused("AWARD_LIMIT"):
            driver.offered_points(1)

    def test_a_count_knows_when_it_can_go(self, driver: Driver) -> None:
        now = driver.freeze(datetime(2030, 1, 1, 3, tzinfo=UTC))
        driver.decline_points(driver.offered_points(700))
        driver.offered_points(500)
        of_store = {"amount": 500, "expireAt": now + timedelta(days=3)}
        assert driver.document("award_counts/store-1.2030-01-01") == of_store
        assert driver.document(f"award_counts/store-1.2030-01-01.{CUSTOMER}") == {"awards": 1, **of_store}


class TestAStoresDay:
    """It refuses nothing: only its owner knows what a store sells."""

    def test_a_person_is_told_of_a_store_that_offers_more_than_it_may_sell(
        self, driver: Driver, cap: Callable[..., None], capfd: pytest.CaptureFixture[str]
    ) -> None:
        cap(POINTS_STORE_DAY_JPY=5_000)
        lines = []
        for number, amount in enumerate((3_000, 1_999, 1, 4_999, 12_001)):
            driver.offered_points(amount, f"customer-{number}")
            lines += [(number, line["limit"], line["most"], line["store"]) for line in told(capfd)]
        assert lines == [(number, "POINTS_STORE_DAY_JPY", 5_000, "store-1") for number in (2, 4)]

    def test_ten_friends_at_once_are_told_of_by_default(
        self, driver: Driver, capfd: pytest.CaptureFixture[str]
    ) -> None:
        """Each of them finds nothing offered yet when it reads; the commits say what it came to."""
        readings = [driver.scanned(f"friend-{number}") for number in range(10)]
        assert len(successes(at_once([partial(driver.offer_points, nonce, LARGEST) for nonce in readings]))) == 10
        assert len(told(capfd)) == 3

    def test_its_customers_do_not_wait_for_each_other(self, driver: Driver) -> None:
        readings = [driver.scanned(f"customer-{number}") for number in range(20)]
        answers = at_once([partial(driver.offer_points, nonce, 500) for nonce in readings])
        assert [answer for answer in answers if isinstance(answer, CallableError)] == []
        assert 10_000 in [counted["amount"] for counted in driver._all("award_counts")]
