"""A popular perk code: as many as there are, to all who come at once, and not one more."""

from __future__ import annotations

from typing import Any

import pytest

from common import retry
from consultation import shares
from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals, successes
from tests.support.consultations import Consultation
from tests.support.driver import Driver


def all_at_once(driver: Driver, code: str, users: int) -> list[Any]:
    return at_once(
        [lambda uid=f"guest-{n}": driver.redeem_code(code, uid, imecon_id="imecon-1") for n in range(users)]  # type: ignore[misc]
    )


def counted(driver: Driver, code: str) -> int:
    """The uses, which the code and its shares must both tell."""
    used = [share.get("redeemed_count") for share in driver.db.collection(f"ticket_codes/{code}/shares").stream()]
    assert sum(used) == driver.document(f"ticket_codes/{code}")["redeemed_count"]
    return sum(used)


@pytest.mark.parametrize(("there_are", "served"), [(100, 60), (1000, 60), (60, 60), (10, 10), (1, 1)])
def test_sixty_at_once(driver: Driver, there_are: int, served: int) -> None:
    code = driver.perk_code(max_redemptions=there_are)
    answers = all_at_once(driver, code, 60)
    assert len(successes(answers)) == driver.count("chat_rooms") == counted(driver, code) == served
    assert refusals(answers) == ["CODE_EXHAUSTED"] * (60 - served)
    driver.agrees()


def test_with_one_counter_some_of_them_are_busy(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control, with fewer rounds, so that luck does not serve everybody."""
    monkeypatch.setattr(shares, "MOST_SHARES", 1)
    monkeypatch.setattr(retry, "ROUNDS", 4)
    code = driver.perk_code(max_redemptions=100)
    answers = all_at_once(driver, code, 60)
    assert "BUSY" in refusals(answers)
    assert counted(driver, code) == len(successes(answers)) < 60
    driver.agrees()


@pytest.mark.parametrize("there_are", [1, 31, 32, 33, 40])
def test_one_after_the_other_uses_all_there_are(driver: Driver, there_are: int) -> None:
    code = driver.perk_code(max_redemptions=there_are)
    for number in range(there_are):
        driver.redeem_code(code, f"guest-{number}", imecon_id="imecon-1")
    with refused("CODE_EXHAUSTED"):
        driver.redeem_code(code, "late", imecon_id="imecon-1")
    assert counted(driver, code) == there_are


def test_a_use_that_is_given_back_can_be_had_by_another(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=3)
    guests = [Consultation(f"guest-{number}", code=code) for number in range(3)]
    for guest in guests:
        driver.redeem(guest, imecon_id="imecon-1")
    driver.answer(guests[1], accept=False)
    assert counted(driver, code) == 2
    driver.redeem_code(code, "another", imecon_id="imecon-1")
    with refused("CODE_EXHAUSTED"):
        driver.redeem_code(code, "late", imecon_id="imecon-1")
    assert counted(driver, code) == 3
    driver.agrees()


def test_uses_are_given_back_while_others_are_taken(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=10)
    guests = [Consultation(f"early-{number}", code=code) for number in range(10)]
    for guest in guests:
        driver.redeem(guest, imecon_id="imecon-1")
    decline = [lambda guest=guest: driver.answer(guest, accept=False) for guest in guests]
    come = [lambda uid=f"late-{n}": driver.redeem_code(code, uid, imecon_id="imecon-1") for n in range(20)]
    answers = at_once([*decline, *come])
    assert counted(driver, code) == len(successes(answers[10:])) <= 10
    driver.agrees()


def test_a_code_from_before_counts_as_it_did(driver: Driver) -> None:
    from google.cloud import firestore

    code = driver.perk_code(max_redemptions=2)
    driver.db.document(f"ticket_codes/{code}").update({"shares": firestore.DELETE_FIELD, "redeemed_count": 1})
    guest = Consultation("guest", code=code)
    driver.redeem(guest, imecon_id="imecon-1")
    with refused("CODE_EXHAUSTED"):
        driver.redeem_code(code, "late", imecon_id="imecon-1")
    driver.answer(guest, accept=False)
    assert driver.document(f"ticket_codes/{code}")["redeemed_count"] == 1


def test_an_operator_who_raises_the_number_of_uses_is_followed(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=2)
    for number in range(2):
        driver.redeem_code(code, f"guest-{number}", imecon_id="imecon-1")
    driver.db.document(f"ticket_codes/{code}").update({"max_redemptions": 5})
    for number in range(2, 5):
        driver.redeem_code(code, f"guest-{number}", imecon_id="imecon-1")
    with refused("CODE_EXHAUSTED"):
        driver.redeem_code(code, "late", imecon_id="imecon-1")


def test_a_code_that_is_deleted_meanwhile_does_not_come_back(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=2)
    guest = Consultation("guest", code=code)
    driver.redeem(guest, imecon_id="imecon-1")
    driver.db.document(f"ticket_codes/{code}").delete()
    driver.answer(guest, accept=False)
    assert driver.document(f"ticket_codes/{code}") == {}
