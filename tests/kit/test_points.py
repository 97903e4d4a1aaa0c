"""Points as apps earn and spend them by the actions: each step repeated, and each answer lost once."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.stripe_sim.errors import Json
from tests.kit.conftest import Phones
from tests.support.driver import Driver
from tests.support.kit_phone import KitPhone

STORE = "store-1"


def code_of(phone: KitPhone, store: str = "") -> str:
    """What RotatingQr shows."""
    asked = {"type": "store_point_use" if store else "user_point_earn", "storeId": store}
    return str(phone.call("callKippu", "issueSecureQR", asked)["token"])


def read(reader: KitPhone, token: str, store: str = "") -> Json:
    reading: Json = reader.call("readCode", token, store)
    return reading


def offered(customer: KitPhone, staff: KitPhone, amount: int = 12850) -> str:
    """An award that waits for the customer."""
    nonce = read(staff, code_of(customer), STORE)["nonce"]
    return str(staff.call("offerPoints", STORE, nonce, amount)["awardId"])


def both(phones: Phones) -> tuple[KitPhone, KitPhone]:
    """The phones of a customer and of the store's staff."""
    return phones("hanako"), phones("staff-1")


def losing(phone: KitPhone, function: str, action: str, *arguments: Any) -> Any:
    """The answer to a second tap, where that to the first was lost."""
    phone.order(function, "loses its answer")
    assert phone.call(action, *arguments)["error"]["reason"] == "UNREACHABLE"
    return phone.call(action, *arguments)


def test_points_are_earned_once_however_often_everybody_taps(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    token = code_of(customer)
    reading = read(staff, token, STORE)
    assert (reading["type"], reading["targetId"]) == ("user_point_earn", "hanako")
    assert read(staff, token, STORE)["nonce"] == reading["nonce"]
    offers = [staff.call("offerPoints", STORE, reading["nonce"], 12850) for _ in range(2)]
    assert [(offer["points"], offer["status"]) for offer in offers] == [(128, "pending")] * 2
    taps = [customer.begin("acceptPoints", offers[0]["awardId"]) for _ in range(3)]
    earned = [customer.answer(tap) for tap in taps]
    assert earned[0] == earned[1] == earned[2]
    assert (earned[0]["status"], earned[0]["newTotalPoints"], earned[0]["stamp"]["count"]) == ("accepted", 128, 1)
    assert driver.balance("hanako") == (128, 128)
    assert driver.count("transactions") == 1


def test_points_whose_answers_were_all_lost_are_earned_once(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    nonce = losing(staff, "verifySecureQR", "readCode", code_of(customer), STORE)["nonce"]
    award = losing(staff, "requestPointAward", "offerPoints", STORE, nonce, 12850)["awardId"]
    assert losing(customer, "awardPoints", "acceptPoints", award)["newTotalPoints"] == 128
    assert driver.balance("hanako") == (128, 128)


def test_declined_points_are_not_earned(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    award = offered(customer, staff)
    assert [customer.call("declinePoints", award)["status"] for _ in range(2)] == ["declined", "declined"]
    assert customer.call("acceptPoints", award)["ok"] is False
    assert driver.balance("hanako") == (None, None)


def test_a_strangers_award_is_not_accepted(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    award = offered(customer, staff)
    refused = phones("taro").call("acceptPoints", award)
    assert (refused["ok"], bool(refused["error"]["message"])) == (False, True)
    assert driver.balance("taro") == (None, None)


def test_points_are_spent_once_however_often_the_staff_tap(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    customer.call("acceptPoints", offered(customer, staff))
    reading = read(customer, code_of(staff, STORE))
    assert (reading["type"], reading["targetId"]) == ("store_point_use", STORE)
    taps = [customer.begin("payWithPoints", STORE, reading["nonce"], 100) for _ in range(3)]
    paid = [customer.answer(tap) for tap in taps]
    assert paid[0] == paid[1] == paid[2]
    assert (paid[0]["pointsUsed"], paid[0]["availablePoints"], paid[0]["status"]) == (100, 28, "completed")
    other = customer.call("payWithPoints", STORE, reading["nonce"], 28)
    assert (other["ok"], other["error"]["reason"]) == (False, "IDEMPOTENCY_MISMATCH")
    assert driver.balance("hanako") == (28, 128)


def test_a_payment_whose_answer_was_lost_is_made_once(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    customer.call("acceptPoints", offered(customer, staff))
    nonce = losing(customer, "verifySecureQR", "readCode", code_of(staff, STORE), "")["nonce"]
    assert losing(customer, "usePoints", "payWithPoints", STORE, nonce, 100)["availablePoints"] == 28
    assert driver.balance("hanako") == (28, 128)


def test_nobody_spends_more_than_they_have(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    nonce = read(customer, code_of(staff, STORE))["nonce"]
    refused = customer.call("payWithPoints", STORE, nonce, 1)
    assert (refused["ok"], refused["error"]["reason"]) == (False, "POINTS_INSUFFICIENT")
    assert driver.balance("hanako") == (None, None)


def test_a_code_of_the_other_kind_is_none(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    for reader, token, store in ((staff, code_of(staff, STORE), STORE), (customer, code_of(customer), "")):
        refused = read(reader, token, store)
        assert refused["ok"] is False
        assert refused["error"]["message"]
        assert refused["error"].keys() == {"status", "reason", "message", "details"}


def test_a_photograph_of_a_code_is_worth_nothing_elsewhere_or_later(phones: Phones, driver: Driver) -> None:
    customer, staff = both(phones)
    token = code_of(customer)
    assert read(staff, token, STORE)["ok"] is True
    assert read(phones("staff-2"), token, "store-2")["error"]["reason"] == "QR_ALREADY_USED"
    other = code_of(customer)
    driver.advance(120)
    assert read(staff, other, STORE)["error"]["reason"] == "QR_EXPIRED"


@pytest.mark.parametrize("token", ["", "何か", "https://example.com/", "a.b.c"])
def test_what_is_no_code_of_ours_is_refused_with_a_text(phones: Phones, token: str) -> None:
    refused = read(phones("hanako"), token)
    assert (refused["ok"], bool(refused["error"]["message"])) == (False, True)


def test_who_works_elsewhere_shows_and_reads_nothing_for_a_store(phones: Phones) -> None:
    customer, stranger = phones("hanako"), phones("staff-2")
    shown = stranger.call("callKippu", "issueSecureQR", {"type": "store_point_use", "storeId": STORE})
    assert shown["error"]["reason"] == "PERMISSION_DENIED"
    assert read(stranger, code_of(customer), STORE)["error"]["reason"] == "QR_WRONG_READER"
