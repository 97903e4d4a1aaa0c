"""redeemTicketCode for paid codes: one room, for its buyer, in time, however the code was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def test_thirty_callers_at_once_open_exactly_one_room(driver: Driver) -> None:
    consultation = driver.held()
    answers = at_once([lambda: driver.redeem(consultation)] * 30)
    (opened,) = successes(answers)
    assert set(refusals(answers)) == {"TICKET_ALREADY_USED"}
    assert driver.count("chat_rooms") == 1
    assert (opened["chat_room_id"], opened["status"], opened["ticket_status"]) == (
        consultation.ticket,
        "pending",
        "used",
    )
    driver.agrees()


def test_the_room_says_what_the_messages_rules_need(driver: Driver) -> None:
    consultation = driver.used()
    room = driver.room(consultation)
    assert (room["user_ref"].path, room["imecon_ref"].path) == ("users/buyer", "users/imecon-1")
    assert (room["ticket_ref"].id, room["status"]) == (consultation.ticket, "pending")
    assert (room["started_at"], room["ends_at"]) == (None, None)
    assert room["expires_at"] == driver.ticket(consultation)["expires_at"]
    driver.agrees()


def test_a_second_redeem_is_refused_and_names_the_room(driver: Driver) -> None:
    consultation = driver.used()
    before = driver.everything()
    with refused("TICKET_ALREADY_USED") as caught:
        driver.redeem(consultation)
    assert caught.value.details["chat_room_id"] == consultation.room
    assert driver.everything() == before
    driver.answer(consultation)
    with refused("TICKET_ALREADY_USED"):
        driver.redeem(consultation)
    driver.end(consultation)
    with refused("TICKET_ALREADY_USED"):
        driver.redeem(consultation)
    driver.agrees()


@pytest.mark.parametrize("uid", ["stranger", "imecon-1"])
def test_another_user_is_answered_as_if_the_code_did_not_exist(driver: Driver, uid: str) -> None:
    consultation = driver.held()
    with refused("CODE_INVALID"):
        driver.redeem(consultation, uid)
    assert driver.count("chat_rooms") == 0
    assert driver.redeem(consultation)["status"] == "pending"
    driver.agrees()


@pytest.mark.parametrize(("seconds", "reason"), [(-1, None), (0, "TICKET_EXPIRED"), (1, "TICKET_EXPIRED")])
def test_72_hours_to_the_second(driver: Driver, seconds: int, reason: str | None) -> None:
    consultation = driver.held()
    driver.freeze(driver.ticket(consultation)["expires_at"], seconds)
    if reason is None:
        assert driver.redeem(consultation)["status"] == "pending"
    else:
        with refused(reason):
            driver.redeem(consultation)
    driver.agrees()


def test_after_the_void_it_still_says_expired(driver: Driver) -> None:
    consultation = driver.held()
    driver.advance(72 * 3600 + 5)
    driver.sweep_holds()
    with refused("TICKET_EXPIRED"):
        driver.redeem(consultation)
    driver.agrees()


@pytest.mark.parametrize("by", ["buyer", "imecon-1"])
def test_after_cancellation_it_says_cancelled(driver: Driver, by: str) -> None:
    consultation = driver.held()
    driver.cancel(consultation, uid=by)
    with refused("TICKET_CANCELLED"):
        driver.redeem(consultation)
    driver.agrees()


def test_after_a_dashboard_cancel_that_we_have_heard_of(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_cancel(consultation.payment)
    assert driver.confirm(consultation)["status"] == "cancelled"
    with refused("TICKET_CANCELLED"):
        driver.redeem(consultation)
    driver.agrees()


@pytest.mark.parametrize(
    "typed",
    [
        str.lower,
        lambda code: code.replace("-", ""),
        lambda code: code.replace("-", " "),
        lambda code: code.replace("-", "ー"),
        lambda code: code.translate(FULL_WIDTH),
        lambda code: code.lower().translate(FULL_WIDTH),
        lambda code: f"  {code.lower()}\u3000",
        lambda code: code.replace("0", "O").replace("1", "l"),
    ],
    ids=["lower", "joined", "spaced", "long-vowel", "full-width", "full-width-lower", "padded", "look-alikes"],
)
def test_a_code_is_read_as_people_type_it(driver: Driver, typed: Callable[[str], str]) -> None:
    consultation = driver.held()
    assert driver.redeem_code(typed(consultation.code), consultation.buyer)["chat_room_id"] == consultation.ticket
    driver.agrees()


def test_redeeming_takes_the_code_off_and_leaves_the_ticket_pending(driver: Driver) -> None:
    first, second = driver.held(), driver.held(imecon="imecon-2")
    answer = driver.redeem(first)
    buyer = driver.user("buyer")
    assert buyer["available_ticket_codes"] == [second.code]
    assert set(buyer["pending_ticket_ids"]) == {first.ticket, second.ticket}
    assert datetime.fromisoformat(answer["expires_at"]).replace(microsecond=0) == driver.ticket(first)["expires_at"]
    driver.agrees()
