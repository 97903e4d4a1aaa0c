"""The console's screens of devices and purchases: what was bought for which device, and its refund."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.console_page import Console
from tests.support.driver import Driver

XSS = "<img src=x onerror=alert(1)>"


@pytest.fixture
def device() -> str:
    return f"device-{uuid4()}"


def section(console: Console, heading: str) -> Locator:
    return console.page.locator("section", has=console.page.get_by_role("heading", name=heading))


def test_purchases_are_listed_newest_first_and_by_status(
    console: Console, driver_over_http: Driver, device: str
) -> None:
    paid = driver_over_http.fulfilled("license", device)
    waiting = driver_over_http.opened("daypass", device + "-2")
    console.open("devices")
    rows = console.page.get_by_role("table", name="購入", exact=True).locator("tbody tr")
    expect(rows.nth(0)).to_contain_text(waiting.id)
    expect(rows.nth(1)).to_contain_text(paid.id)
    console.picture("devices")
    console.page.get_by_label("状態").select_option("fulfilled")
    expect(rows.nth(0)).to_contain_text(paid.id)
    expect(rows.filter(has_text=waiting.id)).to_have_count(0)
    rows.nth(0).get_by_role("link", name=paid.id).click()
    expect(section(console, "ライセンス ·")).to_contain_text(paid.session)


def test_a_device_shows_what_it_has_and_how_it_came_to_it(
    console: Console, driver_over_http: Driver, device: str
) -> None:
    driver_over_http.fulfilled("daypass", device)
    bought = driver_over_http.fulfilled("license", device)
    console.open("devices")
    console.page.get_by_label("端末 ID").fill(device)
    console.page.keyboard.press("Enter")
    about = section(console, "端末").first
    expect(about).to_contain_text("ライセンスあり（")
    expect(about).to_contain_text("まで有効")
    expect(about.get_by_role("link", name=bought.id)).to_be_visible()
    expect(console.page.get_by_role("table", name="購入", exact=True).locator("tbody tr")).to_have_count(2)
    expect(console.page.get_by_role("table", name="履歴")).to_contain_text("paid")


def test_a_purchase_is_refunded_with_a_note_and_shows_it_at_once(
    console: Console, driver_over_http: Driver, device: str
) -> None:
    bought = driver_over_http.fulfilled("license", device)
    console.open("purchases", bought.id)
    about = section(console, "ライセンス ·")
    expect(about).to_contain_text("提供済み")
    console.picture("purchase")
    about.get_by_role("button", name="返金する").click()
    dialog = console.page.get_by_role("dialog")
    for words in ("3,000", bought.owner, bought.id, "端末"):
        expect(dialog).to_contain_text(words)
    dialog.get_by_label("理由").fill(XSS)
    dialog.get_by_label("メモ").fill("お客様のご依頼")
    dialog.get_by_role("button", name="返金する").click()
    expect(dialog).to_be_hidden()
    expect(about).to_contain_text("取り上げ済み")
    expect(about).to_contain_text(XSS)
    expect(about.get_by_role("button", name="返金する")).to_have_count(0)
    expect(console.page.get_by_role("table", name="履歴")).to_contain_text(XSS)
    about.get_by_role("link", name=device).click()
    expect(section(console, "端末").first).to_contain_text("ライセンスなし")
    kept = [entry for entry in driver_over_http.audit("refundPurchase") if entry["target"] == f"purchases/{bought.id}"]
    assert {(entry["who"], entry["note"]) for entry in kept} == {("admin", "お客様のご依頼")}


def test_a_refund_that_failed_can_be_asked_for_again(console: Console, driver_over_http: Driver, device: str) -> None:
    in_vain = driver_over_http.opened("daypass", device)
    driver_over_http.fulfilled("license", device)
    driver_over_http.pay_page(in_vain)
    driver_over_http.by_admin("refundPurchase", purchase_id=in_vain.id)
    console.open("purchases", in_vain.id)
    about = section(console, "デイパス ·")
    expect(about).to_contain_text("返金済み")
    expect(about.get_by_role("button", name="返金する")).to_have_count(0)
    driver_over_http.simulator.fail_refund(driver_over_http.simulator.refunds()[-1]["id"])
    expect(about.get_by_role("button", name="返金する")).to_be_visible()


def test_what_is_not_paid_has_no_refund(console: Console, driver_over_http: Driver, device: str) -> None:
    waiting = driver_over_http.opened("daypass", device)
    console.open("purchases", waiting.id)
    expect(section(console, "デイパス")).to_contain_text("支払い待ち")
    expect(console.page.get_by_role("main").get_by_role("button", name="返金する")).to_have_count(0)


def test_what_is_not_there_is_told(console: Console) -> None:
    console.open("devices", "nobody-has-it")
    expect(console.page.get_by_text("この端末の記録はありません。")).to_be_visible()
    console.open("purchases", "p_00000000000000000000000000000000")
    expect(console.page.get_by_text("この購入はありません。")).to_be_visible()


@pytest.mark.parametrize("console", ["support"], indirect=True)
def test_support_sees_a_purchase_and_no_button(console: Console, driver_over_http: Driver, device: str) -> None:
    bought = driver_over_http.fulfilled("license", device)
    console.open("purchases", bought.id)
    expect(section(console, "ライセンス ·")).to_contain_text("提供済み")
    expect(console.page.get_by_role("main").get_by_role("button", name="返金する")).to_have_count(0)
    expect(console.page.get_by_text("閲覧のみ")).to_be_visible()


@pytest.mark.parametrize("console", ["en-US"], indirect=True)
def test_nothing_is_wrong_with_the_screens(console: Console, driver_over_http: Driver, device: str) -> None:
    bought = driver_over_http.fulfilled("daypass", device)
    for parts in (("devices",), ("devices", device), ("purchases", bought.id)):
        console.open(*parts)
        expect(console.page.get_by_role("main")).to_contain_text(bought.id)
        console.has_no_faults()
    console.page.get_by_role("button", name="Refund").click()
    console.has_no_faults()
