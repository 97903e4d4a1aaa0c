"""A new kind of consultation needs only a document: everything it leads to carries its type and its page."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.driver import Driver

VIDEO = "video_call"


@pytest.fixture
def video(driver: Driver) -> Driver:
    """The driver, with video calls on sale beside the seeded type."""
    driver.db.document(f"ticket_types/{VIDEO}").set(
        {"amount": 8000, "currency": "jpy", "active": True, "session_minutes": 45, "page": "VideoRoom"}
    )
    return driver


def pushes(driver: Driver) -> list[tuple[str, dict[str, Any]]]:
    """The page and the parameters of every notification."""
    found = [push.to_dict() or {} for push in driver.db.collection("ff_user_push_notifications").stream()]
    return [(push["initial_page_name"], json.loads(push["parameter_data"])) for push in found]


def test_what_a_purchase_leads_to_carries_the_type_and_its_page(video: Driver) -> None:
    consultation = video.held(ticket_type=VIDEO)
    assert (video.ticket(consultation)["type"], video.ticket(consultation)["amount"]) == (VIDEO, 8000)
    request = video.document(f"users/{consultation.imecon}/pending_consultations/{consultation.ticket}")
    assert (request["type"], request["page"]) == (VIDEO, "VideoRoom")
    video.redeem(consultation)
    room = video.room(consultation)
    assert (room["type"], room["page"]) == (VIDEO, "VideoRoom")
    answer = video.answer(consultation)
    assert answer["ends_at"] > answer["started_at"]
    assert len(pushes(video)) == 3
    for page, parameters in pushes(video):
        assert (page, parameters) == ("VideoRoom", {"chatRoomId": consultation.room_id, "ticketType": VIDEO})
    video.agrees()


def test_a_type_without_a_page_opens_the_seeds(driver: Driver) -> None:
    consultation = driver.used()
    assert driver.room(consultation)["page"] == "DMRoom"
    assert {page for page, _ in pushes(driver)} == {"DMRoom"}


def test_a_room_reopened_with_another_type_is_of_that_type(video: Driver) -> None:
    ended = video.ended()
    again = video.held(ended.buyer, ended.imecon, ticket_type=VIDEO, chat_room_id=ended.room)
    video.redeem(again)
    assert video.room(again)["type"] == VIDEO
    assert video.room(again)["ticket_ref"].id == again.ticket


def test_codes_are_given_away_for_a_type(video: Driver) -> None:
    made = video.by_admin("createTicketCodes", count=1, valid_until="2099-01-01T00:00:00Z", ticket_type=VIDEO)
    answer = video.redeem_code(made["codes"][0], "guest", imecon_id="imecon-1")
    ticket = video.document(f"tickets/{answer['ticket_id']}")
    assert (ticket["type"], ticket["kind"], ticket["terms"]["session_minutes"]) == (VIDEO, "perk", 45)
    assert video.document(f"chat_rooms/{answer['chat_room_id']}")["page"] == "VideoRoom"
    video.agrees()


def test_codes_are_not_made_for_a_type_that_is_not_there(driver: Driver) -> None:
    before = driver.count("ticket_codes")
    with refused("TICKET_TYPE_UNAVAILABLE"):
        driver.by_admin("createTicketCodes", count=1, valid_until="2099-01-01T00:00:00Z", ticket_type="nothing")
    assert driver.count("ticket_codes") == before


def test_a_pair_has_one_live_ticket_whatever_its_type(video: Driver) -> None:
    held = video.held()
    again = video.purchase(held.buyer, held.imecon, ticket_type=VIDEO)
    assert (again["ticket_id"], again["status"]) == (held.ticket, "authorized")
    assert video.count("ticket_locks") == 1


def test_another_type_is_a_purchase_of_its_own_once_the_first_is_over(video: Driver) -> None:
    first = video.ended()
    second = video.held(first.buyer, first.imecon, ticket_type=VIDEO)
    assert second.ticket != first.ticket
    assert video.ticket(second)["amount"] == 8000
