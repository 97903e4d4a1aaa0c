"""The console's screen Audit: who changed what, why, and from what to what."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from devkit.stack import Stack
from tests.e2e.console_page import Console

MARKUP = "<img src=x onerror=alert(1)>"


WHOLE: dict[str, Any] = {
    "who": "admin",
    "what": "saveStore",
    "note": None,
    "target": "stores/store-1",
    "before": {},
    "after": {},
}


def written(stack: Stack, *entries: dict[str, Any]) -> None:
    """Entries as common/audit.py writes them, the first of them the oldest."""
    batch, now = stack.db.batch(), datetime.now(UTC)
    for number, given in enumerate(entries):
        at = now + timedelta(milliseconds=number)
        batch.set(stack.db.document(f"audit/{uuid4().hex}"), {**WHOLE, "at": at, **given})
    batch.commit()


def cards(console: Console) -> Locator:
    return console.page.get_by_role("article")


def test_an_entry_shows_what_was_before_beside_what_is_after_as_text(console: Console, stack: Stack) -> None:
    target = f"stores/{uuid4().hex}"
    before = {"name": MARKUP, "address": "東京都"}
    after = {"name": "新しい名前", "images": ["https://example.com/1.png"]}
    console.open("audit")
    expect(console.page.get_by_role("heading", level=1)).to_have_text("監査")
    written(stack, {"target": target, "note": f"理由 {MARKUP}", "before": before, "after": after})
    expect(cards(console).first).to_contain_text(target)
    expect(cards(console).first).to_contain_text(f"理由 {MARKUP}")
    rows = console.page.get_by_role("table", name=f"saveStore {target}：変更前と変更後").locator("tbody tr")
    expect(rows.nth(0)).to_have_text("address東京都–")
    expect(rows.nth(1)).to_have_text('images–[\n "https://example.com/1.png"\n]')
    expect(rows.nth(2)).to_have_text(f"name{MARKUP}新しい名前")


def test_fifty_are_a_page_newest_first(console: Console, stack: Stack) -> None:
    who = f"admin-{uuid4().hex[:8]}"
    written(stack, *({"who": who, "note": f"number {number:03}"} for number in range(60)))
    console.open("audit", f"who={uuid4().hex}")
    expect(console.page.get_by_text("記録はありません。")).to_be_visible()
    console.open("audit", f"who={who}")
    expect(cards(console)).to_have_count(50)
    expect(cards(console).first).to_contain_text("number 059")
    expect(cards(console).last).to_contain_text("number 010")
    console.page.get_by_role("button", name="さらに表示").click()
    expect(cards(console)).to_have_count(60)
    expect(cards(console).last).to_contain_text("number 000")


def test_entries_are_filtered_by_who_what_and_target(console: Console, stack: Stack) -> None:
    who, payment = f"admin-{uuid4().hex[:8]}", f"pi_{uuid4().hex}"
    path = f"payment_intents/{payment}"
    written(
        stack,
        {"who": who, "what": "saveStore", "target": "stores/store-2"},
        {"who": who, "what": "cancelPaymentIntent", "target": path},
        {"who": "somebody-else", "what": "cancelPaymentIntent", "target": path},
    )
    console.open("audit")
    console.page.get_by_label("対象").fill(payment)
    console.page.get_by_label("対象").press("Enter")
    expect(cards(console)).to_have_count(2)
    expect(console.page.get_by_label("対象")).to_have_value(path)
    expect(cards(console).first.get_by_role("link", name="開く")).to_have_attribute("href", f"#/ticket/{payment}")
    cards(console).last.get_by_role("link", name=who).click()
    expect(cards(console)).to_have_count(1)
    expect(console.page.get_by_label("誰が")).to_have_value(who)
    console.page.get_by_label("対象").fill("")
    console.page.get_by_label("操作").fill("saveStore")
    console.page.get_by_role("button", name="絞り込む").click()
    expect(cards(console)).to_have_count(1)
    expect(cards(console)).to_contain_text("stores/store-2")
    console.page.get_by_role("link", name="すべて表示").click()
    expect(console.page.get_by_label("誰が")).to_have_value("")
    expect(cards(console)).not_to_have_count(1)


@pytest.mark.parametrize("console", ["support en-US"], indirect=True)
def test_support_reads_it_too_and_nothing_is_wrong_with_the_screen(console: Console, stack: Stack) -> None:
    who, target = f"admin-{uuid4().hex[:8]}", f"incidents/hold_lost.buyer.{'a' * 24}"
    changed = {"note": MARKUP, "before": {"long": "x" * 200}, "after": {"long": MARKUP * 10}}
    written(stack, {"who": who, **changed}, {"who": who, "target": target})
    console.open("audit", f"who={who}")
    expect(cards(console).first).to_contain_text("No field was changed.")
    # It is no ticket, though its end looks like one's id.
    expect(cards(console).first.get_by_role("link", name="Open")).to_have_count(0)
    expect(cards(console).nth(1)).to_contain_text(MARKUP)
    console.has_no_faults()
