"""answerConsultation and endConsultation: who may, when, and what becomes of the room and the money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.driver import Driver
from tests.support.stripe_side import OUTAGES


def test_accepting_starts_the_clock_and_opens_the_room(driver: Driver) -> None:
    consultation = driver.used()
    answer = driver.answer(consultation)
    room = driver.room(consultation)
    assert (answer["status"], answer["ticket_status"], room["status"]) == ("active", "active", "active")
    assert room["ends_at"] - room["started_at"] == timedelta(minutes=30)
    assert datetime.fromisoformat(answer["ends_at"]) <= room["ends_at"]
    ticket = driver.ticket(consultation)
    assert (ticket["due_action"], ticket["due_at"]) == ("end", room["ends_at"])
    assert driver.user("buyer")["has_pending_consultation"] is False
    assert driver.user("imecon-1")["dm_requests"] == []
    driver.agrees()


def test_accepting_again_answers_the_same_and_does_not_restart_the_clock(driver: Driver) -> None:
    consultation = driver.used()
    first = driver.answer(consultation)
    before = driver.everything()
    driver.advance(10 * MINUTE)
    assert driver.answer(consultation) == first
    assert driver.everything() == before


def test_declining_voids_and_can_be_repeated(driver: Driver) -> None:
    consultation = driver.used()
    answer = driver.answer(consultation, accept=False)
    assert (answer["status"], answer["ticket_status"]) == ("cancelled", "cancelled")
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(consultation)["cancel_reason"] == "declined"
    assert driver.answer(consultation, accept=False) == answer
    with refused("TICKET_CANCELLED"):
        driver.answer(consultation)
    driver.agrees()


def test_declining_works_before_the_code_is_redeemed(driver: Driver) -> None:
    consultation = driver.held()
    assert driver.answer(consultation, accept=False)["ticket_status"] == "cancelled"
    assert driver.stripe_status(consultation) == "canceled"
    driver.agrees()


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize(("uid", "reason"), [("buyer", "PERMISSION_DENIED"), ("imecon-2", "ROOM_NOT_FOUND")])
def test_only_the_consultant_answers(driver: Driver, uid: str, reason: str, accept: bool) -> None:
    consultation = driver.used()
    before = driver.everything()
    with refused(reason):
        driver.answer(consultation, accept, uid)
    assert driver.everything() == before


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, True), (0, False), (1, False)])
def test_accepting_in_time_to_the_second(driver: Driver, seconds: int, accepted: bool) -> None:
    consultation = driver.used()
    driver.freeze(driver.ticket(consultation)["expires_at"], seconds)
    if accepted:
        assert driver.answer(consultation)["status"] == "active"
    else:
        with refused("TICKET_EXPIRED"):
            driver.answer(consultation)
    driver.agrees()


@pytest.mark.parametrize(
    ("status", "accept", "reason"),
    [
        ("pending_payment", True, "TICKET_UNPAID"),
        ("authorized", True, "SESSION_NOT_STARTED"),
        ("active", False, "SESSION_STARTED"),
    ],
)
def test_answers_at_the_wrong_time(driver: Driver, status: str, accept: bool, reason: str) -> None:
    consultation = driver.brought_to(status)
    with refused(reason):
        driver.answer(consultation, accept)
    driver.agrees()


@pytest.mark.parametrize("by", ["buyer", "imecon-1"])
def test_either_person_may_end_and_the_whole_hold_is_captured(driver: Driver, by: str) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    answer = driver.end(consultation, by)
    assert (answer["status"], answer["ticket_status"]) == ("ended", "completed")
    assert driver.at_stripe(consultation)["amount_received"] == 5000
    room = driver.room(consultation)
    assert room["status"] == "ended"
    assert timedelta(minutes=10) <= room["ends_at"] - room["started_at"] < timedelta(minutes=12)
    payment = driver.payment(consultation)
    assert (payment["status"], payment["amountCaptured"]) == ("captured", 5000)
    driver.agrees()


@pytest.mark.parametrize("early", [False, True])
def test_ending_again_by_either_answers_the_stored_result(driver: Driver, early: bool) -> None:
    consultation = driver.active()
    driver.advance(MINUTE if early else 10 * MINUTE)
    first = driver.end(consultation, "imecon-1")
    before = driver.everything()
    driver.advance(10 * MINUTE)
    assert driver.end(consultation, "imecon-1") == first
    assert driver.end(consultation, "buyer") == first
    assert driver.everything() == before
    driver.agrees()


def test_a_stranger_cannot_end_and_learns_nothing(driver: Driver) -> None:
    consultation = driver.active()
    for room in (consultation.room, "buyer.unheard-of"):
        with refused("ROOM_NOT_FOUND"):
            driver.call("endConsultation", {"chat_room_id": room}, "stranger")
    with refused("ROOM_NOT_FOUND"):
        driver.by_admin("endConsultation", chat_room_id=consultation.room)
    assert driver.ticket(consultation)["status"] == "active"
    driver.agrees()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("pending_payment", "TICKET_UNPAID"),
        ("authorized", "SESSION_NOT_STARTED"),
        ("used", "SESSION_NOT_STARTED"),
    ],
)
def test_nothing_to_end_yet(driver: Driver, status: str, reason: str) -> None:
    consultation = driver.brought_to(status)
    with refused(reason):
        driver.end(consultation)
    driver.agrees()


def test_nothing_to_end_any_more(driver: Driver) -> None:
    consultation = driver.used()
    driver.cancel(consultation)
    with refused("TICKET_CANCELLED"):
        driver.end(consultation)
    driver.agrees()


@pytest.mark.parametrize(
    ("seconds", "by", "status"),
    [
        (-1, "imecon-1", "cancelled"),
        (0, "imecon-1", "completed"),
        (1, "imecon-1", "completed"),
        (-1, "buyer", "completed"),
    ],
)
@pytest.mark.parametrize("finish", [Driver.end, Driver.capture], ids=["end", "capture"])
def test_a_consultant_who_stops_within_three_minutes_charges_nothing(
    driver: Driver, finish: Callable[..., Any], seconds: int, by: str, status: str
) -> None:
    if finish is Driver.capture and by == "buyer":
        finish = Driver.end
    consultation = driver.active()
    driver.freeze(driver.ticket(consultation)["started_at"], 3 * MINUTE + seconds)
    finish(driver, consultation, by)
    ticket = driver.ticket(consultation)
    assert ticket["status"] == status
    assert ticket.get("cancel_reason") == ("ended_early" if status == "cancelled" else None)
    assert driver.stripe_status(consultation) == ("canceled" if status == "cancelled" else "succeeded")
    driver.agrees()


@pytest.mark.parametrize("kind", OUTAGES)
@pytest.mark.parametrize(("by", "operation"), [("buyer", "capture"), ("imecon-1", "cancel")])
def test_with_stripe_down_the_session_ends_at_once_and_the_money_follows(
    driver: Driver, kind: str, by: str, operation: str
) -> None:
    consultation = driver.active()
    driver.lose_call(kind, f".*/{operation}")
    answer = driver.end(consultation, by)
    assert (answer["status"], answer["ticket_status"]) == ("ended", "active")
    assert driver.room(consultation)["status"] == "ended"
    # Not due yet: whoever decided may still be at it.
    driver.advance(MINUTE)
    driver.sweep_sessions()
    assert driver.ticket(consultation)["status"] == "active"
    driver.advance(2 * MINUTE)
    driver.sweep_sessions()
    assert driver.stripe_status(consultation) == {"capture": "succeeded", "cancel": "canceled"}[operation]
    assert driver.end(consultation, by)["ticket_status"] == {"capture": "completed", "cancel": "cancelled"}[operation]
    driver.agrees()
