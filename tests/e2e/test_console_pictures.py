"""An ordinary day in the console, on a stack of its own data: no screen has a fault, and docs/console.md shows them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from devkit.stack import Stack
from tests.e2e.console_books import Books
from tests.e2e.console_page import Console

SCHEDULES = ("voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments", "settleCheckouts", "expireOrders")

# The other screens are taken where their tests show them.
OVERVIEWS = ("today", "holds", "reconciliations", "campaigns", "master", "audit")


@pytest.fixture
def payment(stack: Stack) -> str:
    """A payment of a day on which consultations took place, others wait, and something needs a person."""
    stack.reset()
    books = Books(stack)
    for name in ("佐藤 花子", "鈴木 一郎", "高橋 明"):
        uid = buyer(books, name)
        payment = str(books.captured(uid)["payment_intent_id"])
    for name, hours in (("田中 葵", 70), ("伊藤 湊", 51), ("渡辺 凛", 20), ("山本 蓮", 0.5)):
        ticket = stack.db.document(f"tickets/{books.held(buyer(books, name))['ticket_id']}")
        until = stack.now() + timedelta(hours=hours)
        ticket.update({"authorized_at": until - timedelta(hours=72), "expires_at": until, "due_at": until})
    for name in SCHEDULES:
        stack.run_schedule(name)
    books.incident("hold_lost", payment=payment, subject=payment)
    campaign = {"count": 5, "max_redemptions": 1, "valid_until": (stack.now() + timedelta(days=30)).isoformat()}
    store = {"store_id": "store-3", "name": "喫茶 改札口", "address": "東京都千代田区丸の内1丁目", "note": "9月に開店"}
    for name, asked in (("createTicketCodes", campaign), ("saveStore", store)):
        stack.functions.call(name, asked, "admin", {"admin": True})
    return payment


def buyer(books: Books, name: str) -> str:
    uid = books.buyer()
    books.stack.db.document(f"users/{uid}").update({"display_name": name})
    return uid


def test_an_ordinary_day(console: Console, payment: str) -> None:
    for screen, *parts in (*((overview,) for overview in OVERVIEWS), ("ticket", payment)):
        console.open(screen, *parts)
        for still in ("読み込み中…", "問い合わせています…"):
            expect(console.page.locator("#content")).not_to_contain_text(still, timeout=20_000)
        expect(console.page.get_by_role("cell", name="…", exact=True)).to_have_count(0, timeout=20_000)
        console.picture(screen)
        console.has_no_faults()
