"""Who gets into the console, and what each of them sees."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from devkit.stack import Stack
from tests.e2e.console_books import Books
from tests.e2e.console_page import Console


@pytest.mark.parametrize("console", ["nobody"], indirect=True)
def test_nobody_sees_anything_before_signing_in(console: Console) -> None:
    page = console.page
    page.goto(console.url)
    expect(page.get_by_label("パスワード", exact=True)).to_be_visible()
    expect(page.get_by_role("navigation")).to_have_count(0)
    console.has_no_faults()
    page.get_by_label("メールアドレス").fill("admin@kippu.test")
    page.get_by_label("パスワード", exact=True).fill("wrong")
    page.get_by_role("button", name="サインイン").click()
    expect(page.get_by_role("status")).to_have_text("メールアドレスまたはパスワードが違います。")


@pytest.mark.parametrize("console", ["staff-1"], indirect=True)
def test_an_ordinary_account_is_told_that_it_may_not(console: Console) -> None:
    expect(console.page.get_by_role("alert")).to_have_text("このアカウントには管理画面の権限がありません。")
    expect(console.page.get_by_role("navigation")).to_have_count(0)
    console.has_no_faults()


def test_signing_out_takes_everything_away(console: Console) -> None:
    console.page.get_by_role("button", name="サインアウト").click()
    expect(console.page.get_by_label("パスワード", exact=True)).to_be_visible()
    expect(console.page.get_by_role("navigation")).to_have_count(0)


@pytest.mark.parametrize("console", ["support"], indirect=True)
def test_support_sees_a_ticket_and_no_button_that_changes_it(console: Console, stack: Stack) -> None:
    ticket = Books(stack).held(Books(stack).buyer())
    console.open("ticket", ticket["ticket_id"])
    stripe = console.page.get_by_role("region", name="Stripe")
    expect(stripe.get_by_text("requires_capture", exact=True)).to_be_visible()
    expect(console.page.get_by_text("サポート権限：閲覧のみで、変更はできません。")).to_be_visible()
    expect(console.page.get_by_role("button", name="仮売上を取り消す")).to_have_count(0)
    console.has_no_faults()


@pytest.mark.parametrize("console", ["en-US"], indirect=True)
def test_the_words_are_english_for_who_reads_english(console: Console) -> None:
    expect(console.page.get_by_role("heading", level=1)).to_have_text("Today")
    expect(console.page.locator("html")).to_have_attribute("lang", "en")
    console.has_no_faults()
