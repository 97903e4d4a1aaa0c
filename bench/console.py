"""How fast the console shows its books, in a real browser: among few holds, and among very many."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from google.cloud import firestore
from playwright.sync_api import Page, expect, sync_playwright

from bench.pages import Report
from devkit.accounts import PASSWORD
from devkit.browser import find_or_install_browser
from devkit.report import table
from devkit.stack import Stack

FEW = 100
PAGE = 50
MOST_SEEN_SECONDS = 1.0
_TIMES = 7
_AT_ONCE = 500
_PATIENCE_MS = 30_000


def report_console(report: Report, holds: int) -> None:
    """Print how long it takes among 100 holds, and among so many."""
    with Stack() as stack, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_or_install_browser())
        page = browser.new_page(locale="en-US")
        _sign_in(page, stack)
        rows = [_measured(report, stack, page, count) for count in (FEW, holds)]
        browser.close()
    head = ("holds", "holds shown, ms", "today shown, ms", "on to 400 rows, ms", "a write seen, ms")
    print(f"\nThe console, medians of {_TIMES}\n{table([head, *rows], left=())}\n")


def _sign_in(page: Page, stack: Stack) -> None:
    page.goto(stack.console.url)
    page.locator("#mail").fill("admin@kippu.test")
    page.locator("#password").fill(PASSWORD)
    page.locator("#password").press("Enter")
    expect(page.locator("#password")).to_be_hidden(timeout=_PATIENCE_MS)


def _measured(report: Report, stack: Stack, page: Page, count: int) -> tuple[str, ...]:
    first = _hold(stack.db, count)
    rows = page.locator("tbody tr")

    def open_holds() -> None:
        page.goto(f"{stack.console.url}#/holds")
        expect(rows).to_have_count(min(PAGE, count), timeout=_PATIENCE_MS)

    def open_today() -> None:
        page.goto(f"{stack.console.url}#/today")
        expect(page.locator("main time").first).to_be_visible(timeout=_PATIENCE_MS)

    shown, today = [], []
    for _ in range(_TIMES):
        today.append(_milliseconds(open_today))
        shown.append(_milliseconds(open_holds))
    seen = [_write_seen(stack, page, first, number) for number in range(_TIMES)]
    report.expect(
        statistics.median(seen) < MOST_SEEN_SECONDS * 1e3, f"{count:,} holds: a write is seen after {seen} ms"
    )
    more = f"{_milliseconds(lambda: _more(page)):,.0f}" if count > FEW else "–"
    middle = [f"{statistics.median(each):,.0f}" for each in (shown, today, seen)]
    return (f"{count:,}", middle[0], middle[1], more, middle[2])


def _more(page: Page) -> None:
    """On to 400 rows; each step shows twice as many."""
    for count in (2 * PAGE, 4 * PAGE, 8 * PAGE):
        page.locator("main button", has_text="more").last.click()
        expect(page.locator("tbody tr")).to_have_count(count, timeout=_PATIENCE_MS)


def _write_seen(stack: Stack, page: Page, ticket: str, number: int) -> float:
    """Milliseconds from a write until the page shows it."""
    amount = 6_000 + number

    def write() -> None:
        stack.db.document(f"tickets/{ticket}").update({"amount": amount})
        expect(page.locator("tbody")).to_contain_text(f"{amount:,}", timeout=_PATIENCE_MS)

    return _milliseconds(write)


def _milliseconds(act: Callable[[], None]) -> float:
    began = time.perf_counter()
    act()
    return (time.perf_counter() - began) * 1e3


def _hold(db: firestore.Client, count: int) -> str:
    """Leave exactly so many holds. The id of the one whose deadline comes first."""
    for left in db.collection("tickets").select([]).stream():
        left.reference.delete()
    now = datetime.now(UTC)
    for start in range(0, count, _AT_ONCE):
        batch = db.batch()
        for number in range(start, min(start + _AT_ONCE, count)):
            fields = {
                "kind": "paid",
                "status": "authorized",
                "amount": 5000,
                "user_ref": db.document(f"users/holder-{number}"),
                "imecon_ref": db.document("users/imecon-1"),
                "authorized_at": now - timedelta(hours=1),
                "expires_at": now + timedelta(hours=2, minutes=number),
                "due_action": "void",
                "due_at": now + timedelta(hours=2, minutes=number),
            }
            batch.set(db.document(f"tickets/holder-{number}.{number:024x}"), fields)
        batch.commit()
    return f"holder-0.{0:024x}"
