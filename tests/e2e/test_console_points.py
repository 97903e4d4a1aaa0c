"""The console's screen Points: a customer's ledger as it stands, and the reversal of an entry."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from tests.e2e.console_page import Console
from tests.support.driver import Driver

XSS = "<img src=x onerror=alert(1)>"


@pytest.fixture
def customer() -> str:
    return f"customer-{uuid4()}"


@pytest.fixture
def store(driver_over_http: Driver) -> str:
    """A store whose name is an attempt to run a script."""
    store = "store-" + uuid4().hex[:8]
    driver_over_http.db.document(f"stores/{store}").set({"name": XSS})
    driver_over_http.db.document(f"store_staff/{store}").set({"uids": [store.replace("store", "staff")]})
    return store


def table(console: Console, name: str) -> Locator:
    return console.page.get_by_role("table", name=name, exact=True)


def reversal_of(console: Console, entry: str) -> Locator:
    return table(console, "ポイントの明細").get_by_role("button", name=f"取り消す {entry}")


def test_a_customers_ledger_shows_and_grows_by_itself(
    console: Console, driver_over_http: Driver, customer: str
) -> None:
    driver_over_http.earn(5_000, customer)
    driver_over_http.use_points(driver_over_http.store_read(customer), 20, customer)
    console.open("points", customer)
    rows = table(console, "ポイントの明細").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("支払い-20 pt30 pt")
    expect(rows.nth(1)).to_contain_text("獲得+50 pt50 pt")
    expect(rows.nth(1)).to_contain_text("喫茶 切符")
    balance = console.page.locator("section", has=console.page.get_by_role("heading", name="残高"))
    expect(balance).to_contain_text("利用可能 30 pt・累計 50 pt")
    driver_over_http.earn(1_000, customer)
    expect(rows).to_have_count(3)
    expect(balance).to_contain_text("利用可能 40 pt・累計 60 pt")
    expect(table(console, "付与").locator("tbody tr")).to_have_count(2)
    expect(table(console, "ポイントでの支払い")).to_contain_text("20 pt完了")
    expect(table(console, "スタンプ")).to_contain_text("喫茶 切符2")
    console.picture("points")


def test_a_balance_that_is_not_the_sum_of_its_entries_is_told(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    award = driver_over_http.earn(5_000, customer, store)["awardId"]
    driver_over_http.db.document(f"transactions/{award}").update({"balanceAfter": 70})
    console.open("points", customer)
    expect(console.page.get_by_role("alert")).to_have_text("残高と明細の合計が一致しません。")


def test_an_entry_is_reversed_once_with_a_note(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    award = driver_over_http.earn(5_000, customer, store)["awardId"]
    console.open("points", customer)
    reversal_of(console, award).click()
    dialog = console.page.get_by_role("dialog")
    for words in (customer, "+50 pt", XSS, award, "残高は 50 pt から 0 pt になります"):
        expect(dialog).to_contain_text(words)
    dialog.get_by_label("理由").fill("二重に付与")
    dialog.get_by_label("メモ").fill(XSS)
    dialog.get_by_role("button", name="ポイントの明細を取り消す").click()
    expect(dialog).to_be_hidden()
    rows = table(console, "ポイントの明細").locator("tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.nth(0)).to_contain_text("取り消し-50 pt0 pt")
    expect(rows.nth(0)).to_contain_text("二重に付与")
    expect(rows.nth(1)).to_contain_text("取消済み")
    expect(table(console, "ポイントの明細").get_by_role("button", name="取り消す")).to_have_count(0)
    expect(table(console, "付与")).to_contain_text("取消済み")
    kept = [entry for entry in driver_over_http.audit("reversePoints") if award in entry["target"]]
    assert {(entry["who"], entry["note"]) for entry in kept} == {("admin", XSS)}


def test_what_cannot_be_reversed_has_no_button(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    award = driver_over_http.earn(5_000, customer, store)["awardId"]
    paid = driver_over_http.use_points(driver_over_http.store_read(customer, store), 20, customer, store)["usageId"]
    console.open("points", customer)
    expect(reversal_of(console, paid)).to_be_visible()
    expect(reversal_of(console, award)).to_be_hidden()
    expect(table(console, "ポイントの明細")).to_contain_text("残高不足のため取り消せません")


def test_the_servers_refusal_is_shown_in_the_dialog(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    award = driver_over_http.earn(5_000, customer, store)["awardId"]
    console.open("points", customer)
    reversal_of(console, award).click()
    driver_over_http.reverse_points(award, "another reason")
    dialog = console.page.get_by_role("dialog")
    dialog.get_by_label("理由").fill("二重に付与")
    dialog.get_by_label("メモ").fill("確認済み")
    dialog.get_by_role("button", name="ポイントの明細を取り消す").click()
    expect(dialog.get_by_role("alert")).to_contain_text("IDEMPOTENCY_MISMATCH")


def test_an_entry_is_reversed_by_keyboard_alone(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    award = driver_over_http.earn(5_000, customer, store)["awardId"]
    console.open("points")
    keyboard = console.page.keyboard
    console.page.get_by_label("お客様の uid").focus()
    keyboard.type(customer)
    keyboard.press("Enter")
    button = reversal_of(console, award)
    expect(button).to_be_visible()
    for _ in range(30):
        keyboard.press("Tab")
        if button.evaluate("it => it === document.activeElement"):
            break
    expect(button).to_be_focused()
    keyboard.press("Enter")
    expect(console.page.get_by_role("dialog")).to_be_visible()
    keyboard.press("Escape")
    expect(console.page.get_by_role("dialog")).to_be_hidden()
    expect(button).to_be_focused()
    keyboard.press("Enter")
    fields = console.page.get_by_role("dialog").get_by_role("textbox")
    expect(fields.first).to_be_focused()
    keyboard.type("二重に付与")
    keyboard.press("Tab")
    expect(fields.last).to_be_focused()
    keyboard.type("確認済み")
    for _ in range(2):
        keyboard.press("Tab")
    keyboard.press("Enter")
    expect(table(console, "ポイントの明細")).to_contain_text("取消済み")


@pytest.mark.parametrize("console", ["support"], indirect=True)
def test_support_sees_the_ledger_and_no_button(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    driver_over_http.earn(5_000, customer, store)
    console.open("points", customer)
    expect(table(console, "ポイントの明細")).to_contain_text("+50 pt")
    expect(console.page.get_by_role("main").get_by_role("button", name="取り消す")).to_have_count(0)
    expect(console.page.get_by_text("閲覧のみ")).to_be_visible()


@pytest.mark.parametrize("console", ["en-US"], indirect=True)
def test_nothing_is_wrong_with_the_screen(
    console: Console, driver_over_http: Driver, customer: str, store: str
) -> None:
    driver_over_http.earn(5_000, customer, store)
    driver_over_http.use_points(driver_over_http.store_read(customer, store), 20, customer, store)
    console.open("points")
    console.has_no_faults()
    console.open("points", customer)
    expect(console.page.get_by_role("table").first).to_contain_text(XSS)
    console.has_no_faults()
    console.page.get_by_role("button", name="Reverse").first.click()
    console.has_no_faults()
