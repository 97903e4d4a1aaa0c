"""Holds: by their deadline on one time line, a page at a time."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from devkit.stack import Stack
from tests.e2e.console_books import Books
from tests.e2e.console_page import Console


def test_holds_come_by_deadline_fifty_at_a_time_and_what_is_urgent_is_marked(console: Console, stack: Stack) -> None:
    holds = Books(stack).holds(120)
    console.open("holds")
    rows = console.page.get_by_role("table", name="仮売上").locator("tbody").get_by_role("row")
    expect(rows).to_have_count(50)
    expect(rows.first).to_contain_text(holds[0])
    expect(rows.first).to_have_class(re.compile("late"))
    expect(rows.nth(1)).not_to_have_class(re.compile("late"))
    bar = rows.first.get_by_role("img")
    expect(bar).to_have_attribute("aria-label", re.compile(r"仮売上 \d{4}/.*、期限 \d{4}/.*、銀行の期限 –"))
    console.has_no_faults()
    console.page.get_by_role("button", name="さらに表示").click()
    expect(rows).to_have_count(100)
    stack.db.document(f"tickets/{holds[0]}").update({"status": "cancelled"})
    expect(rows.first).to_contain_text(holds[1], timeout=1_000)


def test_a_bar_reaches_as_far_as_the_bank_holds_the_card(console: Console, stack: Stack) -> None:
    books = Books(stack)
    books.holds(0)
    ticket = books.held(books.buyer())
    console.open("holds")
    bar = console.page.get_by_role("row").filter(has_text=ticket["ticket_id"]).get_by_role("img")
    expect(bar).to_have_attribute("aria-label", re.compile(r"銀行の期限 \d{4}/"))
    expect(bar.locator(".until-bank")).to_be_visible()
    console.page.set_viewport_size({"width": 360, "height": 740})
    console.has_no_faults()
