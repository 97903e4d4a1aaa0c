"""A small points programme in which everything agrees, and ways to break exactly one rule of it."""

from __future__ import annotations

from typing import Any

from devkit.world import PointsRecords
from tests.support.broken_worlds import Register

_PROGRAMMES: Register[PointsRecords] = Register()
BREAKS, breaks = _PROGRAMMES.broken, _PROGRAMMES.breaks


def healthy() -> PointsRecords:
    """Ann earned twice, declined and was offered once, paid twice and got one payment back; Bob's award was undone."""
    points = PointsRecords({}, {}, {}, {}, {}, {}, {}, {}, {})
    _award(points, "n1", "ann", "store-1", 5_000, "accepted")
    _award(points, "n2", "ann", "store-2", 1_299, "accepted")
    _award(points, "n3", "ann", "store-1", 700, "declined")
    _award(points, "n4", "ann", "store-1", 700, "pending")
    _award(points, "n5", "bob", "store-1", 1_000, "accepted")
    _payment(points, "s1", "ann", 20, "completed")
    _payment(points, "s2", "ann", 5, "reversed")
    _entry(points, "reversal.s2_ann", "reversal", "ann", "store-1", 5, 0, reverses="s2_ann")
    _entry(points, "reversal.store-1.n5", "reversal", "bob", "store-1", -10, -10, reverses="store-1.n5")
    points.awards["store-1.n5"]["reversedAt"] = "2024-04-01"
    _has(points, "ann", 42, 62, 2)
    _has(points, "bob", 0, 0, 1)
    points.users["passer-by"] = {}
    del points.users["bob"]
    for uid, store in (("ann", "store-1"), ("ann", "store-2"), ("bob", "store-1")):
        points.stamps[f"{uid}_{store}"] = {"userId": uid, "storeId": store, "count": 1}
    points.badges.update(ann={"first_visit"}, bob={"first_visit"})
    return points


def _has(points: PointsRecords, uid: str, available: int, total: int, stores: int) -> None:
    """A balance, and a profile that shows it."""
    shown = {"availablePoints": available, "totalPoints": total, "visitedStores": stores}
    points.users[uid] = {**shown}
    points.balances[uid] = {**shown, "version": 1}


def _entry(
    points: PointsRecords, id_: str, type_: str, uid: str, store: str, delta: int, earned: int, **more: Any
) -> None:
    points.transactions[id_] = {
        "type": type_,
        "userId": uid,
        "storeId": store,
        "points": abs(delta),
        "delta": delta,
        "earned": earned,
        **more,
    }


def _award(points: PointsRecords, nonce: str, uid: str, store: str, amount: int, status: str) -> None:
    given = amount // 100
    points.awards[f"{store}.{nonce}"] = {
        "userId": uid,
        "storeId": store,
        "nonce": nonce,
        "amount": amount,
        "points": given,
        "status": status,
    }
    points.readings[nonce] = {"status": "used", "readerId": store, "targetId": uid}
    if status == "accepted":
        _entry(points, f"{store}.{nonce}", "earn", uid, store, given, given)


def _payment(points: PointsRecords, nonce: str, uid: str, spent: int, status: str) -> None:
    id_ = f"{nonce}_{uid}"
    _entry(points, id_, "redeem", uid, "store-1", -spent, 0)
    points.readings[id_] = {"status": "used", "readerId": uid, "targetId": "store-1"}
    for history in (points.user_usage, points.store_usage):
        history[id_] = {"userId": uid, "storeId": "store-1", "pointsUsed": spent, "status": status}


# Balances


@breaks("point_balances/ann: (43, 62), entries sum to (42, 62)")
def a_point_too_many(points: PointsRecords) -> None:
    _has(points, "ann", 43, 62, 2)


@breaks("point_balances/ann: (42, 61), entries sum to (42, 62)")
def a_point_missing_in_the_total(points: PointsRecords) -> None:
    _has(points, "ann", 42, 61, 2)


