"""createPaymentIntent and confirmTicket say which chat room a ticket has, so that an app need not read its document."""

from __future__ import annotations

import pytest

from tests.support.consultations import IMECON, Consultation
from tests.support.driver import Driver

ROOMLESS, ROOMED = ("pending_payment", "authorized"), ("used", "active")


def room_of(driver: Driver, consultation: Consultation) -> str | None:
    """As the ticket's document has it."""
    room = driver.ticket(consultation)["chat_room_ref"]
    return None if room is None else str(room.id)


@pytest.mark.parametrize("status", [*ROOMLESS, *ROOMED])
def test_a_live_ticket_is_answered_with_its_room_by_both_and_again(driver: Driver, status: str) -> None:
    consultation = driver.brought_to(status)
    for answer in (driver.purchase(), driver.purchase(), driver.confirm(consultation), driver.confirm(consultation)):
        assert (answer["ticket_id"], answer["status"]) == (consultation.ticket, status)
        assert answer["chat_room_id"] == room_of(driver, consultation)
        assert answer["chat_room_id"] == (consultation.room if status in ROOMED else None)


def test_a_hold_that_confirm_finds_has_no_room_yet(driver: Driver) -> None:
    answer = driver.confirm(driver.paid())
    assert (answer["status"], answer["chat_room_id"]) == ("authorized", None)


@pytest.mark.parametrize("status", [*ROOMLESS, *ROOMED])
def test_a_cancelled_ticket_keeps_the_room_that_it_had(driver: Driver, status: str) -> None:
    consultation = driver.brought_to(status)
    driver.simulator.dashboard_cancel(consultation.payment)
    answer = driver.confirm(consultation)
    assert (answer["status"], answer["chat_room_id"]) == ("cancelled", consultation.room or None)


def test_an_ended_consultation_keeps_its_room_and_the_next_purchase_has_none(driver: Driver) -> None:
    ended = driver.ended()
    answer = driver.confirm(ended)
    assert (answer["status"], answer["chat_room_id"]) == ("completed", ended.room)
    assert driver.purchase()["chat_room_id"] is None


def test_a_ticket_that_reopens_a_room_has_that_room_from_the_start(driver: Driver) -> None:
    ended = driver.ended()
    reopening = Consultation(ended.buyer)
    assert driver.order(reopening, chat_room_id=ended.room)["chat_room_id"] == ended.room
    driver.simulator.confirm(reopening.payment, "pm_card_visa")
    assert driver.confirm(reopening)["chat_room_id"] == ended.room
    request = driver.document(f"users/{IMECON}/pending_consultations/{reopening.ticket}")
    assert request["chat_room_ref"].id == ended.room
    assert driver.redeem(reopening)["ticket_status"] == "active"
    for answer in (driver.order(reopening), driver.confirm(reopening)):
        assert (answer["status"], answer["chat_room_id"]) == ("active", ended.room)


def test_a_consultation_given_away_is_answered_with_its_room_too(driver: Driver) -> None:
    given = driver.perk()
    answer = driver.purchase()
    assert (answer["ticket_id"], answer["chat_room_id"]) == (given.ticket, given.room)
