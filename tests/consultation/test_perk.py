"""Perk codes: a consultation without a payment, once per user, and no request to Stripe at any step."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from devkit.client import CallableError
from tests.support.calls import refused
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once, refusals, successes
from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver


def opened(driver: Driver, code: str = "", buyer: str = "guest", imecon: str = IMECON) -> Consultation:
    """The room that a perk code opens, a new one unless given."""
    consultation = Consultation(buyer, imecon, code=code or driver.perk_code())
    answer = driver.redeem(consultation, imecon_id=imecon)
    assert (answer["status"], answer["ticket_status"]) == ("pending", "used")
    return consultation


def free_of_charge(driver: Driver) -> None:
    assert driver.simulator.requests() == []
    assert driver.count("payment_intents") == 0
    driver.agrees()


def test_a_perk_consultation_from_code_to_end(driver: Driver) -> None:
    consultation = opened(driver)
    assert driver.ticket(consultation)["amount"] == 0
    assert "ticket_code" not in driver.ticket(consultation), "others may still use the code, so it stands nowhere"
    assert driver.user("imecon-1").get("dm_requests", []) == []
    assert driver.answer(consultation)["status"] == "active"
    driver.advance(10 * MINUTE)
    assert driver.end(consultation)["ticket_status"] == "completed"
    assert driver.end(consultation)["ticket_status"] == "completed"
    with refused("CODE_ALREADY_REDEEMED"):
        driver.redeem_code(consultation.code, consultation.buyer, imecon_id="imecon-2")
    free_of_charge(driver)


def test_an_overdue_perk_session_is_ended(driver: Driver) -> None:
    consultation = opened(driver)
    driver.answer(consultation)
    driver.advance(31 * MINUTE)
    driver.sweep_sessions()
    assert driver.ticket(consultation)["status"] == "completed"
    free_of_charge(driver)


def test_many_users_may_use_a_code_each_once(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=3)
    for uid in ("a", "b", "c"):
        opened(driver, code, uid)
        with refused("CODE_ALREADY_REDEEMED"):
            driver.redeem_code(code, uid, imecon_id="imecon-2")
    with refused("CODE_EXHAUSTED"):
        driver.redeem_code(code, "d", imecon_id="imecon-1")
    free_of_charge(driver)


def test_thirty_users_at_once_never_get_more_than_there_are(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=7)

    def persistent(uid: str) -> Any:
        """Tries again when it is told that too many came at once, as the app's button lets people do."""
        while True:
            try:
                return driver.redeem_code(code, uid, imecon_id="imecon-1")
            except CallableError as error:
                if error.reason != "BUSY":
                    raise

    answers = at_once([lambda uid=f"guest-{number}": persistent(uid) for number in range(30)])  # type: ignore[misc]
    assert len(successes(answers)) == driver.count("chat_rooms") == 7
    assert set(refusals(answers)) == {"CODE_EXHAUSTED"}
    assert driver.document(f"ticket_codes/{code}")["redeemed_count"] == 7
    free_of_charge(driver)


def test_one_user_thirty_times_at_once_uses_it_once(driver: Driver) -> None:
    code = driver.perk_code(max_redemptions=100)
    answers = at_once([lambda: driver.redeem_code(code, "guest", imecon_id="imecon-1")] * 30)
    assert len(successes(answers)) == driver.count("chat_rooms") == 1
    # Which of the two comes first depends on the instant at which a loser reads.
    assert set(refusals(answers)) <= {
        "CODE_ALREADY_REDEEMED",
        "CONSULTATION_IN_PROGRESS",
    }
    free_of_charge(driver)


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, True), (0, False), (1, False)])
def test_valid_until_to_the_second(driver: Driver, seconds: int, accepted: bool) -> None:
    until = driver.freeze() + timedelta(hours=1)
    code = driver.perk_code(valid_until=until.isoformat())
    driver.freeze(until, seconds)
    if accepted:
        opened(driver, code)
    else:
        with refused("CODE_EXPIRED"):
            driver.redeem_code(code, "guest", imecon_id="imecon-1")
    free_of_charge(driver)


