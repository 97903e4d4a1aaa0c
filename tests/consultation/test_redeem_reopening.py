"""Reopening an ended room with a new ticket: at once within the hour, by the consultant's leave after it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from consultation.reasons import ConsultationReason
from payments.reasons import PaymentReason
from tests.integration.shop import Deal, Shop, refused
from tests.integration.stripe_events import deliver, events_of

MINUTE = 60


def ended(shop: Shop, uid: str = "buyer") -> Deal:
    deal = shop.active(uid)
    shop.travel.advance(10 * MINUTE)
    shop.end(deal)
    return deal


def test_within_the_hour_the_room_is_active_again_at_once(shop: Shop) -> None:
    first = ended(shop)
    second = shop.held(chat_room_id=first.room)
    answer = shop.redeem(second)
    assert (answer["chat_room_id"], answer["status"], answer["ticket_status"]) == (first.room, "active", "active")
    room = shop.document(f"chat_rooms/{first.room}")
    assert (room["status"], room["ticket_ref"].id) == ("active", second.ticket)
    assert room["ends_at"] - room["started_at"] == timedelta(minutes=30)
    assert shop.count("chat_rooms") == 1
    assert shop.document("users/buyer")["has_pending_consultation"] is False
    shop.agrees()


def test_a_reopened_session_ends_by_its_room_and_is_captured_too(shop: Shop) -> None:
    first = ended(shop)
    second = shop.held(chat_room_id=first.room)
    shop.redeem(second)
    shop.travel.advance(10 * MINUTE)
    answer = shop.end(first)
    assert (answer["ticket_id"], answer["status"]) == (second.ticket, "ended")
    assert shop.stripe_status(first) == shop.stripe_status(second) == "succeeded"
    shop.agrees()


def test_a_reopened_session_that_runs_out_is_ended_by_the_schedule(shop: Shop) -> None:
    first = ended(shop)
    second = shop.held(chat_room_id=first.room)
    shop.redeem(second)
    shop.travel.advance(31 * MINUTE)
    shop.sweep_sessions()
    assert shop.document(f"chat_rooms/{first.room}")["status"] == "ended"
    assert shop.ticket(second)["status"] == "completed"
    shop.agrees()


@pytest.mark.parametrize(("seconds", "status"), [(-1, "active"), (0, "pending"), (1, "pending")])
def test_the_hour_to_the_second(shop: Shop, seconds: int, status: str) -> None:
    first = ended(shop)
    second = shop.held(chat_room_id=first.room)
    shop.seconds_after(shop.document(f"chat_rooms/{first.room}")["ends_at"], 60 * MINUTE + seconds)
    answer = shop.redeem(second)
    assert (answer["chat_room_id"], answer["status"]) == (first.room, status)
    shop.agrees()


def test_after_the_hour_the_consultant_accepts_or_declines_as_usual(shop: Shop) -> None:
    first = ended(shop)
    shop.travel.advance(2 * 60 * MINUTE)
    declined = shop.used(chat_room_id=first.room)
    assert declined.room == first.room
    shop.answer(declined, accept=False)
    assert shop.document(f"chat_rooms/{first.room}")["status"] == "cancelled"
    shop.agrees()


def test_accepting_after_the_hour_gives_the_room_a_full_session(shop: Shop) -> None:
    first = ended(shop)
    shop.travel.advance(2 * 60 * MINUTE)
    second = shop.used(chat_room_id=first.room)
    shop.answer(second)
    room = shop.document(f"chat_rooms/{first.room}")
    assert room["ends_at"] - room["started_at"] == timedelta(minutes=30)
    shop.travel.advance(10 * MINUTE)
    assert shop.end(second)["ticket_id"] == second.ticket
    shop.agrees()


def test_a_reopening_ticket_may_be_cancelled_before_it_is_redeemed(shop: Shop) -> None:
    first = ended(shop)
    second = shop.held(chat_room_id=first.room)
    shop.cancel(second)
    room = shop.document(f"chat_rooms/{first.room}")
    assert (room["status"], room["ticket_ref"].id) == ("ended", first.ticket)
    shop.agrees()


def test_a_room_that_never_began_is_asked_for_anew(shop: Shop) -> None:
    """Its money was taken in Stripe's dashboard while it waited: ended, but at no time."""
    first = shop.used()
    shop.simulator.dashboard_capture(first.payment)
    deliver(shop, *events_of(shop, first, "payment_intent.succeeded"))
    assert shop.document(f"chat_rooms/{first.room}")["status"] == "ended"
    second = shop.held(chat_room_id=first.room)
    answer = shop.redeem(second)
    assert (answer["chat_room_id"], answer["status"]) == (first.room, "pending")
    assert shop.answer(first)["status"] == "active"


