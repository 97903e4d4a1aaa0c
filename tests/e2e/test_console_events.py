"""The console's screens of events: what was sold, who came in, and how far a cancelled event is with its refunds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.console_page import Console
from tests.support.admissions import Ordered
from tests.support.driver import Driver

XSS = "<img src=x onerror=alert(1)>"
SOON = 15_000
"""Milliseconds in which the counts are asked for again."""
TIERS = [
    {"tier": "ga", "name": "自由席", "price": 3000, "size": 20, "gates": ["北", "南"]},
    {"tier": "vip", "name": "特別席", "price": 9000, "size": 4},
]


def held_soon(driver: Driver, **more: Any) -> str:
    """A published event whose doors are open."""
    begins = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    fields: dict[str, Any] = {"title": XSS, "tiers": TIERS, "event_date": begins, **more}
    return driver.published(**fields)


def table(console: Console, name: str) -> Locator:
    return console.page.get_by_role("table", name=name, exact=True)


def section(console: Console, heading: str) -> Locator:
    return console.page.locator("section", has=console.page.get_by_role("heading", name=heading))


def fact(console: Console, heading: str, name: str) -> Locator:
    return section(console, heading).locator("dl > div", has_text=name).locator("dd")


def offline_scan(driver: Driver, event: str, ordered: Ordered, gate: str) -> dict[str, str]:
    """A scan as a phone without a network tells of it later."""
    told = {"token": driver.ticket_code(ordered), "gate": gate, "result": "ok"}
    return {"scan_id": str(uuid4()), "scanned_at": datetime.now(UTC).isoformat(), **told}


def test_events_are_found_by_day_and_status(console: Console, driver_over_http: Driver) -> None:
    title = f"夜の音楽会 {uuid4()}"
    event = driver_over_http.published(title=title, event_date="2031-05-05T10:00:00+09:00")
    draft = driver_over_http.create_event(title=title, event_date="2031-05-06T10:00:00+09:00")["event_id"]
    console.open("events")
    console.page.get_by_label("この日以降").fill("2031-05-05")
    rows = table(console, "イベント").locator("tbody tr").filter(has_text=title)
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("販売中")
    expect(rows.nth(1)).to_contain_text("下書き")
    console.picture("events")
    console.page.get_by_label("状態").select_option("draft")
    expect(rows).to_have_count(1)
    rows.get_by_role("link").click()
    expect(fact(console, title, "ID")).to_contain_text(draft)
    # What was chosen is still chosen when one comes back.
    console.page.go_back()
    expect(rows).to_have_count(1)
    console.page.get_by_label("状態").select_option("")
    console.page.get_by_label("この日以降").fill("2031-05-06")
    expect(rows).to_have_count(1)
    assert driver_over_http.document(f"events/{event}")["title"] == title


def test_sales_are_counted_per_tier_and_orders_lead_to_their_screen(console: Console, driver_over_http: Driver) -> None:
    event = held_soon(driver_over_http, title="夜の音楽会")
    paid = driver_over_http.places_bought(event, "fan-1", 2)
    driver_over_http.places_held(event, "fan-2", 3)
    console.open("events", event)
    rows = table(console, "席種ごとの販売").locator("tbody tr")
    for number, cells in enumerate([("自由席", "20", "2", "3", "6,000"), ("特別席", "4", "0", "0", "0")]):
        shown = rows.nth(number).get_by_role("cell")
        for column, words in zip((0, 2, 3, 4, 8), cells, strict=True):
            expect(shown.nth(column)).to_contain_text(words)
    expect(fact(console, "夜の音楽会", "売上")).to_contain_text("6,000")
    orders = table(console, "注文").locator("tbody tr")
    expect(orders).to_have_count(2)
    console.picture("event")
    console.page.get_by_label("状態").select_option("paid")
    expect(orders).to_have_count(1)
    expect(orders).to_contain_text("fan-1")
    orders.get_by_role("link").click()
    expect(console.page).to_have_url(re.compile(f"#/ticket/{paid.id}$"))
    expect(console.page.get_by_role("heading", level=1)).not_to_have_text("イベント")


def test_the_door_is_counted_by_gate_with_duplicates_and_what_was_offline(
    console: Console, driver_over_http: Driver
) -> None:
    event = held_soon(driver_over_http)
    first, second = (driver_over_http.places_bought(event, f"fan-{number}") for number in (1, 2))
    console.open("events", event)
    driver_over_http.scan_ticket(event, driver_over_http.ticket_code(first), gate="北")
    driver_over_http.scan_ticket(event, driver_over_http.ticket_code(first), gate="北")
    scans = [offline_scan(driver_over_http, event, ordered, "南") for ordered in (first, second)]
    driver_over_http.call("syncScans", {"event_id": event, "scans": scans}, "organizer-1")
    gates = table(console, "入口").locator("tbody tr")
    for number, words in enumerate(["北10", "南20", "合計30"]):
        expect(gates.nth(number)).to_have_text(words)
    for name, count in (("場内", "2"), ("重複", "1"), ("オフライン", "2"), ("断った読み取り", "1")):
        expect(fact(console, "入場", name)).to_have_text(count)
    duplicates = table(console, "重複して入場したチケット").locator("tbody tr")
    expect(duplicates).to_have_count(1)
    expect(duplicates).to_contain_text("南")


def test_an_event_is_cancelled_and_its_refunds_are_followed_to_the_end(
    console: Console, driver_over_http: Driver
) -> None:
    event = held_soon(driver_over_http)
    bought = [driver_over_http.places_bought(event, f"fan-{number}", 2) for number in (1, 2)]
    driver_over_http.places_held(event, "fan-3")
    console.open("events", event)
    console.page.get_by_role("button", name="イベントを中止する").click()
    dialog = console.page.get_by_role("dialog")
    for words in (XSS, "12,000", "3件の注文をすべて終了し"):
        expect(dialog).to_contain_text(words)
    dialog.get_by_label("理由").fill("台風のため")
    dialog.get_by_label("メモ").fill("主催者から電話")
    dialog.get_by_role("button", name="イベントを中止する").click()
    expect(dialog).to_be_hidden()
    refunds = "中止後の返金"
    expect(section(console, refunds).get_by_role("status")).to_have_text("注文を処理しています。数分かかります。")
    expect(fact(console, refunds, "未処理")).to_have_text("3件")
    expect(console.page.get_by_role("button", name="イベントを中止する")).to_have_count(0)
    driver_over_http.settle_orders()
    expect(section(console, refunds).get_by_role("status")).to_have_text("すべての注文を処理しました。")
    for name, count in (("未処理", "0件"), ("完了", "2件"), ("返金に失敗", "0件")):
        expect(fact(console, refunds, name)).to_have_text(count, timeout=SOON)
    expect(fact(console, XSS, "返金")).to_contain_text("12,000", timeout=SOON)
    rows = table(console, "注文").locator("tbody tr")
    expect(rows.filter(has_text="返金済み")).to_have_count(2)
    (kept,) = [entry for entry in driver_over_http.audit("cancelEvent") if entry["target"] == f"events/{event}"]
    assert (kept["who"], kept["note"]) == ("admin", "主催者から電話")
    # A refund that fails later is a person's business, and is shown without being asked for.
    made = driver_over_http.simulator.refunds()[-1]
    (failed,) = [each for each in bought if each.payment == made["payment_intent"]]
    driver_over_http.simulator.fail_refund(made["id"])
    expect(fact(console, refunds, "返金に失敗")).to_have_text("1件", timeout=SOON)
    expect(table(console, "返金に失敗した注文")).to_contain_text(failed.id)
    expect(rows.filter(has_text=failed.id)).to_contain_text("未返金")


def test_what_is_not_there_is_told(console: Console) -> None:
    console.open("events", "ev-nobody")
    expect(console.page.get_by_text("このイベントはありません。")).to_be_visible()


@pytest.mark.parametrize("console", ["support"], indirect=True)
def test_support_sees_an_event_and_no_button(console: Console, driver_over_http: Driver) -> None:
    event = held_soon(driver_over_http)
    driver_over_http.places_bought(event)
    console.open("events", event)
    expect(fact(console, XSS, "売上")).to_contain_text("3,000")
    expect(console.page.get_by_role("button", name="イベントを中止する")).to_have_count(0)
    expect(console.page.get_by_text("閲覧のみ")).to_be_visible()


@pytest.mark.parametrize("console", ["en-US"], indirect=True)
def test_nothing_is_wrong_with_the_screens(console: Console, driver_over_http: Driver) -> None:
    tiers = [{**TIERS[0], "name": XSS}]
    event = held_soon(driver_over_http, tiers=tiers, cancel_terms={"until_hours": 0})
    driver_over_http.cancel_ticket(driver_over_http.places_bought(event))
    driver_over_http.places_held(event)
    console.open("events")
    expect(console.page.get_by_role("table")).to_contain_text(XSS)
    console.has_no_faults()
    console.open("events", event)
    expect(console.page.get_by_role("table", name="Sales per tier")).to_contain_text(XSS)
    console.page.get_by_role("button", name="Cancel the event").click()
    console.has_no_faults()
    console.page.keyboard.press("Escape")
    driver_over_http.cancel_event(event)
    expect(console.page.get_by_role("heading", name="Refunds after the cancellation")).to_be_visible()
    console.has_no_faults()