def test_a_code_for_one_consultant_needs_no_choice_and_takes_no_other(driver: Driver) -> None:
    code = driver.perk_code(imecon_id="imecon-2", max_redemptions=2)
    with refused("IMECON_UNAVAILABLE"):
        driver.redeem_code(code, "guest", imecon_id="imecon-1")
    room = driver.redeem_code(code, "guest")["chat_room_id"]
    assert driver.document(f"chat_rooms/{room}")["imecon_ref"].id == "imecon-2"
    with refused("SELF_PURCHASE"):
        driver.redeem_code(code, "imecon-2")
    free_of_charge(driver)


def test_a_code_for_any_consultant_needs_a_choice(driver: Driver) -> None:
    code = driver.perk_code()
    with refused("IMECON_REQUIRED"):
        driver.redeem_code(code, "guest")
    with refused("IMECON_UNAVAILABLE"):
        driver.redeem_code(code, "guest", imecon_id="imecon-9")
    opened(driver, code)
    free_of_charge(driver)


def declined(driver: Driver, consultation: Consultation) -> None:
    assert driver.answer(consultation, accept=False)["ticket_status"] == "cancelled"


def expired(driver: Driver, consultation: Consultation) -> None:
    driver.advance(72 * HOUR + 1)
    with refused("TICKET_EXPIRED"):
        driver.answer(consultation)
    driver.sweep_holds()
    assert driver.ticket(consultation)["status"] == "cancelled"


def ended_early(driver: Driver, consultation: Consultation) -> None:
    driver.answer(consultation)
    assert driver.end(consultation, uid=consultation.imecon)["ticket_status"] == "cancelled"


@pytest.mark.parametrize("lost", [declined, expired, ended_early])
def test_a_use_without_a_consultation_is_given_back(
    driver: Driver, lost: Callable[[Driver, Consultation], None]
) -> None:
    consultation = opened(driver)
    lost(driver, consultation)
    assert driver.document(f"ticket_codes/{consultation.code}")["redeemed_count"] == 0
    assert opened(driver, consultation.code).ticket != consultation.ticket
    free_of_charge(driver)


def test_a_use_that_the_consultant_cancelled_does_not_count(driver: Driver) -> None:
    consultation = opened(driver)
    driver.cancel(consultation, "imecon-1")
    assert driver.document(f"ticket_codes/{consultation.code}")["redeemed_count"] == 0
    assert opened(driver, consultation.code).ticket != consultation.ticket
    free_of_charge(driver)


def test_a_deleted_code_does_not_come_back_with_its_use(driver: Driver) -> None:
    consultation = opened(driver)
    driver.db.document(f"ticket_codes/{consultation.code}").delete()
    driver.cancel(consultation, "imecon-1")
    assert driver.document(f"ticket_codes/{consultation.code}") == {}
    with refused("CODE_INVALID"):
        driver.redeem_code(consultation.code, consultation.buyer, imecon_id="imecon-1")


def test_a_use_that_the_buyer_cancelled_counts(driver: Driver) -> None:
    consultation = opened(driver)
    driver.cancel(consultation, "guest")
    assert driver.cancel(consultation)["ticket_id"] == consultation.ticket
    with refused("CODE_ALREADY_REDEEMED"):
        driver.redeem_code(consultation.code, consultation.buyer, imecon_id="imecon-1")
    free_of_charge(driver)


def test_a_perk_code_waits_while_the_pair_has_a_live_ticket(driver: Driver) -> None:
    code = driver.perk_code()
    paid = driver.held("guest")
    with refused("CONSULTATION_IN_PROGRESS"):
        driver.redeem_code(code, "guest", imecon_id="imecon-1")
    opened(driver, code, imecon="imecon-2")
    assert driver.redeem(paid)["status"] == "pending"
    driver.agrees()
