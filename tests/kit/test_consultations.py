"""Consultations as apps buy, have and end them by the actions, whatever becomes of the card, the network, the phone."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.stripe_sim.errors import Json
from tests.kit.conftest import Phones
from tests.support.driver import Driver
from tests.support.kit_phone import (
    DECLINED,
    NO_FUNDS,
    STRANGE_ANSWERS,
    THREE_D_SECURE,
    THROWN_BY_CALLS,
    VISA,
    KitPhone,
)

PRICE = 5000
HELD = ["used:requires_capture:0"]
UNPAID = ["pending_payment:requires_payment_method:0"]


def buy(phone: KitPhone, imecon: str = "imecon-1", reopen: str | None = None) -> Json:
    bought: Json = phone.call("buyConsultation", imecon, PRICE, reopen)
    return bought


def buyer_with_room(phones: Phones, uid: str = "hanako") -> tuple[KitPhone, str]:
    """A buyer's phone, and the room that waits for the consultant."""
    phone = phones(uid)
    phone.at_the_sheet(VISA)
    bought = buy(phone)
    assert bought["outcome"] == "room", bought
    return phone, bought["chatRoomId"]


def session(phones: Phones) -> tuple[KitPhone, KitPhone, str]:
    """The phones of a buyer and of their consultant, and the room where their session runs."""
    phone, room = buyer_with_room(phones)
    consultant = phones("imecon-1")
    assert consultant.call("answerConsultation", room, True)["status"] == "active"
    return phone, consultant, room


# Paying.


def test_a_purchase_holds_the_money_once_and_opens_the_room(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA)
    bought = buy(phone)
    room = driver.document(f"chat_rooms/{bought['chatRoomId']}")
    assert bought == {"outcome": "room", "ticketId": bought["ticketId"], "chatRoomId": bought["chatRoomId"]}
    assert (room["status"], room["ticket_ref"].id) == ("pending", bought["ticketId"])
    assert driver.outcomes() == {"hanako": HELD}


def test_the_sheet_names_the_shop_and_leads_back_by_the_apps_own_scheme(phones: Phones) -> None:
    phone, _ = buyer_with_room(phones)
    (sheet,) = phone.seen()["sheets"]
    assert (sheet["merchant"], sheet["returnURL"]) == ("イメコン", "kippu://stripe-redirect")


def test_a_start_at_which_stripe_failed_keeps_nobody_from_paying(phones: Phones) -> None:
    phone = phones("hanako")
    phone.throws("applySettings", "PlatformException", "flutter_stripe initialization failed")
    phone.call("initStripe", "pk_test_app", "kippu")
    phone.at_the_sheet(VISA)
    assert buy(phone)["outcome"] == "room"


def test_an_app_without_a_scheme_has_no_way_back_that_leads_nowhere(phones: Phones) -> None:
    phone = phones("hanako")
    phone.call("initStripe", "pk_test_app", "")
    buy(phone)
    assert phone.seen()["sheets"][0]["returnURL"] is None


