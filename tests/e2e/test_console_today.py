"""Today: what needs a person, schedules, deadlines and money, as they are now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Locator, expect

from devkit.stack import Stack
from tests.e2e.console_books import MARKUP, Books
from tests.e2e.console_page import Console


def row(console: Console, table: str, text: str) -> Locator:
    return console.page.get_by_role("table", name=table).get_by_role("row").filter(has_text=text)


def test_an_incident_shows_at_once_as_text_and_is_gone_when_it_is_resolved(console: Console, stack: Stack) -> None:
    books = Books(stack)
    console.open("today")
    expect(console.page.get_by_role("heading", name="対応が必要なこと")).to_be_visible()
    incident = books.incident("hold_lost", details={"problem": MARKUP})
    card = console.page.get_by_role("article").filter(has_text=incident.partition(".")[2])
    expect(card.get_by_text(MARKUP)).to_be_visible(timeout=1_000)
    expect(card.get_by_text("購入者とはアプリの外で精算します。")).to_be_visible()
    expect(card.get_by_text("仮売上が失われた", exact=True)).to_be_visible()
    console.has_no_faults()
    card.get_by_role("button", name="解決済みにする").click()
    dialog = console.page.get_by_role("dialog", name="解決済みにする")
    expect(dialog.get_by_text("¥5,000")).to_be_visible()
    dialog.get_by_label("メモ").fill(MARKUP)
    dialog.get_by_role("button", name="解決済みにする").click()
    expect(card).to_have_count(0)
    (entry,) = books.audited("resolveIncident", f"incidents/{incident}")
    assert (entry["who"], entry["note"]) == ("admin", MARKUP)


def test_a_schedule_that_never_ran_is_run_from_here(console: Console, stack: Stack) -> None:
    stack.db.document("schedule_runs/expireOrders").delete()
    console.open("today")
    schedule = row(console, "定期処理", "expireOrders")
    expect(schedule).to_contain_text("実行記録なし")
    schedule.get_by_role("button", name="今すぐ実行 expireOrders").click()
    dialog = console.page.get_by_role("dialog", name="expireOrders を実行する")
    dialog.get_by_label("メモ").fill("試し")
    dialog.get_by_role("button", name="expireOrders を実行する").click()
    expect(schedule).to_contain_text("正常")


def test_a_schedule_that_is_late_failed_or_left_something_says_so(console: Console, stack: Stack) -> None:
    now = datetime.now(UTC)
    run = {"ok": True, "complete": True, "done": 1, "failed": 0, "ended_at": now, "oldest_due_at": None}
    states = {
        "遅れています": {**run, "ended_at": now - timedelta(minutes=16)},
        "失敗しました": {**run, "ok": False},
        "残りがあります": {**run, "complete": False},
        "正常": {**run, "ended_at": now - timedelta(minutes=14)},
    }
    console.open("today")
    for words, fields in states.items():
        stack.db.document("schedule_runs/voidExpiredAuthorizations").set(fields)
        expect(row(console, "定期処理", "voidExpiredAuthorizations")).to_contain_text(words)


def test_a_hold_and_a_capture_count_among_todays_money_and_deadlines(console: Console, stack: Stack) -> None:
    books = Books(stack)
    console.open("today")
    held = row(console, "今日のお金（日本時間）", "仮売上（現在） · 相談")
    expect(held).to_contain_text("¥")
    ticket = books.active(books.buyer())
    due = row(console, "次の期限", ticket["ticket_id"])
    expect(due).to_contain_text("相談を終了")
    expect(held).to_contain_text(re.compile(r"¥[1-9]"))
    books.captured(books.buyer())
    expect(row(console, "今日のお金（日本時間）", "売上確定 · 相談")).to_contain_text(re.compile(r"¥[1-9]"))
    due.get_by_role("link").click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("取引")
