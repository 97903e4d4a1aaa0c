"""answerConsultation and endConsultation: who may, when, and what becomes of the room and the money."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from common.errors import CallReason, Reason
from consultation.reasons import ConsultationReason
from tests.integration.shop import OUTAGES, Shop, refused

MINUTE = 60
HOUR = 3600


def test_accepting_starts_the_clock_and_opens_the_room(shop: Shop) -> None:
    deal = shop.used()
    answer = shop.answer(deal)
    room = shop.document(f"chat_rooms/{deal.room}")
    assert (answer["status"], answer["ticket_status"], room["status"]) == ("active", "active", "active")
    assert room["ends_at"] - room["started_at"] == timedelta(minutes=30)
    assert datetime.fromisoformat(answer["ends_at"]) <= room["ends_at"]
    ticket = shop.ticket(deal)
    assert (ticket["due_action"], ticket["due_at"]) == ("end", room["ends_at"])
    assert shop.document("users/buyer")["has_pending_consultation"] is False
    assert shop.document("users/imecon-1")["dm_requests"] == []
    shop.agrees()


def test_accepting_again_answers_the_same_and_does_not_restart_the_clock(shop: Shop) -> None:
    deal = shop.used()
    first = shop.answer(deal)
    before = shop.everything()
    shop.travel.advance(10 * MINUTE)
    assert shop.answer(deal) == first
    assert shop.everything() == before


def test_declining_voids_and_can_be_repeated(shop: Shop) -> None:
    deal = shop.used()
    answer = shop.answer(deal, accept=False)
    assert (answer["status"], answer["ticket_status"]) == ("cancelled", "cancelled")
    assert shop.stripe_status(deal) == "canceled"
    assert shop.ticket(deal)["cancel_reason"] == "declined"
    assert shop.answer(deal, accept=False) == answer
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.answer(deal)
    shop.agrees()


def test_declining_works_before_the_code_is_redeemed(shop: Shop) -> None:
    deal = shop.held()
    data = {"chat_room_id": deal.ticket, "accept": False}
    assert shop.api.call("answerConsultation", data, uid="imecon-1")["ticket_status"] == "cancelled"
    assert shop.stripe_status(deal) == "canceled"
    shop.agrees()


@pytest.mark.parametrize("accept", [True, False])
@pytest.mark.parametrize(
    ("uid", "reason"), [("buyer", CallReason.PERMISSION_DENIED), ("imecon-2", ConsultationReason.ROOM_NOT_FOUND)]
)
def test_only_the_consultant_answers(shop: Shop, uid: str, reason: Reason, accept: bool) -> None:
    deal = shop.used()
    before = shop.everything()
    with refused(reason):
        shop.answer(deal, accept, uid)
    assert shop.everything() == before


@pytest.mark.parametrize(("seconds", "accepted"), [(-1, True), (0, False), (1, False)])
def test_accepting_in_time_to_the_second(shop: Shop, seconds: int, accepted: bool) -> None:
    deal = shop.used()
    shop.seconds_after(shop.ticket(deal)["expires_at"], seconds)
    if accepted:
        assert shop.answer(deal)["status"] == "active"
    else:
        with refused(ConsultationReason.TICKET_EXPIRED):
            shop.answer(deal)
    shop.agrees()


@pytest.mark.parametrize(
    ("stage", "accept", "reason"),
    [
        ("bought", True, ConsultationReason.TICKET_UNPAID),
        ("held", True, ConsultationReason.SESSION_NOT_STARTED),
        ("active", False, ConsultationReason.SESSION_STARTED),
    ],
)
def test_answers_at_the_wrong_time(shop: Shop, stage: str, accept: bool, reason: Reason) -> None:
    deal = getattr(shop, stage)()
    with refused(reason):
        shop.api.call("answerConsultation", {"chat_room_id": deal.ticket, "accept": accept}, uid=deal.imecon)
    shop.agrees()


@pytest.mark.parametrize("by", ["buyer", "imecon-1"])
def test_either_person_may_end_and_the_whole_hold_is_captured(shop: Shop, by: str) -> None:
    deal = shop.active()
    shop.travel.advance(10 * MINUTE)
    answer = shop.end(deal, by)
    assert (answer["status"], answer["ticket_status"]) == ("ended", "completed")
    assert shop.simulator.payment_intent(deal.payment)["amount_received"] == 5000
    room = shop.document(f"chat_rooms/{deal.room}")
    assert room["status"] == "ended"
    assert timedelta(minutes=10) <= room["ends_at"] - room["started_at"] < timedelta(minutes=12)
    payment = shop.document(f"payment_intents/{deal.payment}")
    assert (payment["status"], payment["amountCaptured"]) == ("captured", 5000)
    shop.agrees()


@pytest.mark.parametrize("early", [False, True])
def test_ending_again_by_either_answers_the_stored_result(shop: Shop, early: bool) -> None:
    deal = shop.active()
    shop.travel.advance(MINUTE if early else 10 * MINUTE)
    first = shop.end(deal, "imecon-1")
    before = shop.everything()
    shop.travel.advance(10 * MINUTE)
    assert shop.end(deal, "imecon-1") == first
    assert shop.end(deal, "buyer") == first
    assert shop.everything() == before
    shop.agrees()


def test_a_stranger_cannot_end_and_learns_nothing(shop: Shop) -> None:
    deal = shop.active()
    for room in (deal.room, "buyer.unheard-of"):
        with refused(ConsultationReason.ROOM_NOT_FOUND):
            shop.api.call("endConsultation", {"chat_room_id": room}, uid="stranger")
    with refused(ConsultationReason.ROOM_NOT_FOUND):
        shop.by_admin("endConsultation", chat_room_id=deal.room)
    assert shop.ticket(deal)["status"] == "active"
    shop.agrees()


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("bought", ConsultationReason.TICKET_UNPAID),
        ("held", ConsultationReason.SESSION_NOT_STARTED),
        ("used", ConsultationReason.SESSION_NOT_STARTED),
    ],
)
def test_nothing_to_end_yet(shop: Shop, stage: str, reason: Reason) -> None:
    deal = getattr(shop, stage)()
    with refused(reason):
        shop.api.call("endConsultation", {"chat_room_id": deal.ticket}, uid=deal.uid)
    shop.agrees()


def test_nothing_to_end_any_more(shop: Shop) -> None:
    deal = shop.used()
    shop.cancel(deal)
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.end(deal)
    shop.agrees()


@pytest.mark.parametrize(
    ("seconds", "by", "status"),
    [
        (-1, "imecon-1", "cancelled"),
        (0, "imecon-1", "completed"),
        (1, "imecon-1", "completed"),
        (-1, "buyer", "completed"),
    ],
)
@pytest.mark.parametrize("finish", [Shop.end, Shop.capture], ids=["end", "capture"])
def test_a_consultant_who_stops_within_three_minutes_charges_nothing(
    shop: Shop, finish: Callable[..., Any], seconds: int, by: str, status: str
) -> None:
    if finish is Shop.capture and by == "buyer":
        finish = Shop.end
    deal = shop.active()
    shop.seconds_after(shop.ticket(deal)["started_at"], 3 * MINUTE + seconds)
    finish(shop, deal, by)
    ticket = shop.ticket(deal)
    assert ticket["status"] == status
    assert ticket.get("cancel_reason") == ("ended_early" if status == "cancelled" else None)
    assert shop.stripe_status(deal) == ("canceled" if status == "cancelled" else "succeeded")
    shop.agrees()


@pytest.mark.parametrize("kind", OUTAGES)
@pytest.mark.parametrize(("by", "operation"), [("buyer", "capture"), ("imecon-1", "cancel")])
def test_with_stripe_down_the_session_ends_at_once_and_the_money_follows(
    shop: Shop, kind: str, by: str, operation: str
) -> None:
    deal = shop.active()
    shop.lose_call(kind, f".*/{operation}")
    answer = shop.end(deal, by)
    assert (answer["status"], answer["ticket_status"]) == ("ended", "active")
    assert shop.document(f"chat_rooms/{deal.room}")["status"] == "ended"
    # Not due yet: whoever decided may still be at it.
    shop.travel.advance(MINUTE)
    shop.sweep_sessions()
    assert shop.ticket(deal)["status"] == "active"
    shop.travel.advance(2 * MINUTE)
    shop.sweep_sessions()
    assert shop.stripe_status(deal) == {"capture": "succeeded", "cancel": "canceled"}[operation]
    assert shop.end(deal, by)["ticket_status"] == {"capture": "completed", "cancel": "cancelled"}[operation]
    shop.agrees()
