"""The search box: whatever id somebody has leads to the right screen."""

from __future__ import annotations

from uuid import uuid4

from playwright.sync_api import expect

from devkit.stack import Stack
from tests.e2e.console_books import MARKUP, Books
from tests.e2e.console_page import Console


def search(console: Console, text: str) -> None:
    console.page.get_by_role("searchbox").fill(text)
    console.page.get_by_role("searchbox").press("Enter")


def test_every_id_of_a_ticket_opens_it(console: Console, stack: Stack) -> None:
    books = Books(stack)
    ticket = books.active(books.buyer())
    for name in ("payment_intent_id", "ticket_id", "chat_room_id"):
        console.open("today")
        search(console, ticket[name])
        expect(console.page).to_have_url(console.address("ticket", ticket["ticket_id"]))
        expect(console.page.get_by_role("region", name="Kippuの帳簿")).to_contain_text(ticket["ticket_id"])


def test_every_id_of_a_device_purchase_opens_it(console: Console, stack: Stack) -> None:
    device, uid = f"phone-{uuid4().hex}", Books(stack).buyer()
    order = {"device_id": device, "product_type": "license"}
    bought = stack.functions.call("createCheckoutSession", order, uid)
    session = Books(stack).document(f"purchases/{bought['purchase_id']}")["session_id"]
    for text in (bought["purchase_id"], session):
        console.open("today")
        search(console, text)
        expect(console.page).to_have_url(console.address("ticket", bought["purchase_id"]))
        expect(console.page.get_by_role("region", name="Kippuの帳簿")).to_contain_text(device)
    search(console, device)
    expect(console.page).to_have_url(console.address("devices", device))


def test_somebodys_purchases_are_listed(console: Console, stack: Stack) -> None:
    books = Books(stack)
    uid = books.buyer()
    first = books.captured(uid)
    second = books.held(uid)
    search(console, uid)
    found = console.page.get_by_role("table", name="見つかったもの")
    expect(found.locator("tbody").get_by_role("row")).to_have_count(2)
    console.has_no_faults()
    expect(found).to_contain_text(first["ticket_id"])
    found.get_by_role("link", name=second["ticket_id"]).click()
    expect(console.page).to_have_url(console.address("ticket", second["ticket_id"]))


def test_what_is_not_there_is_said_to_be_not_there(console: Console) -> None:
    for text in ("nobody-at-all", MARKUP, "a/b", "..", "__all__", "x" * 500):
        search(console, text)
        expect(console.page.locator("main")).to_contain_text(f"「{text}」に該当するものはありません。")
