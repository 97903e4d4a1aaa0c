"""reversePoints: an entry is taken back once, by an administrator, with an entry of its own."""

from __future__ import annotations

from tests.support.calls import refused
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, REVERSAL


def test_an_award_is_taken_back_with_an_entry_of_its_own(driver: Driver) -> None:
    award = driver.earn(1_200)["awardId"]
    answer = driver.reverse_points(award)
    assert answer == {
        "ok": True,
        "transactionId": f"reversal.{award}",
        "userId": CUSTOMER,
        "delta": -12,
        "availablePoints": 0,
    }
    entry = driver.document(f"transactions/reversal.{award}")
    assert (entry["reverses"], entry["reversedBy"], entry["reason"]) == (award, "admin", REVERSAL)
    assert (entry["type"], entry["points"], entry["delta"], entry["earned"]) == ("reversal", 12, -12, -12)
    assert driver.user(CUSTOMER)["totalPoints"] == 0
    assert driver.document(f"stamps/store-1.{CUSTOMER}")["count"] == 1
    assert driver.document(f"users/{CUSTOMER}/badges/first_visit") != {}
    assert driver.document(f"point_awards/{award}")["reversedAt"] == entry["createdAt"]
    driver.agrees()


def test_a_payment_is_given_back_and_both_histories_say_so(driver: Driver) -> None:
    driver.earn(10_000)
    paid = driver.use_points(driver.store_read(), 30)["usageId"]
    assert driver.reverse_points(paid)["delta"] == 30
    assert (driver.available_points(), driver.user(CUSTOMER)["totalPoints"]) == (100, 100)
    for history in ("user_point_usage", "store_point_usage"):
        assert driver.document(f"{history}/{paid}")["status"] == "reversed"
    driver.agrees()


def test_a_payment_that_was_given_back_does_not_look_paid(driver: Driver) -> None:
    driver.earn(10_000)
    nonce = driver.store_read()
    paid = driver.use_points(nonce, 30)
    driver.reverse_points(paid["usageId"])
    before = driver.everything()
    assert driver.use_points(nonce, 30) == {**paid, "status": "reversed"}
    assert driver.everything() == before


def test_an_award_that_was_taken_back_does_not_look_earned(driver: Driver) -> None:
    nonce = driver.scanned()
    award = driver.offer_points(nonce, 1_200)["awardId"]
    earned = driver.accept_points(award)
    assert earned["status"] == "accepted"
    driver.reverse_points(award)
    before = driver.everything()
    assert driver.accept_points(award) == {**earned, "status": "reversed"}
    assert driver.offer_points(nonce, 1_200)["status"] == "reversed"
    with refused("AWARD_ACCEPTED"):
        driver.decline_points(award)
    assert driver.everything() == before


def test_what_tells_of_an_entry_and_is_gone_is_not_written_back(driver: Driver) -> None:
    award = driver.earn(10_000)["awardId"]
    paid = driver.use_points(driver.store_read(), 30)["usageId"]
    gone = [f"point_awards/{award}", f"user_point_usage/{paid}", f"store_point_usage/{paid}"]
    for path in gone:
        driver.db.document(path).delete()
    for entry in (paid, award):
        driver.reverse_points(entry)
    assert [driver.document(path) for path in gone] == [{}] * 3
    assert driver.available_points() == 0
    with refused("AWARD_NOT_FOUND"):
        driver.accept_points(award)


def test_it_happens_once_and_is_answered_the_same_again(driver: Driver) -> None:
    award = driver.earn(1_200)["awardId"]
    first = driver.reverse_points(award)
    driver.earn(500)
    before = driver.everything()
    assert driver.reverse_points(award) == first
    with refused("IDEMPOTENCY_MISMATCH"):
        driver.reverse_points(award, "another reason")
    assert driver.everything() == before


def test_what_is_spent_already_cannot_be_taken_back(driver: Driver) -> None:
    award = driver.earn(1_200)["awardId"]
    paid = driver.use_points(driver.store_read(), 1)["usageId"]
    before = driver.everything()
    with refused("POINTS_INSUFFICIENT") as caught:
        driver.reverse_points(award)
    assert caught.value.details["availablePoints"] == 11
    assert driver.everything() == before
    driver.reverse_points(paid)
    assert driver.reverse_points(award)["availablePoints"] == 0
    driver.agrees()


def test_only_an_administrator_may(driver: Driver) -> None:
    award = driver.earn(1_200)["awardId"]
    for claims in ({"admin": False}, {"admin": "true"}, {"role": "admin"}):
        with refused("PERMISSION_DENIED"):
            driver.reverse_points(award, **claims)
    assert driver.available_points() == 12


def test_a_reversal_is_final(driver: Driver) -> None:
    award = driver.earn(1_200)["awardId"]
    back = driver.reverse_points(award)["transactionId"]
    with refused("TRANSACTION_NOT_REVERSIBLE"):
        driver.reverse_points(back)
    assert driver.count("transactions") == 2


def test_an_unknown_entry_is_said_to_be_unknown(driver: Driver) -> None:
    offered = driver.offered_points()
    for id_ in (offered, "nothing", f"reversal.{offered}"):
        with refused("TRANSACTION_NOT_FOUND"):
            driver.reverse_points(id_)


def test_an_award_of_no_points_can_be_taken_back_too(driver: Driver) -> None:
    award = driver.earn(99)["awardId"]
    assert driver.reverse_points(award) == driver.reverse_points(award)
    assert (driver.available_points(), driver.count("transactions")) == (0, 2)
    driver.agrees()


def test_a_reversal_does_not_stand_in_the_way_of_a_customer_whose_id_is_like_its_own(driver: Driver) -> None:
    token = driver.show_store_code()
    for uid in ("bob", "bob.reversal"):
        driver.earn(10_000, uid)
    paid = driver.use_points(driver.read_store_code(token, "bob"), 30, "bob")["usageId"]
    driver.reverse_points(paid)
    driver.use_points(driver.read_store_code(token, "bob.reversal"), 30, "bob.reversal")
    assert (driver.available_points("bob"), driver.available_points("bob.reversal")) == (100, 70)
    driver.agrees()
