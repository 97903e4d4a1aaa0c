"""One ticket: our books beside Stripe's view, and what an administrator does with it."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from devkit.stack import Stack
from tests.e2e.console_books import MARKUP, Books
from tests.e2e.console_page import Console


def asked(console: Console, button: str) -> Locator:
    """The dialog that a button opens."""
    console.page.get_by_role("button", name=button).click()
    return console.page.get_by_role("dialog", name=button)


def test_a_payment_shows_its_ticket_beside_stripe_with_what_users_wrote_as_text(console: Console, stack: Stack) -> None:
    books = Books(stack)
    ticket = books.captured(books.buyer())
    console.open("ticket", ticket["payment_intent_id"])
    ours, stripe = (console.page.get_by_role("region", name=name) for name in ("Kippuの帳簿", "Stripe"))
    expect(stripe.get_by_text("succeeded", exact=True).first).to_be_visible()
    expect(stripe.get_by_text("payment_intent.succeeded")).to_be_visible()
    expect(ours.get_by_text(ticket["ticket_id"], exact=True).first).to_be_visible()
    expect(ours.get_by_text(f"花子{MARKUP}")).to_be_visible()
    history = ours.get_by_role("table", name="履歴").locator("tbody").get_by_role("row")
    expect(history).to_have_count(7)
    expect(history.first).to_contain_text("captured")
    ours.get_by_text("すべての項目").click()
    expect(ours.locator("pre")).to_contain_text(MARKUP)
    expect(ours.get_by_text(ticket["ticket_code"])).to_have_count(0)
    expect(console.page.get_by_role("heading", name="帳簿とStripeの食い違い")).to_have_count(0)
    console.has_no_faults()
    console.page.set_viewport_size({"width": 360, "height": 740})
    console.has_no_faults()


def test_a_hold_is_voided_with_a_note(console: Console, stack: Stack) -> None:
    books = Books(stack)
    ticket = books.held(books.buyer())
    console.open("ticket", ticket["ticket_id"])
    expect(console.page.get_by_text("requires_capture", exact=True)).to_be_visible()
    dialog = asked(console, "仮売上を取り消す")
    for told in ("¥5,000", f"花子{MARKUP}", "購入者に請求されず、元には戻せません。"):
        expect(dialog.get_by_text(told)).to_be_visible()
    console.has_no_faults()
    dialog.get_by_role("button", name="仮売上を取り消す").click()
    expect(dialog).to_be_visible()
    dialog.get_by_label("メモ").fill("本人の依頼")
    dialog.get_by_role("button", name="仮売上を取り消す").click()
    expect(dialog).to_have_count(0)
    expect(console.page.get_by_role("heading", name="操作 · 相談 · 取消")).to_be_visible()
    expect(console.page.get_by_role("region", name="Stripe").get_by_text("canceled", exact=True)).to_be_visible()
    assert stack.simulator.payment_intent(ticket["payment_intent_id"])["status"] == "canceled"
    notes = {entry["note"] for entry in books.audited("cancelPaymentIntent", f"tickets/{ticket['ticket_id']}")}
    assert notes == {"本人の依頼"}


def test_a_part_of_a_hold_is_captured(console: Console, stack: Stack) -> None:
    books = Books(stack)
    ticket = books.active(books.buyer())
    console.open("ticket", ticket["ticket_id"])
    dialog = asked(console, "売上を確定する")
    dialog.get_by_label("金額").fill("3000")
    dialog.get_by_label("メモ").fill("短い相談")
    dialog.get_by_role("button", name="売上を確定する").click()
    expect(console.page.get_by_role("heading", name="操作 · 相談 · 完了")).to_be_visible()
    assert books.document(f"payment_intents/{ticket['payment_intent_id']}")["amountCaptured"] == 3000


def test_a_part_of_what_was_captured_is_refunded(console: Console, stack: Stack) -> None:
    books = Books(stack)
    ticket = books.captured(books.buyer())
    console.open("ticket", ticket["ticket_id"])
    dialog = asked(console, "返金する")
    dialog.get_by_label("金額").fill("2000")
    dialog.get_by_label("メモ").fill("接続の不具合")
    dialog.get_by_role("button", name="返金する").click()
    refunds = console.page.get_by_role("region", name="Stripe").get_by_role("table", name="返金")
    expect(refunds.get_by_role("row").filter(has_text="¥2,000")).to_be_visible()


def test_a_refusal_is_said_in_the_dialog_which_keeps_the_note(console: Console, stack: Stack) -> None:
    books = Books(stack)
    buyer = books.buyer()
    ticket = books.held(buyer)
    console.open("ticket", ticket["ticket_id"])
    dialog = asked(console, "仮売上を取り消す")
    dialog.get_by_label("メモ").fill("間に合わない")
    redeemed = stack.functions.call("redeemTicketCode", {"ticket_code": ticket["ticket_code"]}, buyer)
    answer = {"chat_room_id": redeemed["chat_room_id"], "accept": True}
    stack.functions.call("answerConsultation", answer, "imecon-1")
    dialog.get_by_role("button", name="仮売上を取り消す").click()
    expect(dialog.get_by_role("alert")).to_contain_text("SESSION_STARTED")
    expect(dialog.get_by_label("メモ")).to_have_value("間に合わない")
    dialog.press("Escape")
    expect(dialog).to_have_count(0)


def test_what_is_wrong_with_the_books_stands_above_them(console: Console, stack: Stack) -> None:
    books = Books(stack)
    ticket = books.captured(books.buyer())
    stack.db.document(f"payment_intents/{ticket['payment_intent_id']}").update({"amountCaptured": 1})
    console.open("ticket", ticket["ticket_id"])
    expect(console.page.get_by_role("region", name="帳簿とStripeの食い違い")).to_contain_text("5000 JPY at Stripe")
    console.has_no_faults()


def test_an_id_of_nothing_says_so(console: Console) -> None:
    console.open("ticket", "pi_nothing")
    expect(console.page.get_by_role("alert")).to_have_text("この番号の取引は見つかりません：pi_nothing")
