"""awardPoints and declinePointAward: an award is accepted or declined once, and lapses after ten minutes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from google.cloud import firestore

from common import clock, documents
from common.documents import Doc
from devkit.client import CallableError
from tests.support.calls import refused
from tests.support.driver import Driver
from tests.support.points import CUSTOMER

AMOUNTS = {1: 0, 99: 0, 100: 1, 199: 1, 200: 2, 999_999: 9_999, 1_000_000: 10_000}
"""JPY, and the points for them."""


def award_of(driver: Driver, award: str) -> dict[str, Any]:
    return driver.document(f"point_awards/{award}")


class TestEarning:
    def test_one_call_answers_with_points_totals_stamp_and_badges(self, driver: Driver) -> None:
        driver.earn(50_099)
        award = driver.offered_points(1_299)
        answer = driver.accept_points(award)
        assert answer == {
            "ok": True,
            "awardId": award,
            "points": 12,
            "previousTotalPoints": 500,
            "newTotalPoints": 512,
            "availablePoints": 512,
            "stamp": {"storeId": "store-1", "storeName": "喫茶 切符", "count": 2},
            "badges": [],
            "status": "accepted",
        }
        assert driver.balance() == (512, 512)
        driver.agrees()

    def test_the_first_visit_wins_its_badge(self, driver: Driver) -> None:
        answer = driver.earn(1_200)
        assert (answer["previousTotalPoints"], answer["newTotalPoints"], answer["stamp"]["count"]) == (0, 12, 1)
        (badge,) = answer["badges"]
        assert badge["type"] == "first_visit"
        kept = driver.document(f"users/{CUSTOMER}/badges/first_visit")
        assert {name: kept[name] for name in badge} == badge
        assert kept["awardedAt"] is not None

    def test_an_entry_says_what_was_earned_and_the_balance_after_it(self, driver: Driver) -> None:
        award = driver.earn(1_200)["awardId"]
        entry = driver.document(f"transactions/{award}")
        assert entry.pop("createdAt") == award_of(driver, award)["answeredAt"]
        assert entry == {
            "userId": CUSTOMER,
            "storeId": "store-1",
            "storeName": "喫茶 切符",
            "type": "earn",
            "points": 12,
            "delta": 12,
            "earned": 12,
            "amount": 1200,
            "nonce": award.partition(".")[2],
            "balanceAfter": 12,
            "totalAfter": 12,
        }

    def test_a_repeated_call_gives_the_stored_answer_and_adds_nothing(self, driver: Driver) -> None:
        award = driver.offered_points(1_200)
        first = driver.accept_points(award)
        driver.earn(700)
        before = driver.everything()
        assert driver.accept_points(award) == first
        assert driver.everything() == before
        assert driver.balance() == (19, 19)

    def test_a_store_learns_no_balance_from_its_award(self, driver: Driver) -> None:
        award = driver.earn(1_200)["awardId"]
        assert set(award_of(driver, award)) == {
            *("userId", "storeId", "storeName", "nonce", "amount", "points", "status", "requestedBy"),
            *("createdAt", "expiresAt", "expireAt", "answeredAt", "stampCount"),
        }

    def test_an_app_that_comes_back_days_later_still_gets_its_answer(self, driver: Driver) -> None:
        award = driver.offered_points(1_200)
        first = driver.accept_points(award)
        driver.advance(5 * 86_400)
        assert driver.accept_points(award) == first

    def test_the_rest_of_the_profile_is_left_alone(self, driver: Driver) -> None:
        driver.db.document(f"users/{CUSTOMER}").set({"display_name": "花子", "pending_ticket_ids": []})
        driver.earn(1_200)
        assert driver.user(CUSTOMER) == {
            "display_name": "花子",
            "pending_ticket_ids": [],
            "availablePoints": 12,
            "totalPoints": 12,
            "visitedStores": 1,
        }

    def test_a_point_is_given_for_each_full_100_yen(self, driver: Driver) -> None:
        given = {amount: driver.earn(amount, f"paid-{amount}")["points"] for amount in AMOUNTS}
        assert given == AMOUNTS
        assert {amount: driver.balance(f"paid-{amount}") for amount in AMOUNTS} == {
            amount: (points, points) for amount, points in AMOUNTS.items()
        }
        driver.agrees()

    def test_flutters_integers_are_integers(self, driver: Driver) -> None:
        """The phones' SDKs send every ``int`` of Dart so."""

        def typed(number: int) -> dict[str, str]:
            return {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": str(number)}

        assert driver.accept_points(driver.offer_points(driver.scanned(), typed(1_299))["awardId"])["points"] == 12
        assert driver.use_points(driver.store_read(), typed(5))["availablePoints"] == 7
        bought = driver.purchase(amount=typed(5_000))
        assert bought["amount"] == 5_000
        driver.agrees()

    def test_any_other_amount_is_refused_and_nothing_is_written(self, driver: Driver) -> None:
        nonce = driver.scanned()
        before = driver.everything()
        for amount in (0, -100, 1_000_001, 2**63, 100.5, "100", True, None):
            with refused("INVALID_ARGUMENT"):
                driver.offer_points(nonce, amount)
        assert driver.everything() == before


class TestAnswering:
    def test_a_declined_award_gives_nothing_and_stays_declined(self, driver: Driver) -> None:
        award = driver.offered_points()
        answer = driver.decline_points(award)
        assert answer["status"] == "declined"
        before = driver.everything()
        assert driver.decline_points(award) == answer
        with refused("AWARD_DECLINED"):
            driver.accept_points(award)
        assert driver.everything() == before
        assert (driver.balance(), driver.count("transactions"), driver.count("stamps")) == ((None, None), 0, 0)
        driver.agrees()

    def test_an_accepted_award_cannot_be_declined(self, driver: Driver) -> None:
        award = driver.offered_points()
        driver.accept_points(award)
        before = driver.everything()
        with refused("AWARD_ACCEPTED"):
            driver.decline_points(award)
        assert driver.everything() == before

    @pytest.mark.parametrize("answer", [Driver.accept_points, Driver.decline_points], ids=["accept", "decline"])
    @pytest.mark.parametrize("late", [-1, 0, 1])
    def test_an_award_lapses_after_ten_minutes(self, driver: Driver, answer: Any, late: int) -> None:
        award = driver.offered_points()
        driver.freeze(award_of(driver, award)["expiresAt"], late)
        if late < 0:
            answer(driver, award)
            assert award_of(driver, award)["status"] in ("accepted", "declined")
        else:
            before = driver.everything()
            with refused("AWARD_EXPIRED"):
                answer(driver, award)
            assert driver.everything() == before
        driver.agrees()

    @pytest.mark.parametrize("answer", [Driver.accept_points, Driver.decline_points], ids=["accept", "decline"])
    def test_a_clock_an_hour_behind_does_not_answer_before_the_offer(
        self, driver: Driver, monkeypatch: pytest.MonkeyPatch, answer: Any
    ) -> None:
        award = driver.offered_points(1_200)
        offered = award_of(driver, award)
        monkeypatch.setattr(clock, "_source", lambda: offered["createdAt"] - timedelta(hours=1))
        first = answer(driver, award)
        answered = award_of(driver, award)
        assert answered["createdAt"] == answered["answeredAt"] == offered["createdAt"]
        assert answer(driver, award) == first
        driver.agrees()

    def test_anothers_award_is_answered_exactly_as_an_unknown_one(self, driver: Driver) -> None:
        lapsed = driver.offered_points()
        driver.advance(600)
        pending, accepted, declined = driver.offered_points(), driver.offered_points(), driver.offered_points()
        driver.accept_points(accepted)
        driver.decline_points(declined)
        before = driver.everything()
        told = []
        for id_ in (lapsed, pending, accepted, declined, f"store-1.{'A' * 22}"):
            for answer in (driver.accept_points, driver.decline_points):
                with pytest.raises(CallableError) as caught:
                    answer(id_, "somebody-else")
                told.append((caught.value.http, caught.value.status, caught.value.message, caught.value.details))
        assert told[0][3] == {"reason": "AWARD_NOT_FOUND"}
        assert told == [told[0]] * 10
        assert driver.everything() == before

    @pytest.mark.parametrize("id_", ["nonsense", ".x", "-", "__a.x", f"__a.{'A' * 22}", f"store-1.{'A' * 23}"])
    def test_what_is_no_award_id_is_refused_before_anything_is_read(self, driver: Driver, id_: str) -> None:
        for answer in (driver.accept_points, driver.decline_points):
            with refused("INVALID_ARGUMENT"):
                answer(id_, "b__")

    def test_who_offered_it_cannot_accept_it(self, driver: Driver) -> None:
        award = driver.offered_points()
        with refused("AWARD_NOT_FOUND"):
            driver.accept_points(award, "staff-1")


def test_a_repetition_that_read_the_badges_before_the_commit_and_the_award_after_it_answers_the_same(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    award = driver.offered_points(700)
    answer, read, early = driver.accept_points(award), documents.read, [True]
    assert answer["badges"] != []

    def read_apart(*refs: firestore.DocumentReference, fields: Sequence[str] | None = None) -> list[Doc]:
        found = read(*refs, fields=fields)
        before = early.pop() if early else False
        return [Doc(doc.ref, None) if before and "badges" in doc.ref.path else doc for doc in found]

    monkeypatch.setattr(documents, "read", read_apart)
    assert driver.accept_points(award) == answer