def test_a_card_that_asks_for_3d_secure_is_held_when_the_bank_is_content(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(THREE_D_SECURE, "pass")
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


@pytest.mark.parametrize(("end", "outcome"), [("close", "closed"), ("Failed", "failed")])
def test_who_gives_up_at_the_bank_pays_nothing_and_may_try_again(
    phones: Phones, driver: Driver, end: str, outcome: str
) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(THREE_D_SECURE, "fail", end)
    given_up = buy(phone)
    assert given_up["outcome"] == outcome
    assert driver.outcomes() == {"hanako": UNPAID}
    phone.at_the_sheet(VISA)
    assert buy(phone)["ticketId"] == given_up["ticketId"]
    assert driver.outcomes() == {"hanako": HELD}


def test_a_closed_sheet_holds_nothing_and_the_same_ticket_is_paid_later(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet("close")
    closed = buy(phone)
    assert closed == {"outcome": "closed", "ticketId": closed["ticketId"]}
    assert driver.outcomes() == {"hanako": UNPAID}
    phone.at_the_sheet(VISA)
    assert buy(phone)["ticketId"] == closed["ticketId"]
    assert driver.outcomes() == {"hanako": HELD}


def test_a_declined_card_leaves_the_sheet_open_for_another_one(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(DECLINED, NO_FUNDS, VISA)
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


def test_a_sheet_closed_after_a_declined_card_holds_nothing(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(DECLINED, "close")
    assert buy(phone)["outcome"] == "closed"
    assert driver.outcomes() == {"hanako": UNPAID}


def test_another_price_than_the_one_shown_is_refused_before_anything_is_bought(phones: Phones, driver: Driver) -> None:
    refused = phones("hanako").call("buyConsultation", "imecon-1", PRICE - 1000, None)
    assert (refused["outcome"], refused["reason"]) == ("failed", "AMOUNT_MISMATCH")
    assert refused["message"]
    assert driver.outcomes() == {}


def test_nobody_signed_in_buys_nothing_and_is_asked_to_sign_in(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.sign_out()
    refused = buy(phone)
    assert (refused["outcome"], refused["reason"]) == ("failed", "UNAUTHENTICATED")
    assert driver.outcomes() == {}


def test_two_taps_open_one_sheet_and_hold_the_money_once(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet("wait", VISA)
    first = phone.begin("buyConsultation", "imecon-1", PRICE, None)
    phone.waits_at_the_sheet()
    second = phone.begin("buyConsultation", "imecon-1", PRICE, None)
    phone.go_on()
    assert phone.answer(first) == phone.answer(second)
    assert phone.answer(first)["outcome"] == "room"
    assert len(phone.seen()["sheets"]) == 1
    assert phone.seen()["calls"] == ["createPaymentIntent", "confirmTicket", "redeemTicketCode"]
    assert driver.outcomes() == {"hanako": HELD}


def test_a_sheet_for_another_consultant_does_not_open_above_the_first(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet("wait", VISA)
    first = phone.begin("buyConsultation", "imecon-1", PRICE, None)
    phone.waits_at_the_sheet()
    second = buy(phone, "imecon-2")
    phone.go_on()
    assert (second["outcome"], phone.answer(first)["outcome"]) == ("failed", "room")
    assert second["message"]
    assert len(phone.seen()["sheets"]) == 1
    assert sorted(driver.outcomes()["hanako"]) == sorted([*UNPAID, *HELD])


def test_the_button_goes_on_where_the_ticket_is(phones: Phones, driver: Driver) -> None:
    phone, room = buyer_with_room(phones)
    again = buy(phone)
    assert (again["outcome"], again["chatRoomId"]) == ("room", room)
    assert len(phone.seen()["sheets"]) == 1
    assert driver.outcomes() == {"hanako": HELD}


def test_a_used_ticket_that_lacks_its_room_sends_nobody_into_one(phones: Phones) -> None:
    phone = phones("hanako")
    phone.at_the_sheet("close")
    phone.order("confirmTicket", {"answers": {"ok": True, "status": "used", "ticket_id": "t", "chat_room_id": None}})
    bought = buy(phone)
    assert (bought["outcome"], bought["ticketId"], bool(bought["message"])) == ("checking", "t", True)


def test_a_purchase_that_ends_while_the_sheet_is_open_is_not_paid(phones: Phones, driver: Driver) -> None:
    phone, other_phone = phones("hanako"), phones("hanako")
    phone.at_the_sheet("wait", VISA)
    bought = phone.begin("buyConsultation", "imecon-1", PRICE, None)
    phone.waits_at_the_sheet()
    assert other_phone.call("redeemCode", driver.perk_code(), "imecon-1")["outcome"] == "room"
    phone.go_on()
    ended = phone.answer(bought)
    assert (ended["outcome"], bool(ended["message"])) == ("failed", True)
    assert sorted(driver.outcomes()["hanako"]) == ["cancelled:canceled:0", "used:-"]


def test_who_tries_one_declined_card_after_the_other_is_stopped_with_a_text(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(*[DECLINED] * 10, "close")
    assert buy(phone)["outcome"] in ("closed", "failed")
    driver.wait_for_webhooks()
    stopped = buy(phone)
    assert (stopped["outcome"], stopped["reason"]) == ("failed", "TOO_MANY_PURCHASES")
    assert stopped["message"]
    assert driver.outcomes() == {"hanako": ["cancelled:canceled:0"]}


# Networks and phones that fail.


def test_without_a_network_nothing_is_bought(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.network(up=False)
    refused = buy(phone)
    assert (refused["outcome"], refused["reason"]) == ("failed", "UNREACHABLE")
    assert driver.outcomes() == {}


def test_a_network_lost_after_paying_is_checked_later_and_nothing_is_paid_twice(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA, "offline")
    assert buy(phone)["outcome"] == "checking"
    phone.network(up=True)
    assert buy(phone)["outcome"] == "room"
    assert len(phone.seen()["sheets"]) == 1
    assert driver.outcomes() == {"hanako": HELD}


def test_a_sheet_that_fails_with_the_network_after_paying_is_checked_later(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA, "offline", "Failed")
    assert buy(phone)["outcome"] == "checking"
    phone.network(up=True)
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


@pytest.mark.parametrize(
    ("function", "outcome"),
    [("createPaymentIntent", "failed"), ("confirmTicket", "checking"), ("redeemTicketCode", "checking")],
)
def test_an_answer_lost_on_its_way_doubles_nothing(phones: Phones, driver: Driver, function: str, outcome: str) -> None:
    phone = phones("hanako")
    phone.order(function, "loses its answer")
    phone.at_the_sheet(VISA)
    assert buy(phone)["outcome"] == outcome
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


@pytest.mark.parametrize("function", ["createPaymentIntent", "confirmTicket", "redeemTicketCode"])
def test_a_call_that_never_comes_back_ends_with_an_outcome(phones: Phones, driver: Driver, function: str) -> None:
    phone = phones("hanako")
    phone.order(function, "never answers")
    phone.at_the_sheet(VISA)
    bought = phone.after_its_time(phone.begin("buyConsultation", "imecon-1", PRICE, None))
    assert bought["outcome"] == ("failed" if function == "createPaymentIntent" else "checking")
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


@pytest.mark.parametrize("webhooks", ["normal", "outage"])
def test_an_app_killed_after_paying_goes_on_with_the_same_hold(phones: Phones, driver: Driver, webhooks: str) -> None:
    driver.simulator.webhooks(webhooks)
    killed = phones("hanako")
    killed.at_the_sheet(VISA, "killed")
    killed.begin("buyConsultation", "imecon-1", PRICE, None)
    killed.ended()
    if webhooks == "normal":
        driver.wait_for_webhooks()
    again = phones("hanako")
    assert buy(again)["outcome"] == "room"
    assert again.seen()["sheets"] == []
    assert driver.outcomes() == {"hanako": HELD}
    driver.simulator.webhooks("normal")


# Plugins that throw.

SHEET_ERRORS = [
    ("StripeException", "Failed", "failed"),
    ("StripeException", "Canceled", "closed"),
    ("StripeException", "Timeout", "failed"),
    ("StripeException", "Unknown", "failed"),
    ("StripeError", "", "failed"),
    ("StripeConfigException", "", "failed"),
    ("PlatformException", "Failed", "failed"),
    ("MissingPluginException", "presentPaymentSheet", "unsupported"),
    ("WebUnsupportedError", "presentPaymentSheet", "unsupported"),
    ("UnsupportedError", "", "unsupported"),
    ("StateError", "", "failed"),
    ("TypeError", "", "failed"),
    ("AssertionError", "", "failed"),
    ("String", "", "failed"),
]


@pytest.mark.parametrize("method", ["initPaymentSheet", "presentPaymentSheet"])
def test_a_sheet_that_is_lost_keeps_nobody_from_another_try(phones: Phones, driver: Driver, method: str) -> None:
    phone = phones("hanako")
    phone.order(method, "never answers")
    lost = phone.after_its_time(phone.begin("buyConsultation", "imecon-1", PRICE, None))
    assert (lost["outcome"], bool(lost["message"])) == ("failed", True)
    phone.at_the_sheet(VISA)
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


@pytest.mark.parametrize("method", ["initPaymentSheet", "presentPaymentSheet"])
def test_whatever_the_sheet_throws_the_action_ends_with_an_outcome_and_can_be_tried_again(
    phones: Phones, driver: Driver, method: str
) -> None:
    phone = phones("hanako")
    for what, code, outcome in SHEET_ERRORS:
        phone.throws(method, what, code)
        bought = buy(phone)
        assert bought["outcome"] == outcome, (what, code)
        assert bought["ticketId"], (what, code)
        assert bool(bought.get("message")) == (outcome != "closed"), (what, code)
    assert driver.outcomes() == {"hanako": UNPAID}
    phone.at_the_sheet(VISA)
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


def test_a_sheet_that_says_failed_although_the_card_is_held_opens_the_room(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA, "Failed")
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


def test_the_web_has_no_sheet_and_says_so(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.platform("web")
    bought = buy(phone)
    assert (bought["outcome"], bought["message"]) == (
        "unsupported",
        "この環境ではお支払いできません。アプリからお手続きください",
    )
    assert driver.outcomes() == {"hanako": UNPAID}


@pytest.mark.parametrize("function", ["confirmTicket", "redeemTicketCode"])
def test_whatever_a_call_throws_the_action_ends_with_an_outcome_and_nothing_is_doubled(
    phones: Phones, driver: Driver, function: str
) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA)
    for what, code in THROWN_BY_CALLS:
        phone.throws(function, what, code)
        bought = buy(phone)
        assert bought["outcome"] in ("failed", "checking"), (what, code)
        assert bought["message"], (what, code)
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


@pytest.mark.parametrize("function", ["confirmTicket", "redeemTicketCode"])
def test_an_answer_that_no_function_gives_ends_with_an_outcome(phones: Phones, driver: Driver, function: str) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA)
    for answer in STRANGE_ANSWERS:
        phone.order(function, {"answers": answer})
        bought = buy(phone)
        assert bought["outcome"] in ("failed", "checking"), answer
        assert bought["message"], answer
    assert buy(phone)["outcome"] == "room"
    assert driver.outcomes() == {"hanako": HELD}


# What FlutterFlow makes of null.


def test_empty_texts_count_as_not_given(phones: Phones, driver: Driver) -> None:
    phone = phones("hanako")
    phone.at_the_sheet(VISA)
    room = buy(phone, reopen="")["chatRoomId"]
    code = driver.document(f"tickets/{room}")["ticket_code"]
    assert phone.call("redeemCode", code, "")["chatRoomId"] == room
    payment = driver.document(f"tickets/{room}")["payment_intent_id"]
    assert phone.call("cancelConsultation", payment, "")["status"] == "canceled"
    perk = phone.call("redeemCode", driver.perk_code(), "imecon-2")["chatRoomId"]
    assert phone.call("cancelConsultation", "", perk)["ok"] is True
    assert driver.document(f"chat_rooms/{perk}")["status"] == "cancelled"


# Codes.


def test_a_perk_code_opens_one_room_however_often_it_is_redeemed(phones: Phones, driver: Driver) -> None:
    phone, code = phones("hanako"), driver.perk_code()
    first = phone.call("redeemCode", code, "imecon-1")
    again = phone.call("redeemCode", code, "imecon-1")
    assert (first["outcome"], again["outcome"]) == ("room", "room")
    assert first["chatRoomId"] == again["chatRoomId"]
    assert driver.count("chat_rooms") == 1


def test_a_perk_code_whose_answer_was_lost_opens_the_same_room(phones: Phones, driver: Driver) -> None:
    phone, code = phones("hanako"), driver.perk_code()
    phone.order("redeemTicketCode", "loses its answer")
    assert phone.call("redeemCode", code, "imecon-1")["reason"] == "UNREACHABLE"
    assert phone.call("redeemCode", code, "imecon-1")["outcome"] == "room"
    assert driver.count("chat_rooms") == 1


@pytest.mark.parametrize("code", ["", "0000-0000-0000", "何か"])
def test_a_code_that_is_none_is_refused_with_a_text_to_show(phones: Phones, code: str) -> None:
    refused = phones("hanako").call("redeemCode", code, "imecon-1")
    assert refused["outcome"] == "failed"
    assert refused["message"]


# The session.


def test_a_session_that_both_had_is_paid(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    ended = phone.call("endConsultation", room)
    assert ended["ok"] is True
    driver.wait_for_webhooks()
    assert driver.outcomes() == {"hanako": ["completed:succeeded:5000"]}


def test_a_second_tap_on_the_end_takes_the_money_once(phones: Phones, driver: Driver) -> None:
    phone, consultant, room = session(phones)
    taps = [phone.begin("endConsultation", room) for _ in range(2)]
    assert [phone.answer(tap)["ok"] for tap in taps] == [True, True]
    assert consultant.call("endConsultation", room)["ok"] is True
    driver.wait_for_webhooks()
    assert driver.outcomes() == {"hanako": ["completed:succeeded:5000"]}


def test_a_consultant_who_declines_gives_the_money_back(phones: Phones, driver: Driver) -> None:
    _, room = buyer_with_room(phones)
    assert phones("imecon-1").call("answerConsultation", room, False)["ok"] is True
    driver.wait_for_webhooks()
    assert driver.outcomes() == {"hanako": ["cancelled:canceled:0"]}


def test_only_the_consultant_answers(phones: Phones, driver: Driver) -> None:
    phone, room = buyer_with_room(phones)
    refused = phone.call("answerConsultation", room, True)
    assert (refused["ok"], refused["error"]["reason"]) == (False, "PERMISSION_DENIED")
    assert driver.outcomes() == {"hanako": HELD}


def test_a_cancelled_consultation_gives_the_money_back(phones: Phones, driver: Driver) -> None:
    phone, room = buyer_with_room(phones)
    payment = driver.document(f"tickets/{room}")["payment_intent_id"]
    assert phone.call("cancelConsultation", payment, room)["status"] == "canceled"
    assert phone.call("cancelConsultation", payment, room)["ok"] is True
    driver.wait_for_webhooks()
    assert driver.outcomes() == {"hanako": ["cancelled:canceled:0"]}


def test_an_ended_room_goes_on_with_a_new_ticket(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    assert phone.call("endConsultation", room)["ok"] is True
    phone.at_the_sheet(VISA)
    again = buy(phone, reopen=room)
    assert (again["outcome"], again["chatRoomId"]) == ("room", room)
    assert again["ticketId"] != room
    assert driver.document(f"chat_rooms/{room}")["status"] == "active"


@pytest.mark.parametrize(
    ("function", "end"),
    [
        ("answerConsultation", ["cancelled:canceled:0"]),
        ("cancelPaymentIntent", ["cancelled:canceled:0"]),
        ("endConsultation", ["completed:succeeded:5000"]),
    ],
)
def test_a_step_whose_answer_was_lost_is_repeated_and_done_once(
    phones: Phones, driver: Driver, function: str, end: list[str]
) -> None:
    phone, room = buyer_with_room(phones)
    consultant = phones("imecon-1")
    if function == "endConsultation":
        consultant.call("answerConsultation", room, True)
    payment = driver.document(f"tickets/{room}")["payment_intent_id"]
    steps: dict[str, tuple[KitPhone, list[Any]]] = {
        "answerConsultation": (consultant, ["answerConsultation", room, False]),
        "cancelPaymentIntent": (phone, ["cancelConsultation", payment, ""]),
        "endConsultation": (phone, ["endConsultation", room]),
    }
    who, step = steps[function]
    who.order(function, "loses its answer")
    assert who.call(*step)["error"]["reason"] == "UNREACHABLE"
    assert who.call(*step)["ok"] is True
    driver.wait_for_webhooks()
    assert driver.outcomes() == {"hanako": end}


# Messages.


def said(driver: Driver, room: str) -> list[Json]:
    return [found.to_dict() or {} for found in driver.db.collection(f"chat_rooms/{room}/messages").stream()]


def test_both_people_write_in_a_session(phones: Phones, driver: Driver) -> None:
    phone, consultant, room = session(phones)
    assert phone.call("sendMessage", room, "こんにちは", None) == {"outcome": "sent"}
    assert consultant.call("sendMessage", room, "写真です", "https://example.com/a.jpg?token=1") == {"outcome": "sent"}
    messages = {message["text"]: message for message in said(driver, room)}
    assert messages["こんにちは"].keys() == {"sender_ref", "text", "created_at"}
    assert messages["こんにちは"]["sender_ref"].path == "users/hanako"
    assert messages["写真です"]["image_url"] == "https://example.com/a.jpg?token=1"


REFUSED_TEXTS = [
    ("", None, "blank"),
    (" 　\n\u200b", None, "blank"),
    ("あ" * 2001, None, "too_long"),
    ("写真", "http://example.com/a.jpg", "picture"),
    ("写真", "https://example.com/" + "a" * 2000, "picture"),
]


def test_a_message_that_the_rules_refuse_is_kept_and_the_reason_said(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    for text, picture, reason in REFUSED_TEXTS:
        refused = phone.call("sendMessage", room, text, picture)
        assert (refused["outcome"], refused["reason"]) == ("refused", reason), text
        assert refused["message"], reason
    assert said(driver, room) == []
    assert phone.call("sendMessage", room, "あ" * 2000, "")["outcome"] == "sent"


def test_a_message_before_and_after_the_session_says_which_it_was(phones: Phones, driver: Driver) -> None:
    phone, room = buyer_with_room(phones)
    assert phone.call("sendMessage", room, "まだ？", None)["reason"] == "not_started"
    phones("imecon-1").call("answerConsultation", room, True)
    driver.advance(31 * 60)
    driver.db.document(f"chat_rooms/{room}").update({"ends_at": driver.document(f"chat_rooms/{room}")["started_at"]})
    assert phone.call("sendMessage", room, "時間切れ", None)["reason"] == "ended"
    phone.call("endConsultation", room)
    assert phone.call("sendMessage", room, "終了後", None)["reason"] == "ended"
    assert said(driver, room) == []


def test_a_text_of_pictographs_is_as_long_for_the_app_as_for_the_rules(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    assert phone.call("sendMessage", room, "😀" * 1000, None)["outcome"] == "sent"
    assert phone.call("sendMessage", room, "😀" * 1001, None)["reason"] == "too_long"
    assert len(said(driver, room)) == 1


def test_a_message_in_a_cancelled_room_says_so(phones: Phones, driver: Driver) -> None:
    phone, room = buyer_with_room(phones)
    phone.call("cancelConsultation", driver.document(f"tickets/{room}")["payment_intent_id"], None)
    assert phone.call("sendMessage", room, "もしもし", None)["reason"] == "cancelled"


def test_a_message_in_a_strangers_room_or_none_is_refused(phones: Phones, driver: Driver) -> None:
    _, _, room = session(phones)
    stranger = phones("taro")
    for unknown in (room, "no-such-room", ""):
        refused = stranger.call("sendMessage", unknown, "こんにちは", None)
        assert (refused["outcome"], refused["reason"]) == ("refused", "no_room"), unknown
    assert said(driver, room) == []


def test_a_message_without_a_network_is_sent_later_and_once(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    phone.network(up=False)
    refused = phone.after_its_time(phone.begin("sendMessage", room, "トンネルから", None))
    assert (refused["outcome"], refused["reason"]) == ("refused", "offline")
    assert said(driver, room) == []
    phone.network(up=True)
    assert phone.call("sendMessage", room, "着いた", None)["outcome"] == "sent"
    assert sorted(message["text"] for message in said(driver, room)) == ["トンネルから", "着いた"]


def test_a_refused_message_whose_room_cannot_be_read_ends_with_an_outcome(phones: Phones) -> None:
    phone, room = buyer_with_room(phones)
    phone.order("DocumentReference.get", "never answers")
    refused = phone.after_its_time(phone.begin("sendMessage", room, "まだ？", None))
    assert (refused["outcome"], refused["reason"]) == ("refused", "failed")


def test_a_message_tapped_twice_is_sent_once(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    taps = [phone.begin("sendMessage", room, "こんにちは", None) for _ in range(2)]
    assert [phone.answer(tap)["outcome"] for tap in taps] == ["sent", "sent"]
    assert len(said(driver, room)) == 1


@pytest.mark.parametrize("what", ["FirebaseException", "PlatformException", "StateError", "String", "TypeError"])
def test_whatever_a_message_meets_the_action_ends_with_an_outcome(phones: Phones, driver: Driver, what: str) -> None:
    phone, _, room = session(phones)
    phone.throws("DocumentReference.set", what, "internal")
    refused = phone.call("sendMessage", room, "こんにちは", None)
    assert refused["outcome"] == "refused"
    assert refused["message"]
    phone.throws("DocumentReference.get", what, "internal")
    phone.call("endConsultation", room)
    refused = phone.call("sendMessage", room, "こんにちは", None)
    assert refused["outcome"] == "refused"
    assert refused["message"]


def test_nobody_signed_in_sends_nothing(phones: Phones, driver: Driver) -> None:
    phone, _, room = session(phones)
    phone.sign_out()
    refused = phone.call("sendMessage", room, "こんにちは", None)
    assert refused["outcome"] == "refused"
    assert refused["message"]
    assert said(driver, room) == []


# Leaving.


def test_a_deleted_account_gets_its_money_back_and_is_signed_out(phones: Phones, driver: Driver) -> None:
    phone, _ = buyer_with_room(phones)
    assert phone.call("deleteMyAccount")["ok"] is True
    assert phone.seen()["uid"] is None
    driver.wait_for_webhooks()
    assert list(driver.outcomes().values()) == [["cancelled:canceled:0"]]


def test_an_account_whose_deletion_was_not_heard_of_is_signed_out_by_the_next_try(phones: Phones) -> None:
    phone, _ = buyer_with_room(phones)
    phone.order("deleteAccount", "loses its answer")
    assert phone.call("deleteMyAccount")["error"]["reason"] == "UNREACHABLE"
    assert phone.seen()["uid"] == "hanako"
    assert phone.call("deleteMyAccount")["ok"] is True
    assert phone.seen()["uid"] is None


def test_an_account_in_a_session_stays_and_so_does_its_sign_in(phones: Phones, driver: Driver) -> None:
    phone, _, _ = session(phones)
    refused = phone.call("deleteMyAccount")
    assert (refused["ok"], refused["error"]["reason"]) == (False, "SESSION_IN_PROGRESS")
    assert refused["error"]["message"]
    assert phone.seen()["uid"] == "hanako"


def test_an_account_that_cannot_be_signed_out_is_deleted_all_the_same(phones: Phones) -> None:
    phone = phones("hanako")
    phone.throws("signOut", "PlatformException", "no-current-user")
    assert phone.call("deleteMyAccount")["ok"] is True