@pytest.mark.parametrize(("uid", "imecon"), [("other", "imecon-1"), ("buyer", "imecon-2")])
def test_only_the_rooms_own_pair_may_reopen_it(shop: Shop, uid: str, imecon: str) -> None:
    first = ended(shop)
    with refused(ConsultationReason.ROOM_NOT_REOPENABLE):
        shop.bought(uid, imecon, chat_room_id=first.room)
    shop.agrees()


def test_a_room_that_was_cancelled_waits_for_the_consultant_again(shop: Shop) -> None:
    first = shop.used()
    shop.cancel(first)
    second = shop.held(chat_room_id=first.room)
    answer = shop.redeem(second)
    assert (answer["chat_room_id"], answer["status"]) == (first.room, "pending")
    assert shop.document(f"chat_rooms/{first.room}")["ticket_ref"].id == second.ticket
    shop.agrees()


@pytest.mark.parametrize("stage", ["used", "active"])
def test_a_room_in_use_is_not_bought_again(shop: Shop, stage: str) -> None:
    live = getattr(shop, stage)()
    assert shop.purchase(chat_room_id=live.room)["ticket_id"] == live.ticket
    shop.agrees()


def test_an_unpaid_purchase_is_given_up_for_the_room_that_is_asked_for(shop: Shop) -> None:
    first = ended(shop)
    plain = shop.bought()
    second = shop.bought(chat_room_id=first.room)
    assert second.ticket != plain.ticket
    assert shop.ticket(plain)["cancel_reason"] == "abandoned"
    assert shop.stripe_status(plain) == "canceled"
    # Whoever names no room, as after a restart, goes on with what there is.
    assert shop.purchase()["ticket_id"] == shop.purchase(chat_room_id=first.room)["ticket_id"] == second.ticket
    shop.agrees()


def test_a_hold_is_not_given_up_for_a_room(shop: Shop) -> None:
    first = ended(shop)
    plain = shop.bought()
    shop.simulator.confirm(plain.payment)
    answer = shop.purchase(chat_room_id=first.room)
    assert (answer["ticket_id"], answer["status"]) == (plain.ticket, "authorized")
    assert shop.stripe_status(plain) == "requires_capture"
    shop.agrees()


def test_a_room_that_may_not_be_reopened_costs_no_purchase(shop: Shop) -> None:
    plain = shop.bought()
    before = shop.everything()
    with refused(ConsultationReason.ROOM_NOT_REOPENABLE):
        shop.purchase(chat_room_id="somebodys.room")
    assert shop.everything() == before
    assert shop.stripe_status(plain) == "requires_payment_method"


def test_while_stripe_is_away_an_unpaid_purchase_is_not_replaced(shop: Shop) -> None:
    first = ended(shop)
    plain = shop.bought()
    shop.lose_call("500", ".*/cancel")
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.purchase(chat_room_id=first.room)
    assert shop.ticket(plain)["decision"] == "void"
    assert shop.purchase(chat_room_id=first.room)["ticket_id"] != plain.ticket
    shop.agrees()
