"""Earning points: an award is offered for a reading, accepted or declined once, and lapses after ten minutes."""

from __future__ import annotations

from typing import Any

import pytest

from common.errors import CallReason, Reason
from devkit.client import CallableError
from points.reasons import PointsReason
from qr.reasons import QrReason
from tests.integration.counter import CUSTOMER, Counter, open_stores, staff_of
from tests.integration.shop import Shop, refused

AMOUNTS = {1: 0, 99: 0, 100: 1, 199: 1, 200: 2, 999_999: 9_999, 1_000_000: 10_000}
"""JPY, and the points for them."""


def balance(shop: Shop, uid: str = CUSTOMER) -> tuple[Any, Any]:
    """A customer's available and total points, as the app shows them."""
    user = shop.document(f"users/{uid}")
    return user.get("availablePoints"), user.get("totalPoints")


def award_of(shop: Shop, award: str) -> dict[str, Any]:
    return shop.document(f"point_awards/{award}")


class TestEarning:
    def test_one_call_answers_with_points_totals_stamp_and_badges(self, shop: Shop, counter: Counter) -> None:
        counter.earn(50_099)
        award = counter.offered(1_299)
        answer = counter.accept(award)
        assert answer == {
            "ok": True,
            "awardId": award,
            "points": 12,
            "previousTotalPoints": 500,
            "newTotalPoints": 512,
            "availablePoints": 512,
            "stamp": {"storeId": "store-1", "storeName": "喫茶 切符", "count": 2},
            "badges": [],
        }
        assert balance(shop) == (512, 512)
        shop.agrees()

    def test_the_first_visit_wins_its_badge(self, shop: Shop, counter: Counter) -> None:
        answer = counter.earn(1_200)
        assert (answer["previousTotalPoints"], answer["newTotalPoints"], answer["stamp"]["count"]) == (0, 12, 1)
        (badge,) = answer["badges"]
        assert badge["type"] == "first_visit"
        kept = shop.document(f"users/{CUSTOMER}/badges/first_visit")
        assert {name: kept[name] for name in badge} == badge
        assert kept["awardedAt"] is not None

    def test_an_entry_says_what_was_earned_and_the_balance_after_it(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        entry = shop.document(f"transactions/{award}")
        assert entry.pop("createdAt") == award_of(shop, award)["answeredAt"]
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

    def test_a_repeated_call_gives_the_stored_answer_and_adds_nothing(self, shop: Shop, counter: Counter) -> None:
        award = counter.offered(1_200)
        first = counter.accept(award)
        counter.earn(700)
        before = shop.everything()
        assert counter.accept(award) == first
        assert shop.everything() == before
        assert balance(shop) == (19, 19)

    def test_a_store_learns_no_balance_from_its_award(self, shop: Shop, counter: Counter) -> None:
        award = counter.earn(1_200)["awardId"]
        assert set(award_of(shop, award)) == {
            *("userId", "storeId", "storeName", "nonce", "amount", "points", "status", "requestedBy"),
            *("createdAt", "expiresAt", "expireAt", "answeredAt", "stampCount"),
        }

    def test_an_app_that_comes_back_days_later_still_gets_its_answer(self, shop: Shop, counter: Counter) -> None:
        award = counter.offered(1_200)
        first = counter.accept(award)
        shop.travel.advance(5 * 86_400)
        assert counter.accept(award) == first

    def test_the_rest_of_the_profile_is_left_alone(self, shop: Shop, counter: Counter) -> None:
        shop.db.document(f"users/{CUSTOMER}").set({"display_name": "花子", "pending_ticket_ids": []})
        counter.earn(1_200)
        assert shop.document(f"users/{CUSTOMER}") == {
            "display_name": "花子",
            "pending_ticket_ids": [],
            "availablePoints": 12,
            "totalPoints": 12,
            "visitedStores": 1,
        }

    def test_a_point_is_given_for_each_full_100_yen(self, shop: Shop, counter: Counter) -> None:
        given = {amount: counter.earn(amount, f"paid-{amount}")["points"] for amount in AMOUNTS}
        assert given == AMOUNTS
        assert {amount: balance(shop, f"paid-{amount}") for amount in AMOUNTS} == {
            amount: (points, points) for amount, points in AMOUNTS.items()
        }
        shop.agrees()

    def test_flutters_integers_are_integers(self, shop: Shop, counter: Counter) -> None:
        """The phones' SDKs send every ``int`` of Dart so."""

        def typed(number: int) -> dict[str, str]:
            return {"@type": "type.googleapis.com/google.protobuf.Int64Value", "value": str(number)}

        assert counter.accept(counter.offer(counter.visit(), typed(1_299))["awardId"])["points"] == 12
        assert counter.pay(counter.ready_to_pay(), typed(5))["availablePoints"] == 7
        bought = shop.purchase(amount=typed(5_000))
        assert bought["amount"] == 5_000
        shop.agrees()

    def test_any_other_amount_is_refused_and_nothing_is_written(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        before = shop.everything()
        for amount in (0, -100, 1_000_001, 2**63, 100.5, "100", True, None):
            with refused(CallReason.INVALID_ARGUMENT):
                counter.offer(nonce, amount)
        assert shop.everything() == before


class TestOffering:
    def test_the_customer_is_asked_and_notified_once(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        answer = counter.offer(nonce, 1_250)
        award = award_of(shop, answer["awardId"])
        assert answer == {
            "ok": True,
            "awardId": f"store-1.{nonce}",
            "storeId": "store-1",
            "storeName": "喫茶 切符",
            "userId": CUSTOMER,
            "amount": 1250,
            "points": 12,
            "status": "pending",
            "expiresAt": answer["expiresAt"],
        }
        assert (award["expiresAt"] - award["createdAt"]).total_seconds() == 600
        assert counter.offer(nonce, 1_250) == answer
        assert shop.count("ff_user_push_notifications") == shop.count("point_awards") == 1
        push = shop.document(f"ff_user_push_notifications/{answer['awardId']}")
        assert push["user_refs"] == f"users/{CUSTOMER}"
        assert "1250" not in str(push["notification_text"])
        assert balance(shop) == (None, None)

    def test_the_same_reading_with_another_amount_is_refused(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        award = counter.offer(nonce, 1_200)["awardId"]
        for _ in ("pending", "accepted"):
            before = shop.everything()
            with refused(QrReason.IDEMPOTENCY_MISMATCH):
                counter.offer(nonce, 1_300)
            assert shop.everything() == before
            counter.accept(award)

    def test_a_reading_is_good_for_one_award(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        award = counter.offer(nonce, 1_200)["awardId"]
        counter.accept(award)
        again = counter.offer(nonce, 1_200)
        assert (again["awardId"], again["status"]) == (award, "accepted")
        counter.accept(award)
        assert (shop.count("point_awards"), shop.count("transactions"), balance(shop)) == (1, 1, (12, 12))

    def test_only_the_stores_own_staff_may_offer(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        before = shop.everything()
        for uid in ("staff-2", CUSTOMER, "passer-by"):
            with refused(CallReason.PERMISSION_DENIED):
                counter.offer(nonce, uid=uid)
        assert shop.everything() == before

    def test_nobody_offers_points_to_themselves_by_way_of_a_colleague(self, shop: Shop, counter: Counter) -> None:
        shop.db.document("store_staff/store-1").set({"uids": ["staff-1", CUSTOMER]})
        nonce = counter.visit()
        before = shop.everything()
        with refused(QrReason.QR_OWN):
            counter.offer(nonce, uid=CUSTOMER)
        assert shop.everything() == before
        assert counter.offer(nonce)["status"] == "pending"

    def test_another_stores_reading_is_of_no_use(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit(store="store-1")
        before = shop.everything()
        with refused(QrReason.QR_ALREADY_USED):
            counter.offer(nonce, store="store-2")
        assert shop.everything() == before

    def test_a_code_nobody_read_is_of_no_use(self, shop: Shop, counter: Counter) -> None:
        with refused(QrReason.QR_NOT_VERIFIED):
            counter.offer("A" * 22)
        assert shop.count("point_awards") == 0

    def test_a_reading_of_a_stores_code_earns_nothing(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.ready_to_pay(CUSTOMER, "store-1")
        with refused(QrReason.QR_NOT_VERIFIED):
            counter.offer(nonce, store="store-1")
        assert shop.count("point_awards") == 0

    @pytest.mark.parametrize(("late", "reason"), [(-1, None), (0, QrReason.QR_EXPIRED), (1, QrReason.QR_EXPIRED)])
    def test_a_reading_counts_for_ten_minutes(
        self, shop: Shop, counter: Counter, late: int, reason: Reason | None
    ) -> None:
        nonce = counter.visit()
        shop.seconds_after(shop.document(f"qr_usage_history/{nonce}")["timestamp"], 600 + late)
        if reason is None:
            assert counter.offer(nonce)["status"] == "pending"
        else:
            with refused(reason):
                counter.offer(nonce)

    def test_a_recorded_reading_counts_too_and_stays_used(self, shop: Shop, counter: Counter) -> None:
        nonce = counter.visit()
        counter.record(nonce, CUSTOMER, "staff-1", "store-1")
        counter.accept(counter.offer(nonce)["awardId"])
        claim = shop.document(f"qr_usage_history/{nonce}")
        assert (claim["status"], claim["expireAt"]) == ("used", None)
        shop.agrees()


class TestAnswering:
    def test_a_declined_award_gives_nothing_and_stays_declined(self, shop: Shop, counter: Counter) -> None:
        award = counter.offered()
        answer = counter.decline(award)
        assert answer["status"] == "declined"
        before = shop.everything()
        assert counter.decline(award) == answer
        with refused(PointsReason.AWARD_DECLINED):
            counter.accept(award)
        assert shop.everything() == before
        assert (balance(shop), shop.count("transactions"), shop.count("stamps")) == ((None, None), 0, 0)
        shop.agrees()

    def test_an_accepted_award_cannot_be_declined(self, shop: Shop, counter: Counter) -> None:
        award = counter.offered()
        counter.accept(award)
        before = shop.everything()
        with refused(PointsReason.AWARD_ACCEPTED):
            counter.decline(award)
        assert shop.everything() == before

    @pytest.mark.parametrize("answer", [Counter.accept, Counter.decline], ids=["accept", "decline"])
    @pytest.mark.parametrize("late", [-1, 0, 1])
    def test_an_award_lapses_after_ten_minutes(self, shop: Shop, counter: Counter, answer: Any, late: int) -> None:
        award = counter.offered()
        shop.seconds_after(award_of(shop, award)["expiresAt"], late)
        if late < 0:
            answer(counter, award)
            assert award_of(shop, award)["status"] in ("accepted", "declined")
        else:
            before = shop.everything()
            with refused(PointsReason.AWARD_EXPIRED):
                answer(counter, award)
            assert shop.everything() == before
        shop.agrees()

    def test_anothers_award_is_answered_exactly_as_an_unknown_one(self, shop: Shop, counter: Counter) -> None:
        lapsed = counter.offered()
        shop.travel.advance(600)
        pending, accepted, declined = counter.offered(), counter.offered(), counter.offered()
        counter.accept(accepted)
        counter.decline(declined)
        before = shop.everything()
        told = []
        for id_ in (lapsed, pending, accepted, declined, f"store-1.{'A' * 22}"):
            for answer in (counter.accept, counter.decline):
                with pytest.raises(CallableError) as caught:
                    answer(id_, "somebody-else")
                told.append((caught.value.http, caught.value.status, caught.value.message, caught.value.details))
        assert told[0][3] == {"reason": "AWARD_NOT_FOUND"}
        assert told == [told[0]] * 10
        assert shop.everything() == before

    @pytest.mark.parametrize("id_", ["nonsense", ".x", "-", "__a.x", f"__a.{'A' * 22}", f"store-1.{'A' * 23}"])
    def test_what_is_no_award_id_is_refused_before_anything_is_read(self, counter: Counter, id_: str) -> None:
        for answer in (counter.accept, counter.decline):
            with refused(CallReason.INVALID_ARGUMENT):
                answer(id_, "b__")

    def test_who_offered_it_cannot_accept_it(self, counter: Counter) -> None:
        award = counter.offered()
        with refused(PointsReason.AWARD_NOT_FOUND):
            counter.accept(award, "staff-1")


class TestBadges:
    """Each threshold by real visits, one before it and at it, and never again."""

    def won(self, answer: Any) -> list[str]:
        return [badge["type"] for badge in answer["badges"]]

    def test_ten_visits_to_one_store_make_a_regular_customer_once(self, shop: Shop, counter: Counter) -> None:
        won = [self.won(counter.earn(99)) for _ in range(11)]
        assert won == [["first_visit"], *[[]] * 8, ["regular_customer"], []]
        assert shop.document(f"stamps/store-1.{CUSTOMER}")["count"] == 11
        shop.agrees()

    def test_ten_visits_to_two_stores_do_not(self, counter: Counter) -> None:
        won = [self.won(counter.earn(99, store=f"store-{number % 2 + 1}")) for number in range(10)]
        assert won == [["first_visit"], *[[]] * 9]

    def test_a_thousand_points_ever_make_a_point_collector_once(self, shop: Shop, counter: Counter) -> None:
        assert self.won(counter.earn(99_900)) == ["first_visit"]
        counter.pay(counter.ready_to_pay(), 999)
        assert self.won(counter.earn(99)) == []
        assert self.won(counter.earn(100)) == ["point_collector"]
        assert self.won(counter.earn(100_000)) == []
        assert balance(shop) == (1_001, 2_000)
        shop.agrees()

    def test_no_two_people_share_a_card_whatever_their_uids_hold(self, shop: Shop, counter: Counter) -> None:
        """Joined by a character that both ids may hold, ``a_b`` at ``c`` and ``a`` at ``b_c`` would be one card."""
        for store in ("c", "b_c"):
            shop.db.document(f"stores/{store}").set({"name": store})
            shop.db.document(f"store_staff/{store}").set({"uids": [staff_of(store)]})
        visits = [("a_b", "c"), ("a", "b_c"), ("x.a", "c"), ("a", "c")]
        assert [counter.earn(100, uid, store)["stamp"]["count"] for uid, store in visits] == [1, 1, 1, 1]
        assert shop.count("stamps") == 4
        shop.agrees()

    def test_five_stores_make_an_explorer_once(self, shop: Shop, counter: Counter) -> None:
        won = [self.won(counter.earn(100, store=store)) for store in open_stores(shop.db, 6)]
        assert won == [["first_visit"], [], [], [], ["explorer"], []]
        assert shop.document(f"users/{CUSTOMER}")["visitedStores"] == 6
        shop.agrees()

    def test_one_visit_can_win_several(self, counter: Counter) -> None:
        assert self.won(counter.earn(100_000)) == ["first_visit", "point_collector"]
