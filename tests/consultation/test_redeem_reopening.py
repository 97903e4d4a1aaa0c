"""Reopening an ended room with a new ticket: at once within the hour, by the consultant's leave after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver


def ended(driver: Driver, uid: str = "buyer") -> Consultation:
    consultation = driver.active(uid)
    driver.advance(10 * MINUTE)
    driver.end(consultation)
    return consultation


def test_within_the_hour_the_room_is_active_again_at_once(driver: Driver) -> None:
    first = ended(driver)
    second = driver.held(chat_room_id=first.room)
    answer = driver.redeem(second)
    assert (answer["chat_room_id"], answer["status"], answer["ticket_status"]) == (first.room, "active", "active")
    room = driver.room(first)
    assert (room["status"], room["ticket_ref"].id) == ("active", second.ticket)
    assert room["ends_at"] - room["started_at"] == timedelta(minutes=30)
    assert driver.count("chat_rooms") == 1
    assert driver.user("buyer")["has_pending_consultation"] is False
    driver.agrees()


def test_a_reopened_session_ends_by_its_room_and_is_captured_too(driver: Driver) -> None:
    first = ended(driver)
    second = driver.held(chat_room_id=first.room)
    driver.redeem(second)
    driver.advance(10 * MINUTE)
    answer = driver.end(first)
    assert (answer["ticket_id"], answer["status"]) == (second.ticket, "ended")
    assert driver.stripe_status(first) == driver.stripe_status(second) == "succeeded"
    driver.agrees()


def test_a_reopened_session_that_runs_out_is_ended_by_the_schedule(driver: Driver) -> None:
    first = ended(driver)
    second = driver.held(chat_room_id=first.room)
    driver.redeem(second)
    driver.advance(31 * MINUTE)
    driver.sweep_sessions()
    assert driver.room(first)["status"] == "ended"
    assert driver.ticket(second)["status"] == "completed"
    driver.agrees()


@pytest.mark.parametrize(("seconds", "status"), [(-1, "active"), (0, "pending"), (1, "pending")])
def test_the_hour_to_the_second(driver: Driver, seconds: int, status: str) -> None:
    first = ended(driver)
    second = driver.held(chat_room_id=first.room)
    driver.freeze(driver.room(first)["ends_at"], 60 * MINUTE + seconds)
    answer = driver.redeem(second)
    assert (answer["chat_room_id"], answer["status"]) == (first.room, status)
    driver.agrees()


def test_after_the_hour_the_consultant_accepts_or_declines_as_usual(driver: Driver) -> None:
    first = ended(driver)
    driver.advance(2 * 60 * MINUTE)
    declined = driver.used(chat_room_id=first.room)
    assert declined.room == first.room
    driver.answer(declined, accept=False)
    assert driver.room(first)["status"] == "cancelled"
    driver.agrees()


def test_accepting_after_the_hour_gives_the_room_a_full_session(driver: Driver) -> None:
    first = ended(driver)
    driver.advance(2 * 60 * MINUTE)
    second = driver.used(chat_room_id=first.room)
    driver.answer(second)
    room = driver.room(first)
    assert room["ends_at"] - room["started_at"] == timedelta(minutes=30)
    driver.advance(10 * MINUTE)
    assert driver.end(second)["ticket_id"] == second.ticket
    driver.agrees()


def test_a_reopening_ticket_may_be_cancelled_before_it_is_redeemed(driver: Driver) -> None:
    first = ended(driver)
    second = driver.held(chat_room_id=first.room)
    driver.cancel(second)
    room = driver.room(first)
    assert (room["status"], room["ticket_ref"].id) == ("ended", first.ticket)
    driver.agrees()


def test_a_room_that_never_began_is_asked_for_anew(driver: Driver) -> None:
    """Its money was taken in Stripe's dashboard while it waited: ended, but at no time."""
    first = driver.used()
    driver.simulator.dashboard_capture(first.payment)
    driver.deliver(*driver.events(first, "payment_intent.succeeded"))
    assert driver.room(first)["status"] == "ended"
    second = driver.held(chat_room_id=first.room)
    answer = driver.redeem(second)
    assert (answer["chat_room_id"], answer["status"]) == (first.room, "pending")
    assert driver.answer(first)["status"] == "active"


@pytest.mark.parametrize(("uid", "imecon"), [("other", "imecon-1"), ("buyer", "imecon-2")])
def test_only_the_rooms_own_pair_may_reopen_it(driver: Driver, uid: str, imecon: str) -> None:
    first = ended(driver)
    with refused("ROOM_NOT_REOPENABLE"):
        driver.bought(uid, imecon, chat_room_id=first.room)
    driver.agrees()


def test_a_room_that_was_cancelled_waits_for_the_consultant_again(driver: Driver) -> None:
    first = driver.used()
    driver.cancel(first)
    second = driver.held(chat_room_id=first.room)
    answer = driver.redeem(second)
    assert (answer["chat_room_id"], answer["status"]) == (first.room, "pending")
    assert driver.room(first)["ticket_ref"].id == second.ticket
    driver.agrees()


@pytest.mark.parametrize("status", ["used", "active"])
def test_a_room_in_use_is_not_bought_again(driver: Driver, status: str) -> None:
    live = driver.brought_to(status)
    assert driver.purchase(chat_room_id=live.room)["ticket_id"] == live.ticket
    driver.agrees()


def test_an_unpaid_purchase_is_given_up_for_the_room_that_is_asked_for(driver: Driver) -> None:
    first = ended(driver)
    plain = driver.bought()
    second = driver.bought(chat_room_id=first.room)
    assert second.ticket != plain.ticket
    assert driver.ticket(plain)["cancel_reason"] == "abandoned"
    assert driver.stripe_status(plain) == "canceled"
    # Whoever names no room, as after a restart, goes on with what there is.
    assert driver.purchase()["ticket_id"] == driver.purchase(chat_room_id=first.room)["ticket_id"] == second.ticket
    driver.agrees()


def test_a_hold_is_not_given_up_for_a_room(driver: Driver) -> None:
    first = ended(driver)
    plain = driver.paid()
    answer = driver.purchase(chat_room_id=first.room)
    assert (answer["ticket_id"], answer["status"]) == (plain.ticket, "authorized")
    assert driver.stripe_status(plain) == "requires_capture"
    driver.agrees()


def test_a_room_that_may_not_be_reopened_costs_no_purchase(driver: Driver) -> None:
    plain = driver.bought()
    before = driver.everything()
    with refused("ROOM_NOT_REOPENABLE"):
        driver.purchase(chat_room_id="somebodys.room")
    assert driver.everything() == before
    assert driver.stripe_status(plain) == "requires_payment_method"


def test_while_stripe_is_away_an_unpaid_purchase_is_not_replaced(driver: Driver) -> None:
    first = ended(driver)
    plain = driver.bought()
    driver.lose_call("500", ".*/cancel")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase(chat_room_id=first.room)
    assert driver.ticket(plain)["decision"] == "void"
    assert driver.purchase(chat_room_id=first.room)["ticket_id"] != plain.ticket
    driver.agrees()
