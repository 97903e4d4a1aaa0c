"""Spending points and taking entries back: a reading pays once, an entry is reversed once, a balance covers it all."""

from __future__ import annotations

import json
from typing import Any

import pytest
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common.callable import utc_text
from common.errors import CallReason
from devkit.process import ROOT
from points.reasons import PointsReason
from qr.reasons import QrReason
from tests.integration.counter import CUSTOMER, REASON, Counter
from tests.integration.shop import Shop, refused


def available(shop: Shop, uid: str = CUSTOMER) -> Any:
    return shop.document(f"users/{uid}").get("availablePoints")


def usage_id(nonce: str, uid: str = CUSTOMER) -> str:
    return f"{nonce}_{uid}"


class TestSpending:
    def test_a_payment_stands_in_the_ledger_and_in_both_histories(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        shop.db.document(f"users/{CUSTOMER}").set({"display_name": "花子"}, merge=True)
        nonce = counter.ready_to_pay()
        answer = counter.pay(nonce, 30)
        id_ = usage_id(nonce)
        assert utc_text(shop.document(f"transactions/{id_}")["createdAt"]) == answer.pop("usedAt")
        assert answer == {
            "ok": True,
            "usageId": id_,
            "storeId": "store-1",
            "pointsUsed": 30,
            "equivalentAmount": 30,
            "availablePoints": 70,
            "status": "completed",
        }
        mine, theirs = shop.document(f"user_point_usage/{id_}"), shop.document(f"store_point_usage/{id_}")
        assert mine.pop("usedAt") == theirs.pop("usedAt") == shop.document(f"transactions/{id_}")["createdAt"]
        usage = {"usageId": id_, "userId": CUSTOMER, "storeId": "store-1", "pointsUsed": 30, "status": "completed"}
        assert mine == {**usage, "storeName": "喫茶 切符"}
        assert theirs == {**usage, "userName": "花子", "equivalentAmount": 30}
        entry = shop.document(f"transactions/{id_}")
        assert (entry["type"], entry["points"], entry["delta"], entry["earned"]) == ("redeem", 30, -30, 0)
        assert shop.document(f"users/{CUSTOMER}")["totalPoints"] == 100
        shop.agrees()

    def test_a_repeated_call_gives_the_stored_answer_and_takes_nothing(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay()
        first = counter.pay(nonce, 30)
        counter.earn(500)
        shop.travel.advance(86_400)
        before = shop.everything()
        assert counter.pay(nonce, 30) == first
        assert shop.everything() == before

    @pytest.mark.parametrize(("points", "store"), [(31, "store-1"), (30, "store-2")], ids=["points", "store"])
    def test_the_same_reading_with_other_content_is_refused(
        self, shop: Shop, counter: Counter, points: int, store: str
    ) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay()
        counter.pay(nonce, 30)
        before = shop.everything()
        with refused(QrReason.IDEMPOTENCY_MISMATCH):
            counter.pay(nonce, points, store=store)
        assert shop.everything() == before

    def test_more_than_the_balance_is_refused_and_the_reading_stays_good(self, shop: Shop, counter: Counter) -> None:
        counter.earn(1_000)
        nonce = counter.ready_to_pay()
        before = shop.everything()
        with refused(PointsReason.POINTS_INSUFFICIENT) as caught:
            counter.pay(nonce, 11)
        assert caught.value.details["availablePoints"] == 10
        assert shop.everything() == before
        assert counter.pay(nonce, 10)["availablePoints"] == 0
        shop.agrees()

    def test_a_customer_without_points_pays_nothing(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.ready_to_pay()
        with refused(PointsReason.POINTS_INSUFFICIENT):
            counter.pay(nonce, 1)
        assert shop.document(f"users/{CUSTOMER}") == {}

    def test_another_stores_code_does_not_pay_here(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay(store="store-2")
        before = shop.everything()
        with refused(QrReason.IDEMPOTENCY_MISMATCH):
            counter.pay(nonce, 30, store="store-1")
        assert shop.everything() == before

    def test_a_code_the_customer_did_not_read_does_not_pay(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        read_by_another = counter.ready_to_pay("somebody-else")
        own_code = counter.visit()
        before = shop.everything()
        for nonce in (read_by_another, own_code, "A" * 22):
            with refused(QrReason.QR_NOT_VERIFIED):
                counter.pay(nonce, 30)
        assert shop.everything() == before

    @pytest.mark.parametrize("late", [-1, 0, 1])
    def test_a_reading_pays_for_ten_minutes(self, shop: Shop, counter: Counter, late: int) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay()
        shop.seconds_after(shop.document(f"qr_usage_history/{usage_id(nonce)}")["timestamp"], 600 + late)
        if late < 0:
            assert counter.pay(nonce, 30)["availablePoints"] == 70
        else:
            with refused(QrReason.QR_EXPIRED):
                counter.pay(nonce, 30)
            assert available(shop) == 100

    def test_any_other_number_of_points_is_refused(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay()
        for points in (0, -1, 1_000_001, 1.5, "1", True, None):
            with refused(CallReason.INVALID_ARGUMENT):
                counter.pay(nonce, points)
        assert available(shop) == 100

    def test_one_code_on_the_counter_serves_many_customers(self, shop: Shop, counter: Counter) -> None:
        for uid in ("one", "other"):
            counter.earn(10_000, uid)
        token = counter.show_store()
        for uid in ("one", "other"):
            counter.pay(counter.read(token, uid), 30, uid)
        assert (available(shop, "one"), available(shop, "other")) == (70, 70)
        shop.agrees()

    def test_a_profile_name_that_is_no_text_is_not_shown_to_the_store(self, shop: Shop, counter: Counter) -> None:
        """The profile is the customer's to write, and the store's app expects a text."""
        counter.earn(10_000)
        names: list[object] = [{"nested": "map"}, 7, "", None]
        for name in names:
            shop.db.document(f"users/{CUSTOMER}").set({"display_name": name, "displayName": "花" * 500}, merge=True)
            nonce = counter.ready_to_pay()
            counter.pay(nonce, 1)
            assert shop.document(f"store_point_usage/{usage_id(nonce)}")["userName"] == "花" * 100


class TestHistories:
    @pytest.mark.parametrize(
        ("collection", "field", "whose"),
        [("user_point_usage", "userId", CUSTOMER), ("store_point_usage", "storeId", "store-1")],
    )
    def test_it_lists_the_newest_first(
        self, shop: Shop, counter: Counter, collection: str, field: str, whose: str
    ) -> None:
        counter.earn(10_000)
        for points in (1, 2, 3):
            counter.pay(counter.ready_to_pay(), points)
            shop.travel.advance(30)
        counter.earn(1_000, "other", "store-2")
        counter.pay(counter.ready_to_pay("other", "store-2"), 4, "other", "store-2")
        query = shop.db.collection(collection).where(filter=FieldFilter(field, "==", whose))
        newest = query.order_by("usedAt", direction=firestore.Query.DESCENDING).stream()
        assert [(found.to_dict() or {})["pointsUsed"] for found in newest] == [3, 2, 1]

    @pytest.mark.parametrize(
        ("collection", "field"), [("user_point_usage", "userId"), ("store_point_usage", "storeId")]
    )
    def test_the_list_has_its_index(self, collection: str, field: str) -> None:
        indexes = json.loads((ROOT / "firestore.indexes.json").read_text(encoding="utf-8"))["indexes"]
        fields = [{"fieldPath": field, "order": "ASCENDING"}, {"fieldPath": "usedAt", "order": "DESCENDING"}]
        assert {"collectionGroup": collection, "queryScope": "COLLECTION", "fields": fields} in indexes


class TestReversing:
    def test_an_award_is_taken_back_with_an_entry_of_its_own(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        answer = counter.reverse(award)
        assert answer == {
            "ok": True,
            "transactionId": f"reversal.{award}",
            "userId": CUSTOMER,
            "delta": -12,
            "availablePoints": 0,
        }
        entry = shop.document(f"transactions/reversal.{award}")
        assert (entry["reverses"], entry["reversedBy"], entry["reason"]) == (award, "admin", REASON)
        assert (entry["type"], entry["points"], entry["delta"], entry["earned"]) == ("reversal", 12, -12, -12)
        assert shop.document(f"users/{CUSTOMER}")["totalPoints"] == 0
        assert shop.document(f"stamps/store-1.{CUSTOMER}")["count"] == 1
        assert shop.document(f"users/{CUSTOMER}/badges/first_visit") != {}
        assert shop.document(f"point_awards/{award}")["reversedAt"] == entry["createdAt"]
        shop.agrees()

    def test_a_payment_is_given_back_and_both_histories_say_so(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        paid = counter.pay(counter.ready_to_pay(), 30)["usageId"]
        assert counter.reverse(paid)["delta"] == 30
        assert (available(shop), shop.document(f"users/{CUSTOMER}")["totalPoints"]) == (100, 100)
        for history in ("user_point_usage", "store_point_usage"):
            assert shop.document(f"{history}/{paid}")["status"] == "reversed"
        shop.agrees()

    def test_a_payment_that_was_given_back_does_not_look_paid(self, shop: Shop, counter: Counter) -> None:
        counter.earn(10_000)
        nonce = counter.ready_to_pay()
        paid = counter.pay(nonce, 30)
        counter.reverse(paid["usageId"])
        before = shop.everything()
        assert counter.pay(nonce, 30) == {**paid, "status": "reversed"}
        assert shop.everything() == before

    def test_it_happens_once_and_is_answered_the_same_again(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        first = counter.reverse(award)
        counter.earn(500)
        before = shop.everything()
        assert counter.reverse(award) == first
        with refused(QrReason.IDEMPOTENCY_MISMATCH):
            counter.reverse(award, "another reason")
        assert shop.everything() == before

    def test_what_is_spent_already_cannot_be_taken_back(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        paid = counter.pay(counter.ready_to_pay(), 1)["usageId"]
        before = shop.everything()
        with refused(PointsReason.POINTS_INSUFFICIENT) as caught:
            counter.reverse(award)
        assert caught.value.details["availablePoints"] == 11
        assert shop.everything() == before
        counter.reverse(paid)
        assert counter.reverse(award)["availablePoints"] == 0
        shop.agrees()

    def test_only_an_administrator_may(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        for claims in ({"admin": False}, {"admin": "true"}, {"role": "admin"}):
            with refused(CallReason.PERMISSION_DENIED):
                counter.reverse(award, **claims)
        assert available(shop) == 12

    def test_a_reversal_is_final(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        back = counter.reverse(award)["transactionId"]
        with refused(PointsReason.TRANSACTION_NOT_REVERSIBLE):
            counter.reverse(back)
        assert shop.count("transactions") == 2

    def test_an_unknown_entry_is_said_to_be_unknown(self, counter: Counter) -> None:
        offered = counter.offered()
        for id_ in (offered, "nothing", f"reversal.{offered}"):
            with refused(PointsReason.TRANSACTION_NOT_FOUND):
                counter.reverse(id_)

    def test_an_award_of_no_points_can_be_taken_back_too(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(99)["awardId"]
        assert counter.reverse(award) == counter.reverse(award)
        assert (available(shop), shop.count("transactions")) == (0, 2)
        shop.agrees()

    def test_a_reversal_does_not_stand_in_the_way_of_a_customer_whose_id_is_like_its_own(
        self, shop: Shop, counter: Counter
    ) -> None:
        token = counter.show_store()
        for uid in ("bob", "bob.reversal"):
            counter.earn(10_000, uid)
        paid = counter.pay(counter.read(token, "bob"), 30, "bob")["usageId"]
        counter.reverse(paid)
        counter.pay(counter.read(token, "bob.reversal"), 30, "bob.reversal")
        assert (available(shop, "bob"), available(shop, "bob.reversal")) == (100, 70)
        shop.agrees()
