"""The console by keyboard alone, and what a screen reader is told."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from devkit.stack import Stack
from tests.e2e.console_books import Books
from tests.e2e.console_page import Console


def test_a_ticket_is_found_and_cancelled_without_a_mouse(console: Console, stack: Stack) -> None:
    books, page = Books(stack), console.page
    ticket = books.held(books.buyer())
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type(ticket["payment_intent_id"])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("取引")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    cancel = page.get_by_role("button", name="仮売上を取り消す")
    expect(cancel).to_be_visible()
    page.keyboard.press("Tab")
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="仮売上を取り消す")
    expect(dialog.get_by_label("メモ")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cancel).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog.get_by_label("メモ")).to_be_focused()
    # A slash is a letter of the note now.
    page.keyboard.type("1/2 依頼")
    expect(dialog.get_by_label("メモ")).to_have_value("1/2 依頼")
    for _ in range(6):
        page.keyboard.press("Tab")
        expect(dialog.locator(":focus")).to_have_count(1)
        if dialog.get_by_role("button", name="仮売上を取り消す").evaluate("it => it === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="操作 · 相談 · 取消")).to_be_visible()
    expect(page.get_by_role("status").filter(has_text="完了しました")).to_have_text("完了しました：仮売上を取り消す")


def test_the_first_tab_skips_to_the_content(console: Console) -> None:
    page = console.page
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="本文へ移動")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    expect(page.get_by_role("heading", level=1)).to_have_text("今日")


def test_a_row_is_a_link_and_the_menu_says_where_one_is(console: Console, stack: Stack) -> None:
    (hold,) = Books(stack).holds(1)
    console.open("holds")
    expect(console.page.get_by_role("link", name="仮売上")).to_have_attribute("aria-current", "page")
    console.page.get_by_role("link", name=hold).focus()
    console.page.keyboard.press("Enter")
    expect(console.page).to_have_url(re.compile(f"#/ticket/{re.escape(hold)}$"))
    console.page.go_back()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("仮売上")
    expect(console.page).to_have_title("仮売上 · Kippu")
