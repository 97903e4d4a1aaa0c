"""The console's screen Campaigns: codes are made, shown once, listed, and stopped together."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Route, expect

from devkit.client import CallableError
from devkit.stack import Stack
from tests.e2e.console_page import Console

MARKUP = "<img src=x onerror=alert(1)>"


def given_away(stack: Stack, **more: Any) -> Any:
    """createTicketCodes: what it answers."""
    until = (datetime.now(UTC) + timedelta(days=30)).isoformat()
    return stack.functions.call(
        "createTicketCodes", {"count": 2, "valid_until": until, **more}, "admin", claims={"admin": True}
    )


def written(stack: Stack, **more: Any) -> str:
    """A campaign as the document has it; its id."""
    id_, now = uuid4().hex, datetime.now(UTC)
    campaign = {
        "count": 3,
        "max_redemptions": 10,
        "ticket_type": "dm_consultation",
        "imecon_id": None,
        "valid_until": now + timedelta(days=30),
        "created_by": "admin",
        "created_at": now,
        "stopped_at": None,
        "stopped_by": None,
    }
    stack.db.document(f"code_campaigns/{id_}").set({**campaign, **more})
    return id_


def row(console: Console, campaign: str) -> Locator:
    address = f'[href*="code_campaigns%252F{campaign}"]'
    return console.page.locator("tbody tr", has=console.page.locator(address))


def creating(console: Console) -> Locator:
    """The dialog, with everything that must be filled in."""
    console.page.get_by_role("button", name="コードを作る").click()
    dialog = console.page.get_by_role("dialog", name="コードを作る")
    dialog.get_by_label("コードの数").fill("3")
    dialog.get_by_label("1つのコードを使える人数").fill("2")
    dialog.get_by_label("有効期限").fill("2099-12-31T23:59")
    dialog.get_by_label("メモ").fill("招待")
    return dialog


def made(dialog: Locator) -> None:
    dialog.get_by_role("button", name="コードを作る").click()


def test_codes_are_made_and_shown_once_to_be_copied_and_kept(console: Console, stack: Stack, tmp_path: Path) -> None:
    console.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    console.open("campaigns")
    dialog = creating(console)
    expect(dialog).to_contain_text("支払いなしで相談を受けられます。")
    dialog.get_by_label("コンサルタント").fill("imecon-1")
    made(dialog)
    shown = console.page.get_by_role("region", name="新しいコード（3個）")
    expect(shown.get_by_role("heading")).to_be_focused()
    expect(shown).to_contain_text("2099/12/31 23:59:00")
    codes = shown.locator("pre").inner_text().split()
    assert len(set(codes)) == 3
    shown.get_by_role("button", name="すべてコピー").click()
    expect(shown.get_by_role("button", name="コピーしました")).to_be_visible()
    assert console.page.evaluate("navigator.clipboard.readText()").split() == codes
    with console.page.expect_download() as download:
        shown.get_by_role("link", name="ファイルに保存").click()
    assert re.fullmatch(r"codes-[\w-]+\.txt", download.value.suggested_filename)
    download.value.save_as(tmp_path / "codes.txt")
    assert (tmp_path / "codes.txt").read_text().split() == codes
    campaign = download.value.suggested_filename.removeprefix("codes-").removesuffix(".txt")
    for words in ("dm_consultation", "imecon-1", "0 / 6", "2099/12/31 23:59:00", "有効"):
        expect(row(console, campaign)).to_contain_text(words)
    shown.get_by_role("button", name="保存したので閉じる").click()
    expect(console.page.get_by_text(codes[0])).to_have_count(0)
    console.page.reload()
    expect(row(console, campaign)).to_be_visible()
    expect(console.page.get_by_text(codes[0])).to_have_count(0)
    redeemed = stack.functions.call("redeemTicketCode", {"ticket_code": codes[0], "imecon_id": "imecon-1"}, uuid4().hex)
    assert redeemed["ok"]


def test_asked_again_after_a_lost_answer_the_same_codes_are_shown(console: Console, stack: Stack) -> None:
    lost: list[Any] = []

    def lose_the_first(route: Route) -> None:
        if route.request.method != "POST" or lost:
            return route.continue_()
        lost.append(route.fetch().json()["result"])
        return route.abort()

    console.page.route("**/createTicketCodes", lose_the_first)
    console.open("campaigns")
    dialog = creating(console)
    made(dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("応答がありません。")
    dialog.get_by_label("メモ").fill("招待、再試行")
    made(dialog)
    expect(console.page.locator("pre.codes")).to_have_text(re.compile(lost[0]["codes"][0]))
    assert console.page.locator("pre.codes").inner_text().split() == lost[0]["codes"]
    console.complaints.clear()


def test_what_the_server_refuses_is_shown_at_its_field(console: Console) -> None:
    console.open("campaigns")
    dialog = creating(console)
    dialog.get_by_label("有効期限").fill("2020-01-01T00:00")
    made(dialog)
    expect(dialog.get_by_role("alert")).to_contain_text("INVALID_ARGUMENT")
    expect(dialog.get_by_label("有効期限")).to_have_attribute("aria-invalid", "true")
    expect(dialog.locator("#field-validUntil-problem")).to_contain_text("in_the_past")


def test_a_campaign_is_stopped_with_a_note(console: Console, stack: Stack) -> None:
    gift = given_away(stack)
    campaign = gift["campaign_id"]
    console.open("campaigns")
    row(console, campaign).get_by_role("button", name=f"停止 {campaign}").click()
    dialog = console.page.get_by_role("dialog", name="コードを停止する")
    for words in (campaign, "dm_consultation", "2個のコードは今から使えなくなり、元に戻せません。"):
        expect(dialog).to_contain_text(words)
    dialog.get_by_label("メモ").fill(MARKUP)
    dialog.get_by_role("button", name="コードを停止する").click()
    expect(row(console, campaign)).to_contain_text(re.compile("停止：.*、admin"))
    expect(row(console, campaign).get_by_role("button")).to_have_count(0)
    with pytest.raises(CallableError):
        stack.functions.call(
            "redeemTicketCode", {"ticket_code": gift["codes"][0], "imecon_id": "imecon-1"}, uuid4().hex
        )
    row(console, campaign).get_by_role("link").click()
    expect(console.page.get_by_role("article").first).to_contain_text(MARKUP)


def test_uses_and_what_is_over_show(console: Console, stack: Stack) -> None:
    console.open("campaigns")
    ended = written(stack, valid_until=datetime.now(UTC) - timedelta(minutes=1), redeemed=7)
    uncounted = written(stack, ticket_type=MARKUP)
    expect(row(console, ended)).to_contain_text("7 / 30")
    expect(row(console, ended)).to_contain_text("期限切れ")
    expect(row(console, ended).get_by_role("button")).to_have_count(0)
    expect(row(console, uncounted)).to_contain_text("– / 30")
    expect(row(console, uncounted)).to_contain_text(MARKUP)


@pytest.mark.parametrize("console", ["support"], indirect=True)
def test_support_sees_the_campaigns_and_no_button(console: Console, stack: Stack) -> None:
    campaign = written(stack)
    console.open("campaigns")
    expect(row(console, campaign)).to_be_visible()
    expect(console.page.get_by_role("main").get_by_role("button", name=re.compile("停止|作る"))).to_have_count(0)
    expect(console.page.get_by_text("閲覧のみ")).to_be_visible()


@pytest.mark.parametrize("console", ["admin en-US"], indirect=True)
def test_codes_are_made_by_keyboard_on_a_narrow_screen_and_nothing_is_wrong(console: Console, stack: Stack) -> None:
    page = console.page
    written(stack, ticket_type=MARKUP)
    console.open("campaigns")
    page.get_by_role("button", name="Make codes").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Codes", exact=True)).to_be_focused()
    console.has_no_faults()
    page.keyboard.press("Control+A")
    page.keyboard.type("2")
    page.get_by_label("Valid until").fill("2099-12-31T23:59")
    page.get_by_label("Note").focus()
    page.keyboard.type("by keyboard")
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="New codes")).to_be_visible()
    console.has_no_faults()
