"""redeemTicketCode for paid codes: one room, for its buyer, in time, however the code was typed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from common.errors import Reason
from consultation.reasons import ConsultationReason
from tests.integration.shop import Shop, refused
from tests.support.concurrency import at_once, refusals, successes

FULL_WIDTH = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def test_thirty_callers_at_once_open_exactly_one_room(shop: Shop) -> None:
    deal = shop.held()
    answers = at_once([lambda: shop.redeem(deal)] * 30)
    (opened,) = successes(answers)
    assert set(refusals(answers)) == {ConsultationReason.TICKET_ALREADY_USED.name}
    assert shop.count("chat_rooms") == 1
    assert (opened["chat_room_id"], opened["status"], opened["ticket_status"]) == (deal.ticket, "pending", "used")
    shop.agrees()


def test_the_room_says_what_the_messages_rules_need(shop: Shop) -> None:
    deal = shop.used()
    room = shop.document(f"chat_rooms/{deal.room}")
    assert (room["user_ref"].path, room["imecon_ref"].path) == ("users/buyer", "users/imecon-1")
    assert (room["ticket_ref"].id, room["status"]) == (deal.ticket, "pending")
    assert (room["started_at"], room["ends_at"]) == (None, None)
    assert room["expires_at"] == shop.ticket(deal)["expires_at"]
    shop.agrees()


def test_a_second_redeem_is_refused_and_names_the_room(shop: Shop) -> None:
    deal = shop.used()
    before = shop.everything()
    with refused(ConsultationReason.TICKET_ALREADY_USED) as caught:
        shop.redeem(deal)
    assert caught.value.details["chat_room_id"] == deal.room
    assert shop.everything() == before
    shop.answer(deal)
    with refused(ConsultationReason.TICKET_ALREADY_USED):
        shop.redeem(deal)
    shop.end(deal)
    with refused(ConsultationReason.TICKET_ALREADY_USED):
        shop.redeem(deal)
    shop.agrees()


@pytest.mark.parametrize("uid", ["stranger", "imecon-1"])
def test_another_user_is_answered_as_if_the_code_did_not_exist(shop: Shop, uid: str) -> None:
    deal = shop.held()
    with refused(ConsultationReason.CODE_INVALID):
        shop.redeem(deal, uid)
    assert shop.count("chat_rooms") == 0
    assert shop.redeem(deal)["status"] == "pending"
    shop.agrees()


@pytest.mark.parametrize(
    ("seconds", "reason"), [(-1, None), (0, ConsultationReason.TICKET_EXPIRED), (1, ConsultationReason.TICKET_EXPIRED)]
)
def test_72_hours_to_the_second(shop: Shop, seconds: int, reason: Reason | None) -> None:
    deal = shop.held()
    shop.seconds_after(shop.ticket(deal)["expires_at"], seconds)
    if reason is None:
        assert shop.redeem(deal)["status"] == "pending"
    else:
        with refused(reason):
            shop.redeem(deal)
    shop.agrees()


def test_after_the_void_it_still_says_expired(shop: Shop) -> None:
    deal = shop.held()
    shop.travel.advance(72 * 3600 + 5)
    shop.sweep_holds()
    with refused(ConsultationReason.TICKET_EXPIRED):
        shop.redeem(deal)
    shop.agrees()


@pytest.mark.parametrize("by", ["buyer", "imecon-1"])
def test_after_cancellation(shop: Shop, by: str) -> None:
    deal = shop.held()
    shop.cancel(deal, uid=by)
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.redeem(deal)
    shop.agrees()


def test_after_a_dashboard_cancel_that_we_have_heard_of(shop: Shop) -> None:
    deal = shop.held()
    shop.simulator.dashboard_cancel(deal.payment)
    assert shop.confirm(deal)["status"] == "cancelled"
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.redeem(deal)
    shop.agrees()


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
def test_a_code_is_read_as_people_type_it(shop: Shop, typed: Callable[[str], str]) -> None:
    deal = shop.held()
    assert shop.redeem_code(typed(deal.code), deal.uid)["chat_room_id"] == deal.ticket
    shop.agrees()


def test_redeeming_leaves_the_flags_waiting_and_takes_the_code_off(shop: Shop) -> None:
    first, second = shop.held(), shop.held(imecon="imecon-2")
    answer = shop.redeem(first)
    buyer = shop.document("users/buyer")
    assert buyer["available_ticket_codes"] == [second.code]
    assert set(buyer["pending_ticket_ids"]) == {first.ticket, second.ticket}
    assert datetime.fromisoformat(answer["expires_at"]).replace(microsecond=0) == shop.ticket(first)["expires_at"]
    shop.agrees()
