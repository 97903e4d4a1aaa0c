"""usePoints: a reading of a store's code pays once, and no more than the balance."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock
from common.messages import utc_text
from devkit.process import ROOT
from tests.support.calls import refused
from tests.support.driver import Driver
from tests.support.points import CUSTOMER


def usage_id(nonce: str, uid: str = CUSTOMER) -> str:
    return f"{nonce}_{uid}"


class TestSpending:
    def test_a_payment_stands_in_the_ledger_and_in_both_histories(self, driver: Driver) -> None:
        driver.earn(10_000)
        driver.db.document(f"users/{CUSTOMER}").set({"display_name": "花子"}, merge=True)
        nonce = driver.store_read()
        answer = driver.use_points(nonce, 30)
        id_ = usage_id(nonce)
        assert utc_text(driver.document(f"transactions/{id_}")["createdAt"]) == answer.pop("usedAt")
        assert answer == {
            "ok": True,
            "usageId": id_,
            "storeId": "store-1",
            "pointsUsed": 30,
            "equivalentAmount": 30,
            "availablePoints": 70,
            "status": "completed",
        }
        mine, theirs = driver.document(f"user_point_usage/{id_}"), driver.document(f"store_point_usage/{id_}")
        assert mine.pop("usedAt") == theirs.pop("usedAt") == driver.document(f"transactions/{id_}")["createdAt"]
        usage = {"usageId": id_, "userId": CUSTOMER, "storeId": "store-1", "pointsUsed": 30, "status": "completed"}
        assert mine == {**usage, "storeName": "喫茶 切符"}
        assert theirs == {**usage, "userName": "花子", "equivalentAmount": 30}
        entry = driver.document(f"transactions/{id_}")
        assert (entry["type"], entry["points"], entry["delta"], entry["earned"]) == ("redeem", 30, -30, 0)
        assert driver.user(CUSTOMER)["totalPoints"] == 100
        driver.agrees()

    def test_a_repeated_call_gives_the_stored_answer_and_takes_nothing(self, driver: Driver) -> None:
        driver.earn(10_000)
        nonce = driver.store_read()
        first = driver.use_points(nonce, 30)
        driver.earn(500)
        driver.advance(86_400)
        before = driver.everything()
        assert driver.use_points(nonce, 30) == first
        assert driver.everything() == before

    @pytest.mark.parametrize(("points", "store"), [(31, "store-1"), (30, "store-2")], ids=["points", "store"])
    def test_the_same_reading_with_other_content_is_refused(self, driver: Driver, points: int, store: str) -> None:
        driver.earn(10_000)
        nonce = driver.store_read()
        driver.use_points(nonce, 30)
        before = driver.everything()
        with refused("IDEMPOTENCY_MISMATCH"):
            driver.use_points(nonce, points, store=store)
        assert driver.everything() == before

    def test_more_than_the_balance_is_refused_and_the_reading_stays_good(self, driver: Driver) -> None:
        driver.earn(1_000)
        nonce = driver.store_read()
        before = driver.everything()
        with refused("POINTS_INSUFFICIENT") as caught:
            driver.use_points(nonce, 11)
        assert caught.value.details["availablePoints"] == 10
        assert driver.everything() == before
        assert driver.use_points(nonce, 10)["availablePoints"] == 0
        driver.agrees()

    def test_a_customer_without_points_pays_nothing(self, driver: Driver) -> None:
        nonce = driver.store_read()
        with refused("POINTS_INSUFFICIENT"):
            driver.use_points(nonce, 1)
        assert driver.user(CUSTOMER) == {}

    def test_another_stores_code_does_not_pay_here(self, driver: Driver) -> None:
        driver.earn(10_000)
        nonce = driver.store_read(store="store-2")
        before = driver.everything()
        with refused("IDEMPOTENCY_MISMATCH"):
            driver.use_points(nonce, 30, store="store-1")
        assert driver.everything() == before

    def test_a_code_the_customer_did_not_read_does_not_pay(self, driver: Driver) -> None:
        driver.earn(10_000)
        read_by_another = driver.store_read("somebody-else")
        own_code = driver.scanned()
        before = driver.everything()
        for nonce in (read_by_another, own_code, "A" * 22):
            with refused("QR_NOT_VERIFIED"):
                driver.use_points(nonce, 30)
        assert driver.everything() == before

    @pytest.mark.parametrize("late", [-1, 0, 1])
    def test_a_reading_pays_for_ten_minutes(self, driver: Driver, late: int) -> None:
        driver.earn(10_000)
        nonce = driver.store_read()
        driver.freeze(driver.document(f"qr_usage_history/{usage_id(nonce)}")["timestamp"], 600 + late)
        if late < 0:
            assert driver.use_points(nonce, 30)["availablePoints"] == 70
        else:
            with refused("QR_EXPIRED"):
                driver.use_points(nonce, 30)
            assert driver.available_points() == 100

    def test_a_clock_an_hour_behind_pays_once_as_ever(self, driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
        driver.earn(10_000)
        nonce, behind = driver.store_read(), driver.now() - timedelta(hours=1)
        monkeypatch.setattr(clock, "_source", lambda: behind)
        paid = driver.use_points(nonce, 30)
        assert (paid["availablePoints"], paid["usedAt"]) == (70, utc_text(behind))
        assert driver.use_points(nonce, 30) == paid
        driver.agrees()

    def test_any_other_number_of_points_is_refused(self, driver: Driver) -> None:
        driver.earn(10_000)
        nonce = driver.store_read()
        for points in (0, -1, 1_000_001, 1.5, "1", True, None):
            with refused("INVALID_ARGUMENT"):
                driver.use_points(nonce, points)
        assert driver.available_points() == 100

    def test_one_code_on_the_counter_serves_many_customers(self, driver: Driver) -> None:
        for uid in ("one", "other"):
            driver.earn(10_000, uid)
        token = driver.show_store_code()
        for uid in ("one", "other"):
            driver.use_points(driver.read_store_code(token, uid), 30, uid)
        assert (driver.available_points("one"), driver.available_points("other")) == (70, 70)
        driver.agrees()

    def test_a_profile_name_that_is_no_text_is_not_shown_to_the_store(self, driver: Driver) -> None:
        """The profile is the customer's to write, and the store's app expects a text."""
        driver.earn(10_000)
        names: list[object] = [{"nested": "map"}, 7, "", None]
        for name in names:
            driver.db.document(f"users/{CUSTOMER}").set({"display_name": name, "displayName": "花" * 500}, merge=True)
            nonce = driver.store_read()
            driver.use_points(nonce, 1)
            assert driver.document(f"store_point_usage/{usage_id(nonce)}")["userName"] == "花" * 100


class TestHistories:
    @pytest.mark.parametrize(
        ("collection", "field", "whose"),
        [("user_point_usage", "userId", CUSTOMER), ("store_point_usage", "storeId", "store-1")],
    )
    def test_it_lists_the_newest_first(self, driver: Driver, collection: str, field: str, whose: str) -> None:
        driver.earn(10_000)
        for points in (1, 2, 3):
            driver.use_points(driver.store_read(), points)
            driver.advance(30)
        driver.earn(1_000, "other", "store-2")
        driver.use_points(driver.store_read("other", "store-2"), 4, "other", "store-2")
        query = driver.db.collection(collection).where(filter=FieldFilter(field, "==", whose))
        newest = query.order_by("usedAt", direction=firestore.Query.DESCENDING).stream()
        assert [(found.to_dict() or {})["pointsUsed"] for found in newest] == [3, 2, 1]

    @pytest.mark.parametrize(
        ("collection", "field"), [("user_point_usage", "userId"), ("store_point_usage", "storeId")]
    )
    def test_the_list_has_its_index(self, collection: str, field: str) -> None:
        indexes = json.loads((ROOT / "firestore.indexes.json").read_text(encoding="utf-8"))["indexes"]
        fields = [{"fieldPath": field, "order": "ASCENDING"}, {"fieldPath": "usedAt", "order": "DESCENDING"}]
        assert {"collectionGroup": collection, "queryScope": "COLLECTION", "fields": fields} in indexes
