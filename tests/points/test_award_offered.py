"""requestPointAward: what a store may offer for a reading, once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.driver import Driver
from tests.support.points import CUSTOMER


def award_of(driver: Driver, award: str) -> dict[str, Any]:
    return driver.document(f"point_awards/{award}")


def test_the_customer_is_asked_and_notified_once(driver: Driver) -> None:
    nonce = driver.scanned()
    answer = driver.offer_points(nonce, 1_250)
    award = award_of(driver, answer["awardId"])
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
    assert driver.offer_points(nonce, 1_250) == answer
    assert driver.count("ff_user_push_notifications") == driver.count("point_awards") == 1
    push = driver.document(f"ff_user_push_notifications/{answer['awardId']}")
    assert push["user_refs"] == f"users/{CUSTOMER}"
    assert "1250" not in str(push["notification_text"])
    assert driver.balance() == (None, None)


def test_the_same_reading_with_another_amount_is_refused(driver: Driver) -> None:
    nonce = driver.scanned()
    award = driver.offer_points(nonce, 1_200)["awardId"]
    for _ in ("pending", "accepted"):
        before = driver.everything()
        with refused("IDEMPOTENCY_MISMATCH"):
            driver.offer_points(nonce, 1_300)
        assert driver.everything() == before
        driver.accept_points(award)


def test_a_reading_is_good_for_one_award(driver: Driver) -> None:
    nonce = driver.scanned()
    award = driver.offer_points(nonce, 1_200)["awardId"]
    driver.accept_points(award)
    again = driver.offer_points(nonce, 1_200)
    assert (again["awardId"], again["status"]) == (award, "accepted")
    driver.accept_points(award)
    assert (driver.count("point_awards"), driver.count("transactions"), driver.balance()) == (1, 1, (12, 12))


@pytest.mark.parametrize(("late", "status"), [(-1, "pending"), (0, "expired"), (600, "expired")])
def test_an_offer_asked_for_again_says_whether_it_has_lapsed(driver: Driver, late: int, status: str) -> None:
    nonce = driver.scanned()
    award = driver.offer_points(nonce, 1_200)["awardId"]
    driver.freeze(award_of(driver, award)["expiresAt"], late)
    assert driver.offer_points(nonce, 1_200)["status"] == status


def test_only_the_stores_own_staff_may_offer(driver: Driver) -> None:
    nonce = driver.scanned()
    before = driver.everything()
    for uid in ("staff-2", CUSTOMER, "passer-by"):
        with refused("PERMISSION_DENIED"):
            driver.offer_points(nonce, uid=uid)
    assert driver.everything() == before


def test_nobody_offers_points_to_themselves_by_way_of_a_colleague(driver: Driver) -> None:
    driver.db.document("store_staff/store-1").set({"uids": ["staff-1", CUSTOMER]})
    nonce = driver.scanned()
    before = driver.everything()
    with refused("QR_OWN"):
        driver.offer_points(nonce, uid=CUSTOMER)
    assert driver.everything() == before
    assert driver.offer_points(nonce)["status"] == "pending"


def test_another_stores_reading_is_of_no_use(driver: Driver) -> None:
    nonce = driver.scanned(store="store-1")
    before = driver.everything()
    with refused("QR_ALREADY_USED"):
        driver.offer_points(nonce, store="store-2")
    assert driver.everything() == before


def test_a_code_nobody_read_is_of_no_use(driver: Driver) -> None:
    with refused("QR_NOT_VERIFIED"):
        driver.offer_points("A" * 22)
    assert driver.count("point_awards") == 0


def test_a_reading_of_a_stores_code_earns_nothing(driver: Driver) -> None:
    nonce = driver.store_read(CUSTOMER, "store-1")
    with refused("QR_NOT_VERIFIED"):
        driver.offer_points(nonce, store="store-1")
    assert driver.count("point_awards") == 0


@pytest.mark.parametrize(("late", "reason"), [(-1, None), (0, "QR_EXPIRED"), (1, "QR_EXPIRED")])
def test_a_reading_counts_for_ten_minutes(driver: Driver, late: int, reason: str | None) -> None:
    nonce = driver.scanned()
    driver.freeze(driver.document(f"qr_usage_history/{nonce}")["timestamp"], 600 + late)
    if reason is None:
        assert driver.offer_points(nonce)["status"] == "pending"
    else:
        with refused(reason):
            driver.offer_points(nonce)


def test_a_recorded_reading_counts_too_and_stays_used(driver: Driver) -> None:
    nonce = driver.scanned()
    driver.record(nonce, CUSTOMER, "staff-1", "store-1")
    driver.accept_points(driver.offer_points(nonce)["awardId"])
    claim = driver.document(f"qr_usage_history/{nonce}")
    assert (claim["status"], claim["expireAt"]) == ("used", None)
    driver.agrees()