@breaks("point_balances/passer-by: (5, 0), entries sum to (0, 0)")
def points_from_nowhere(points: PointsRecords) -> None:
    _has(points, "passer-by", 5, 0, 0)


@breaks("point_balances/ann: ('42', 62), entries sum to (42, 62)")
def a_balance_that_is_no_number(points: PointsRecords) -> None:
    points.users["ann"]["availablePoints"] = points.balances["ann"]["availablePoints"] = "42"


@breaks("point_balances/ann: -8 points")
def a_balance_below_zero(points: PointsRecords) -> None:
    _payment(points, "s3", "ann", 50, "completed")
    _has(points, "ann", -8, 62, 2)


@breaks("users/ann: shows (500000, 62, 2), has (42, 62, 2)")
def points_shown_that_are_not_there(points: PointsRecords) -> None:
    points.users["ann"]["availablePoints"] = 500_000


@breaks("users/passer-by: shows (500000, 0, 0), has (0, 0, 0)")
def points_shown_to_somebody_without_a_balance(points: PointsRecords) -> None:
    points.users["passer-by"]["availablePoints"] = 500_000


@breaks("users/ann: shows (42.0, 62, 2), has (42, 62, 2)")
def points_shown_as_another_kind_of_number(points: PointsRecords) -> None:
    points.users["ann"]["availablePoints"] = 42.0


# Awards


@breaks("award store-1.n4: pending, entry there")
def an_entry_for_a_pending_award(points: PointsRecords) -> None:
    points.awards["store-1.n4"] |= {"amount": 0, "points": 0}
    _entry(points, "store-1.n4", "earn", "ann", "store-1", 0, 0)


@breaks("award store-1.n9: accepted, entry missing")
def an_accepted_award_without_its_entry(points: PointsRecords) -> None:
    _award(points, "n9", "ann", "store-1", 50, "accepted")
    del points.transactions["store-1.n9"]
    points.stamps["ann_store-1"]["count"] = 2


@breaks("award store-1.n4: 8 points for 700 JPY")
def more_points_than_were_paid_for(points: PointsRecords) -> None:
    points.awards["store-1.n4"]["points"] = 8


@breaks("award store-1.n1: 50 points for 5000 JPY")
def an_entry_of_another_size_than_its_award(points: PointsRecords) -> None:
    points.transactions["store-1.n1"] |= {"delta": 51, "earned": 51}
    _has(points, "ann", 43, 63, 2)


@breaks("award store-1.n4: its reading is not its own")
def a_reading_that_was_not_used_up(points: PointsRecords) -> None:
    points.readings["n4"]["status"] = "verified"


@breaks("award store-1.n4: its reading is not its own")
def a_reading_of_another_store(points: PointsRecords) -> None:
    points.readings["n4"]["readerId"] = "store-2"


@breaks("award store-1.n4: its reading is not its own")
def a_reading_of_another_customer(points: PointsRecords) -> None:
    points.readings["n4"]["targetId"] = "bob"


@breaks("award store-1.n4: its reading is not its own")
def an_award_without_a_reading(points: PointsRecords) -> None:
    del points.readings["n4"]


@breaks("transaction store-1.n9: earned without an award")
def points_earned_without_an_award(points: PointsRecords) -> None:
    _entry(points, "store-1.n9", "earn", "ann", "store-1", 0, 0)


@breaks("award store-1.n9: its entry is another's")
def an_entry_of_another_customer(points: PointsRecords) -> None:
    _award(points, "n9", "ann", "store-1", 50, "accepted")
    points.transactions["store-1.n9"]["userId"] = "bob"
    points.stamps["ann_store-1"]["count"] = 2


@breaks("award store-1.n1: shows a reversal that is not there, or not one that is")
def an_award_that_was_not_taken_back(points: PointsRecords) -> None:
    points.awards["store-1.n1"]["reversedAt"] = "2024-04-01"


@breaks("award store-1.n1: its entry is another's")
def an_entry_of_another_store(points: PointsRecords) -> None:
    points.transactions["store-1.n1"]["storeId"] = "store-2"


