"""The console's screen Master data: prices, consultants, stores and staff are written by calls that refuse slips."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from devkit.stack import Stack
from tests.e2e.console_page import Console

MARKUP = "<img src=x onerror=alert(1)>"


def new_id(kind: str) -> str:
    return f"{kind}-{uuid4().hex[:8]}"


def document(stack: Stack, path: str) -> dict[str, Any]:
    return stack.db.document(path).get().to_dict() or {}


def row(console: Console, section: str, id_: str) -> Locator:
    return console.page.get_by_role("table", name=section, exact=True).locator("tbody tr").filter(has_text=id_)


def dialog_of(console: Console, button: Locator) -> Locator:
    button.click()
    return console.page.get_by_role("dialog")


def saved(dialog: Locator, note: str = "試し") -> None:
    dialog.get_by_label("メモ").fill(note)
    dialog.locator("button[type=submit]").click()


def test_a_ticket_type_is_added_and_changed(console: Console, stack: Stack) -> None:
    kind = new_id("type")
    console.open("master")
    dialog = dialog_of(console, console.page.get_by_role("button", name="チケットの種類を追加"))
    dialog.get_by_label("種類", exact=True).fill(kind)
    dialog.get_by_label("金額（円）").fill("6000")
    dialog.get_by_label("相談（分）").fill("45")
    saved(dialog)
    expect(row(console, "チケットの種類", kind)).to_contain_text("停止中¥6,00045")
    dialog = dialog_of(console, row(console, "チケットの種類", kind).get_by_role("button", name=f"編集 {kind}"))
    expect(dialog).to_contain_text("売れたチケットは変わりません。")
    expect(dialog.get_by_label("相談（分）")).to_have_value("45")
    dialog.get_by_label("金額（円）").fill("7000")
    dialog.get_by_label("販売する").check()
    saved(dialog, MARKUP)
    expect(row(console, "チケットの種類", kind)).to_contain_text("有効¥7,00045")
    kept = document(stack, f"ticket_types/{kind}")
    assert (kept["amount"], kept["active"], kept["session_minutes"], kept["currency"]) == (7000, True, 45, "jpy")
    row(console, "チケットの種類", kind).get_by_role("link", name="変更の記録").click()
    entry = console.page.get_by_role("article").first
    expect(entry).to_contain_text(MARKUP)
    changes = entry.get_by_role("row").filter(has_text="amount")
    expect(changes).to_have_text("amount60007000")


SLIPS = [
    ("金額（円）", "1", "amount"),
    ("相談（分）", "0", "sessionMinutes"),
    ("最短（分）", "31", "minSessionMinutes"),
]


def test_a_slip_is_told_at_its_field_and_changes_nothing(console: Console, stack: Stack) -> None:
    before = document(stack, "ticket_types/dm_consultation")
    console.open("master")
    for label, value, field in SLIPS:
        dialog = dialog_of(console, console.page.get_by_role("button", name="編集 dm_consultation"))
        dialog.get_by_label(label).fill(value)
        saved(dialog)
        expect(dialog.get_by_role("alert")).to_contain_text("INVALID_ARGUMENT")
        expect(dialog.locator(f"#field-{field}-problem")).to_be_visible()
        expect(dialog.get_by_label(label)).to_have_attribute("aria-describedby", re.compile(f"field-{field}-problem"))
        expect(dialog.locator("[aria-invalid]")).to_have_count(1)
        dialog.get_by_role("button", name="やめる").click()
    assert document(stack, "ticket_types/dm_consultation") == before


def test_a_consultant_is_added_and_takes_no_more_consultations(console: Console, stack: Stack) -> None:
    consultant = new_id("imecon")
    console.open("master")
    dialog = dialog_of(console, console.page.get_by_role("button", name="コンサルタントを追加"))
    dialog.get_by_label("uid").fill(consultant)
    dialog.get_by_label("名前").fill(MARKUP)
    saved(dialog)
    expect(row(console, "コンサルタント", consultant)).to_contain_text(f"{MARKUP}有効")
    dialog = dialog_of(console, row(console, "コンサルタント", consultant).get_by_role("button", name="編集"))
    expect(dialog).to_contain_text(f"{MARKUP}（{consultant}）")
    dialog.get_by_label("相談を受ける").uncheck()
    saved(dialog)
    expect(row(console, "コンサルタント", consultant)).to_contain_text(f"{MARKUP}停止中")
    assert document(stack, f"imecons/{consultant}") == {"active": False, "display_name": MARKUP}


def test_a_store_is_added_and_changed_and_its_staff_replaced(console: Console, stack: Stack) -> None:
    store = new_id("a-store")
    console.open("master")
    dialog = dialog_of(console, console.page.get_by_role("button", name="店舗を追加"))
    dialog.get_by_label("店舗ID").fill(store)
    dialog.get_by_label("名前").fill(MARKUP)
    dialog.get_by_label("画像").fill("javascript:alert(1)")
    saved(dialog)
    expect(dialog.locator("#field-images-problem")).to_be_visible()
    dialog.get_by_label("画像").fill("https://example.com/1.png\n\nhttps://example.com/2.png")
    saved(dialog)
    shown = row(console, "店舗", store)
    expect(shown).to_contain_text(f"{MARKUP}–2いません")
    dialog = dialog_of(console, shown.get_by_role("button", name="スタッフを編集"))
    dialog.get_by_label("スタッフの uid").fill("staff-8\nstaff-9")
    saved(dialog)
    expect(shown).to_contain_text("staff-8、staff-9")
    dialog = dialog_of(console, shown.get_by_role("button", name="スタッフを編集"))
    expect(dialog).to_contain_text(MARKUP)
    expect(dialog.get_by_label("スタッフの uid")).to_have_value("staff-8\nstaff-9")
    dialog.get_by_label("スタッフの uid").fill("staff-9")
    saved(dialog)
    expect(shown).not_to_contain_text("staff-8")
    dialog = dialog_of(console, shown.get_by_role("button", name=f"編集 {store}", exact=True))
    dialog.get_by_label("住所").fill("東京都")
    saved(dialog)
    expect(shown).to_contain_text(f"{MARKUP}東京都2staff-9")
    images = ["https://example.com/1.png", "https://example.com/2.png"]
    assert document(stack, f"stores/{store}") == {"name": MARKUP, "address": "東京都", "images": images}
    assert document(stack, f"store_staff/{store}") == {"uids": ["staff-9"]}


@pytest.mark.parametrize("console", ["support"], indirect=True)
def test_support_sees_all_and_no_button(console: Console) -> None:
    console.open("master")
    expect(row(console, "チケットの種類", "dm_consultation")).to_be_visible()
    expect(row(console, "店舗", "store-1")).to_contain_text("staff-1")
    expect(console.page.get_by_role("main").get_by_role("button", name=re.compile("編集|追加"))).to_have_count(0)


@pytest.mark.parametrize("console", ["admin en-US"], indirect=True)
def test_it_is_used_by_keyboard_on_a_narrow_screen_and_nothing_is_wrong(console: Console, stack: Stack) -> None:
    store, page = new_id("a-store"), console.page
    stack.db.document(f"stores/{store}").set({"name": MARKUP, "address": MARKUP})
    # Written by hand, it may be no list.
    stack.db.document(f"store_staff/{store}").set({"uids": "staff-1"})
    console.open("master")
    expect(row(console, "Stores", store)).to_contain_text("None")
    console.has_no_faults()
    button = row(console, "Stores", store).get_by_role("button", name=f"Edit {store}")
    button.focus()
    page.keyboard.press("Enter")
    console.has_no_faults()
    page.keyboard.press("Escape")
    expect(button).to_be_focused()
