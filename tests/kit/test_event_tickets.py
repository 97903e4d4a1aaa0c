"""Tickets of events as apps find, buy, show, hand on and give them back by the actions, and as a door takes them."""

from __future__ import annotations

from typing import Any

import pytest

from devkit.stripe_sim.errors import Json
from tests.kit.conftest import Phones
from tests.support.admissions import ORGANIZER, PRICE
from tests.support.driver import Driver
from tests.support.kit_phone import DECLINED, THREE_D_SECURE, VISA, KitPhone


def ga(quantity: int = 1) -> list[Json]:
    return [{"tier": "ga", "quantity": quantity}]


def buy(phone: KitPhone, event: str, quantity: int = 1, request: str = "request-1", price: int = PRICE) -> Json:
    bought: Json = phone.call("buyEventTickets", event, request, ga(quantity), price * quantity, False)
    return bought


def ticket_bought(phones: Phones, event: str, uid: str = "fan") -> tuple[KitPhone, str]:
    """A phone with one ticket of the event, and that ticket's id."""
    phone = phones(uid)
    phone.at_the_sheet(VISA)
    bought = buy(phone, event)
    assert bought["outcome"] == "paid", bought
    return phone, bought["tickets"][0]["ticket_id"]


def code_of(phone: KitPhone, ticket: str) -> str:
    """What TicketQr shows."""
    return str(phone.call("callKippu", "getTicketQR", {"ticketId": ticket})["token"])


def money(driver: Driver) -> list[tuple[str, int]]:
    """Status and JPY kept of each payment at Stripe."""
    driver.wait_for_webhooks()
    intents = driver.simulator.payment_intents()
    given_back = {refund["payment_intent"]: 0 for refund in driver.simulator.refunds()}
    for refund in driver.simulator.refunds():
        given_back[refund["payment_intent"]] += refund["amount"]
    return [(each["status"], each["amount_received"] - given_back.get(each["id"], 0)) for each in intents]


# Finding.


def test_events_are_found_and_shown_with_what_is_left(phones: Phones) -> None:
    phone = phones("fan")
    (found,) = phone.call("findEvents", "コンサート", "", "")["events"]
    assert phone.call("findEvents", "", "", None)["next"] is None
    assert phone.call("findEvents", "", "none-such", "")["events"] == []
    event = phone.call("getEvent", found["event_id"])
    assert (event["title"], [tier["tier"] for tier in event["tiers"]]) == ("切符コンサート", ["ga", "seat"])
    seats = phone.call("getSeats", found["event_id"])["seats"]
    assert len(seats) == 40


# Buying.