@breaks("2 awards for one reading, of ['again.n4', 'store-1.n4']")
def two_awards_for_one_reading(points: PointsRecords) -> None:
    points.awards["again.n4"] = {**points.awards["store-1.n4"]}


# Stamps and badges


@breaks("stamps of ann at store-1: 2, awards accepted 1")
def a_stamp_too_many(points: PointsRecords) -> None:
    points.stamps["ann_store-1"]["count"] = 2


@breaks("stamps of bob at store-1: 0, awards accepted 1")
def a_stamp_missing(points: PointsRecords) -> None:
    del points.stamps["bob_store-1"]


@breaks("point_balances/ann: visitedStores is 3, cards 2")
def a_store_too_many(points: PointsRecords) -> None:
    _has(points, "ann", 42, 62, 3)


@breaks("users/ann: badge first_visit is missing")
def a_badge_missing(points: PointsRecords) -> None:
    points.badges["ann"].clear()


# Payments


@breaks("payment s1_ann: not in the ledger and both histories")
def a_payment_the_customer_does_not_see(points: PointsRecords) -> None:
    del points.user_usage["s1_ann"]


@breaks("payment s1_ann: not in the ledger and both histories")
def a_payment_the_store_does_not_see(points: PointsRecords) -> None:
    del points.store_usage["s1_ann"]


@breaks("payment s9_ann: not in the ledger and both histories")
def a_payment_that_is_not_in_the_ledger(points: PointsRecords) -> None:
    points.user_usage["s9_ann"] = {**points.user_usage["s1_ann"]}


@breaks("payment s1_ann: the histories disagree on the points")
def a_payment_that_the_store_sees_otherwise(points: PointsRecords) -> None:
    points.store_usage["s1_ann"]["pointsUsed"] = 21


@breaks("payment s1_ann: the histories name others")
def a_payment_in_another_customers_history(points: PointsRecords) -> None:
    points.user_usage["s1_ann"]["userId"] = "bob"


@breaks("payment s1_ann: the histories name others")
def a_payment_in_another_stores_history(points: PointsRecords) -> None:
    points.store_usage["s1_ann"]["storeId"] = "store-2"


@breaks("payment s2_ann: should be reversed")
def a_payment_given_back_that_still_counts(points: PointsRecords) -> None:
    points.store_usage["s2_ann"]["status"] = "completed"


@breaks("payment s1_ann: should be completed")
def a_payment_called_reversed_that_was_not(points: PointsRecords) -> None:
    points.user_usage["s1_ann"]["status"] = points.store_usage["s1_ann"]["status"] = "reversed"


@breaks("payment s1_ann: its reading is not its own")
def a_payment_with_another_stores_reading(points: PointsRecords) -> None:
    points.readings["s1_ann"]["targetId"] = "store-2"


# Reversals


@breaks("transaction reversal.s9_ann: reverses nothing")
def a_reversal_of_nothing(points: PointsRecords) -> None:
    _entry(points, "reversal.s9_ann", "reversal", "ann", "store-1", 0, 0, reverses="s9_ann")


@breaks("transaction reversal.s2_ann: is of another account")
def a_reversal_for_another_customer(points: PointsRecords) -> None:
    points.transactions["reversal.s2_ann"]["userId"] = "bob"
    _has(points, "ann", 37, 62, 2)
    _has(points, "bob", 5, 0, 1)


@breaks("transaction again: reverses nothing")
def a_second_reversal(points: PointsRecords) -> None:
    _entry(points, "again", "reversal", "ann", "store-1", 5, 0, reverses="s2_ann")
    _has(points, "ann", 47, 62, 2)


@breaks("transaction reversal.s2_ann: takes back 6 of -5")
def a_reversal_of_more_than_there_was(points: PointsRecords) -> None:
    points.transactions["reversal.s2_ann"]["delta"] = 6
    _has(points, "ann", 43, 62, 2)