def test_tickets_are_paid_once_and_are_there(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet(VISA)
    bought = buy(phone, driver.published(), 2)
    assert (bought["outcome"], len(bought["tickets"])) == ("paid", 2)
    mine = phone.call("myEventTickets", "")
    assert sorted(each["ticket_id"] for each in mine["coming"]) == sorted(
        each["ticket_id"] for each in bought["tickets"]
    )
    assert money(driver) == [("succeeded", 2 * PRICE)]


def test_tickets_are_paid_with_3d_secure(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet(THREE_D_SECURE, "pass")
    assert buy(phone, driver.published())["outcome"] == "paid"
    assert money(driver) == [("succeeded", PRICE)]


def test_who_gives_up_at_the_bank_or_whose_card_is_declined_may_use_another(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet(THREE_D_SECURE, "fail", DECLINED, VISA)
    assert buy(phone, driver.published())["outcome"] == "paid"
    assert money(driver) == [("succeeded", PRICE)]


@pytest.mark.parametrize(("end", "outcome"), [("close", "closed"), ("Failed", "failed")])
def test_a_closed_sheet_keeps_the_places_to_be_paid_later(
    phones: Phones, driver: Driver, end: str, outcome: str
) -> None:
    phone, event = phones("fan"), driver.published(places=1)
    phone.at_the_sheet(end)
    closed = buy(phone, event)
    assert closed["outcome"] == outcome
    assert closed["orderId"]
    assert closed["expiresAt"]
    assert buy(phones("other"), event)["reason"] == "SOLD_OUT"
    phone.at_the_sheet(VISA)
    paid = phone.call("payEventOrder", closed["orderId"])
    assert (paid["outcome"], paid["orderId"], len(paid["tickets"])) == ("paid", closed["orderId"], 1)
    assert money(driver) == [("succeeded", PRICE)]


def test_an_order_given_up_frees_its_places(phones: Phones, driver: Driver) -> None:
    phone, event = phones("fan"), driver.published(places=1)
    phone.at_the_sheet("close")
    closed = buy(phone, event)
    assert phone.call("abandonEventOrder", closed["orderId"])["status"] == "expired"
    ticket_bought(phones, event, "other")
    assert phone.call("payEventOrder", closed["orderId"])["outcome"] == "failed"
    assert sorted(money(driver)) == [("canceled", 0), ("succeeded", PRICE)]


def test_an_order_paid_too_late_is_over_and_costs_nothing(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet("close")
    closed = buy(phone, driver.published())
    driver.orders_settle()
    driver.advance(15 * 60)
    driver.orders_settle()
    over = phone.call("payEventOrder", closed["orderId"])
    assert (over["outcome"], over["reason"]) == ("failed", "ORDER_EXPIRED")
    assert money(driver) == [("canceled", 0)]


def test_an_order_given_back_is_not_made_again_by_its_old_request_id(phones: Phones, driver: Driver) -> None:
    event = driver.published()
    phone, ticket = ticket_bought(phones, event)
    phone.call("returnEventTicket", ticket, False)
    again = buy(phone, event)
    assert (again["outcome"], again["reason"]) == ("failed", "ORDER_CANCELLED")
    phone.at_the_sheet(VISA)
    assert buy(phone, event, request="request-2")["outcome"] == "paid"


def test_two_taps_are_one_order_and_one_payment(phones: Phones, driver: Driver) -> None:
    phone, event = phones("fan"), driver.published()
    phone.at_the_sheet("wait", VISA)
    first = phone.begin("buyEventTickets", event, "request-1", ga(), PRICE, False)
    phone.waits_at_the_sheet()
    second = phone.begin("buyEventTickets", event, "request-1", ga(), PRICE, False)
    phone.go_on()
    assert phone.answer(first) == phone.answer(second)
    assert phone.answer(first)["outcome"] == "paid"
    assert len(phone.seen()["sheets"]) == 1
    assert phone.seen()["calls"] == ["purchaseTicket", "confirmOrder"]
    assert (driver.count("event_orders"), money(driver)) == (1, [("succeeded", PRICE)])


def test_another_choice_is_not_told_the_outcome_of_the_one_under_way(phones: Phones, driver: Driver) -> None:
    phone, event = phones("fan"), driver.published()
    phone.at_the_sheet("wait", VISA)
    one = phone.begin("buyEventTickets", event, "request-1", ga(), PRICE, False)
    phone.waits_at_the_sheet()
    two = phone.call("buyEventTickets", event, "request-2", ga(2), 2 * PRICE, False)
    phone.go_on()
    assert (two["outcome"], bool(two["orderId"]), phone.answer(one)["outcome"]) == ("failed", True, "paid")
    phone.at_the_sheet(VISA)
    assert len(phone.call("payEventOrder", two["orderId"])["tickets"]) == 2
    assert money(driver) == [("succeeded", PRICE), ("succeeded", 2 * PRICE)]


def test_two_taps_with_a_new_request_each_are_one_order(phones: Phones, driver: Driver) -> None:
    phone, event = phones("fan"), driver.published()
    phone.at_the_sheet(VISA)
    taps = [phone.begin("buyEventTickets", event, f"request-{tap}", ga(), PRICE, False) for tap in range(2)]
    assert phone.answer(taps[0]) == phone.answer(taps[1])
    assert (driver.count("event_orders"), money(driver)) == (1, [("succeeded", PRICE)])


def test_two_taps_on_paying_an_order_open_one_sheet(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet("close")
    order = buy(phone, driver.published())["orderId"]
    phone.at_the_sheet("wait", VISA)
    first = phone.begin("payEventOrder", order)
    phone.waits_at_the_sheet()
    second = phone.begin("payEventOrder", order)
    phone.go_on()
    assert [phone.answer(each)["outcome"] for each in (first, second)] == ["paid", "paid"]
    assert len(phone.seen()["sheets"]) == 2
    assert money(driver) == [("succeeded", PRICE)]


def test_an_order_that_ends_while_the_sheet_is_open_is_not_paid(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet("wait", VISA)
    bought = phone.begin("buyEventTickets", driver.published(), "request-1", ga(), PRICE, False)
    phone.waits_at_the_sheet()
    driver.orders_settle()
    driver.advance(15 * 60)
    driver.orders_settle()
    phone.go_on()
    ended = phone.answer(bought)
    assert (ended["outcome"], ended["reason"]) == ("failed", "ORDER_EXPIRED")
    assert money(driver) == [("canceled", 0)]


def test_an_order_paid_late_while_its_places_are_free_is_paid(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet("wait", VISA)
    bought = phone.begin("buyEventTickets", driver.published(), "request-1", ga(), PRICE, False)
    phone.waits_at_the_sheet()
    driver.advance(13 * 60)
    phone.go_on()
    assert phone.answer(bought)["outcome"] == "paid"
    assert money(driver) == [("succeeded", PRICE)]


@pytest.mark.parametrize(("function", "outcome"), [("purchaseTicket", "failed"), ("confirmOrder", "checking")])
def test_an_answer_lost_on_its_way_is_the_same_order_when_asked_again(
    phones: Phones, driver: Driver, function: str, outcome: str
) -> None:
    phone, event = phones("fan"), driver.published()
    phone.order(function, "loses its answer")
    phone.at_the_sheet(VISA)
    assert buy(phone, event)["outcome"] == outcome
    again = buy(phone, event)
    assert (again["outcome"], len(again["tickets"])) == ("paid", 1)
    assert (driver.count("event_orders"), money(driver)) == (1, [("succeeded", PRICE)])


def test_a_network_lost_after_paying_is_checked_later_and_nothing_is_paid_twice(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet(VISA, "offline")
    checking = buy(phone, driver.published())
    assert checking["outcome"] == "checking"
    assert checking["message"]
    phone.network(up=True)
    assert phone.call("payEventOrder", checking["orderId"])["outcome"] == "paid"
    assert len(phone.seen()["sheets"]) == 1
    assert money(driver) == [("succeeded", PRICE)]


def test_a_sheet_that_fails_with_the_network_after_paying_is_no_failure_that_one_would_order_anew_after(
    phones: Phones, driver: Driver
) -> None:
    phone = phones("fan")
    phone.at_the_sheet(VISA, "offline", "Failed")
    checking = buy(phone, driver.published())
    assert (checking["outcome"], bool(checking["message"])) == ("checking", True)
    phone.network(up=True)
    assert phone.call("payEventOrder", checking["orderId"])["outcome"] == "paid"
    assert money(driver) == [("succeeded", PRICE)]


def test_an_app_killed_after_paying_has_its_tickets(phones: Phones, driver: Driver) -> None:
    killed, event = phones("fan"), driver.published()
    killed.at_the_sheet(VISA, "killed")
    killed.begin("buyEventTickets", event, "request-1", ga(), PRICE, False)
    killed.ended()
    again = phones("fan")
    assert buy(again, event)["outcome"] == "paid"
    assert again.seen()["sheets"] == []
    assert len(again.call("myEventTickets", None)["coming"]) == 1
    assert (driver.count("event_orders"), money(driver)) == (1, [("succeeded", PRICE)])


def test_a_sheet_that_says_failed_although_the_card_is_held_gives_the_tickets(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.at_the_sheet(VISA, "Failed")
    assert buy(phone, driver.published())["outcome"] == "paid"
    assert money(driver) == [("succeeded", PRICE)]


def test_whatever_the_sheet_throws_the_order_can_be_paid(phones: Phones, driver: Driver) -> None:
    phone, event = phones("fan"), driver.published()
    phone.throws("presentPaymentSheet", "PlatformException", "Failed")
    order = buy(phone, event)
    assert order["outcome"] == "failed"
    for what, outcome in {"StateError": "failed", "String": "failed", "MissingPluginException": "unsupported"}.items():
        phone.throws("initPaymentSheet", what, "x")
        assert phone.call("payEventOrder", order["orderId"])["outcome"] == outcome
    phone.at_the_sheet(VISA)
    assert phone.call("payEventOrder", order["orderId"])["outcome"] == "paid"
    assert money(driver) == [("succeeded", PRICE)]


def test_the_web_keeps_the_places_and_says_that_it_cannot_pay(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.platform("web")
    order = buy(phone, driver.published())
    assert (order["outcome"], bool(order["message"]), bool(order["orderId"])) == ("unsupported", True, True)
    phone.platform("android")
    phone.at_the_sheet(VISA)
    assert phone.call("payEventOrder", order["orderId"])["outcome"] == "paid"


def test_free_tickets_need_no_sheet(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    bought = buy(phone, driver.published(price=0), 2, price=0)
    assert (bought["outcome"], len(bought["tickets"])) == ("paid", 2)
    assert phone.seen()["sheets"] == []
    assert money(driver) == []


def test_seats_are_taken_side_by_side_or_by_their_numbers(phones: Phones, driver: Driver) -> None:
    phone, event = phones("fan"), driver.published_hall("AB", 3, price=0)
    two = phone.call("buyEventTickets", event, "request-1", [{"tier": "seat", "quantity": 2}], 0, True)
    row, seats = zip(*(each["seat_number"].split("-") for each in two["tickets"]), strict=True)
    assert (len(set(row)), abs(int(seats[0]) - int(seats[1]))) == (1, 1)
    # Which row they are in is not promised.
    seat = [{"tier": "seat", "seat_number": "B-3" if row[0] == "A" else "A-3"}]
    chosen = phone.call("buyEventTickets", event, "request-2", seat, 0, False)
    assert [each["seat_number"] for each in chosen["tickets"]] == [seat[0]["seat_number"]]
    taken = phones("other").call("buyEventTickets", event, "request-3", seat, 0, False)
    assert (taken["outcome"], bool(taken["message"])) == ("failed", True)


def test_another_price_than_the_one_shown_is_refused(phones: Phones, driver: Driver) -> None:
    refused = buy(phones("fan"), driver.published(), price=PRICE + 1)
    assert (refused["outcome"], refused["reason"], bool(refused["message"])) == ("failed", "AMOUNT_MISMATCH", True)
    assert (driver.count("event_orders"), money(driver)) == (0, [])


def test_while_stripe_is_busy_the_places_are_kept_and_paid_later(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    driver.simulator.fault("500", method="POST", path="/v1/payment_intents", times=20)
    waiting = buy(phone, driver.published(places=1))
    driver.simulator.clear_faults()
    assert waiting["outcome"] == "wait", waiting
    assert waiting["retryAfterSeconds"] > 0
    assert waiting["message"]
    phone.at_the_sheet(VISA)
    assert phone.call("payEventOrder", waiting["orderId"])["outcome"] == "paid"
    assert money(driver)[-1] == ("succeeded", PRICE)


# At the door.


def test_a_ticket_lets_in_once_and_a_repeated_scan_counts_once(phones: Phones, driver: Driver) -> None:
    event = driver.published()
    phone, ticket = ticket_bought(phones, event)
    staff, token = phones(ORGANIZER), code_of(phone, ticket)
    scans = [staff.call("scanTicket", event, token, scan, "", "") for scan in ("scan-0001", "scan-0001", "scan-0002")]
    assert [scan["result"] for scan in scans] == ["ok", "ok", "already_used"]
    assert {scan["ticket_id"] for scan in scans} == {ticket}
    assert staff.call("doorText", scans[0]["result"], scans[0]["detail"], scans[0]["direction"]) == "ご入場ください"
    assert staff.call("doorText", scans[2]["result"], "", None) == "このチケットは入場済みです"
    assert driver.count("event_entries") == 1


def test_a_scan_whose_answer_was_lost_counts_once(phones: Phones, driver: Driver) -> None:
    event = driver.published()
    phone, ticket = ticket_bought(phones, event)
    staff, token = phones(ORGANIZER), code_of(phone, ticket)
    staff.order("validateTicket", "loses its answer")
    assert staff.call("scanTicket", event, token, "scan-0001", None, None)["error"]["reason"] == "UNREACHABLE"
    assert staff.call("scanTicket", event, token, "scan-0001", None, None)["result"] == "ok"
    assert driver.count("event_entries") == 1


def test_somebody_without_a_code_is_found_let_in_and_the_entry_taken_back(phones: Phones, driver: Driver) -> None:
    event = driver.published_hall("A", 2, price=0)
    bought = phones("fan").call("buyEventTickets", event, "r", [{"tier": "seat", "seat_number": "A-2"}], 0, False)
    assert bought["outcome"] == "paid", bought
    staff = phones(ORGANIZER)
    (found,) = staff.call("findTickets", event, "", "A-2", "")["tickets"]
    let_in = staff.call("admitTicket", event, found["ticket_id"], "scan-0001", "", "")
    assert let_in["result"] == "ok"
    assert staff.call("undoEntry", event, found["ticket_id"], "")["undone"] is True
    assert staff.call("admitTicket", event, found["ticket_id"], "scan-0002", None, None)["result"] == "ok"


def test_who_is_no_staff_lets_nobody_in(phones: Phones, driver: Driver) -> None:
    event = driver.published()
    phone, ticket = ticket_bought(phones, event)
    refused = phone.call("scanTicket", event, code_of(phone, ticket), "scan-0001", None, None)
    assert (refused["ok"], bool(refused["error"]["message"])) == (False, True)
    assert driver.count("event_entries") == 0


# Handing on and giving back.


def test_a_ticket_handed_on_lets_in_its_new_holder_only(phones: Phones, driver: Driver) -> None:
    event = driver.published(transferable=True)
    phone, ticket = ticket_bought(phones, event)
    old, friend = code_of(phone, ticket), phones("friend")
    offer = phone.call("offerTransfer", ticket)["transfer_token"]
    for _ in range(2):
        assert friend.call("acceptTransfer", offer, "")["ticket_id"] == ticket
    assert phone.call("myEventTickets", "")["coming"] == []
    staff = phones(ORGANIZER)
    assert staff.call("scanTicket", event, old, "scan-0001", "", "")["result"] == "transferred"
    assert staff.call("scanTicket", event, code_of(friend, ticket), "scan-0002", "", "")["result"] == "ok"
    assert money(driver) == [("succeeded", PRICE)]


def test_an_offer_taken_back_is_worth_nothing(phones: Phones, driver: Driver) -> None:
    phone, ticket = ticket_bought(phones, driver.published(transferable=True))
    offer = phone.call("offerTransfer", ticket)["transfer_token"]
    assert phone.call("withdrawTransfer", ticket)["ok"] is True
    refused = phones("friend").call("acceptTransfer", offer, None)
    assert (refused["ok"], bool(refused["error"]["message"])) == (False, True)
    assert len(phone.call("myEventTickets", "")["coming"]) == 1


def test_a_ticket_given_back_is_refunded_once(phones: Phones, driver: Driver) -> None:
    phone, ticket = ticket_bought(phones, driver.published())
    quote = phone.call("returnEventTicket", ticket, True)
    assert (quote["refund_amount"], quote["status"]) == (PRICE, "valid")
    assert money(driver) == [("succeeded", PRICE)]
    for _ in range(2):
        given_back = phone.call("returnEventTicket", ticket, False)
        assert (given_back["refund_amount"], given_back["status"]) == (PRICE, "cancelled")
    assert money(driver) == [("succeeded", 0)]
    assert len(driver.simulator.refunds()) == 1


# Waiting.


def waiting_phone(phones: Phones, event: str) -> tuple[KitPhone, Any]:
    phone = phones("waiting")
    return phone, phone.call("joinWaitlist", event, "ga", 1)


def test_what_comes_free_is_offered_and_paid(phones: Phones, driver: Driver) -> None:
    event = driver.published(places=1)
    first, ticket = ticket_bought(phones, event)
    phone, joined = waiting_phone(phones, event)
    assert (joined["status"], joined["order_id"]) == ("waiting", None)
    assert first.call("returnEventTicket", ticket, False)["ok"] is True
    driver.offers_made()
    offer = phone.call("joinWaitlist", event, "ga", 1)
    assert offer["status"] == "offered"
    phone.at_the_sheet(VISA)
    assert phone.call("payEventOrder", offer["order_id"])["outcome"] == "paid"
    assert sorted(money(driver)) == [("succeeded", 0), ("succeeded", PRICE)]


def test_who_waits_no_more_is_offered_nothing(phones: Phones, driver: Driver) -> None:
    event = driver.published(places=1)
    first, ticket = ticket_bought(phones, event)
    phone, _ = waiting_phone(phones, event)
    assert [phone.call("leaveWaitlist", event, "ga")["status"] for _ in range(2)] == ["left", "left"]
    assert first.call("returnEventTicket", ticket, False)["ok"] is True
    driver.offers_made()
    assert buy(phones("passer-by"), event)["outcome"] == "closed"


def test_nobody_waits_for_places_that_are_there(phones: Phones, driver: Driver) -> None:
    _, refused = waiting_phone(phones, driver.published())
    assert (refused["ok"], refused["error"]["reason"]) == (False, "PLACES_LEFT")
