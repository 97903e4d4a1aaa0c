"""The console's screen Reconciliations: what a run compared and found, and the differences that are open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from devkit.stack import Stack
from tests.e2e.console_page import Console

MARKUP = "<img src=x onerror=alert(1)>"


def difference(**more: Any) -> dict[str, Any]:
    ticket = f"buyer.{uuid4().hex[:24]}"
    typed = {"domain": "consultation", "ticket": ticket, "payment": f"pi_{uuid4().hex}", "kind": "paid_is_captured"}
    return {**typed, "text": f"{MARKUP} differs", **more}


def written(stack: Stack, *differences: Any, **more: Any) -> None:
    """A run's report, as entrypoints/report.py writes it."""
    started_at = datetime.now(UTC)
    name = f"{started_at:%Y-%m-%dT%H:%M:%S}-{uuid4().hex[:6]}"
    report = {
        "events_recovered": 3,
        "intents": 120,
        "tickets": 45,
        "failed": 0,
        "captured_at_stripe": 600_000,
        "captured_in_firestore": 600_000,
        "complete": True,
        "difference_count": len(differences),
        "items_per_second": 33.5,
        "started_at": started_at,
        "finished_at": started_at + timedelta(seconds=42),
        "stages": {"listed_payment_intents": {"items": 120, "seconds": 4.0, "complete": True}},
        "differences": list(differences),
    }
    stack.db.document(f"reconciliations/{name}").set({**report, **more})


def opened(stack: Stack, found: dict[str, Any]) -> str:
    """An incident of a difference; its id."""
    subject, now = f"consultation.purchases.{found['ticket']}", datetime.now(UTC)
    known = {"kind": "reconcile_differences", "status": "open", "domain": "consultation", "subject": subject}
    about = {"ticket": found["ticket"], "payment": found["payment"], "amount": None, "details": {}}
    times = {"opened_at": now, "seen_at": now, "resolved_at": None, "resolved_by": None, "note": None}
    id_ = f"reconcile_differences.{subject}"
    stack.db.document(f"incidents/{id_}").set({**known, **about, **times, "differences": [found]})
    return id_


def table(console: Console, name: str) -> Locator:
    return console.page.get_by_role("table", name=name, exact=True)


def test_runs_show_newest_first_and_each_says_how_it_went(console: Console, stack: Stack) -> None:
    written(stack, intents=7101)
    console.open("reconciliations")
    runs = table(console, "突合の記録").locator("tbody tr")
    expect(runs.first).to_contain_text("7101")
    ways: list[tuple[int, dict[str, Any], str]] = [
        (7102, {"complete": False, "failed": 2}, "途中まで"),
        (7103, {"failed": 2}, "確認できない項目あり"),
        (7104, {"difference_count": 5}, "差異あり"),
        (7105, {}, "一致"),
    ]
    for intents, how, words in ways:
        written(stack, intents=intents, **how)
        expect(runs.first).to_contain_text(str(intents))
        expect(runs.first).to_contain_text(words)
    expect(runs.nth(4)).to_contain_text("7101")
    console.open("reconciliations", "2020-01-01T00:00:00")
    expect(console.page.get_by_text("この突合の記録はありません。")).to_be_visible()


def test_a_run_shows_its_counts_its_stages_and_what_differs_linked_to_the_ticket(
    console: Console, stack: Stack
) -> None:
    found = difference()
    stages = {
        "walked_tickets": {"items": 50, "seconds": 100.0, "complete": False},
        "listed_payment_intents": {"items": 120, "seconds": 4.0, "complete": True},
    }
    written(
        stack,
        found,
        "a line of an earlier version",
        stages=stages,
        complete=False,
        difference_count=250,
        captured_in_firestore=595_000,
    )
    console.open("reconciliations")
    table(console, "突合の記録").get_by_role("link").first.click()
    main = console.page.get_by_role("main")
    for words in ("33.5", "¥600,000", "¥595,000", "Stripeと帳簿の売上が一致しません。", "250件のうち2件を表示"):
        expect(main).to_contain_text(words)
    shown = table(console, "段階").locator("tbody tr")
    expect(shown.nth(0)).to_have_text("listed_payment_intents1204秒30.0最後まで")
    expect(shown.nth(1)).to_have_text("walked_tickets502分0.5途中まで")
    differing = table(console, "見つかった差異").locator("tbody tr")
    for words in ("paid_is_captured", "相談", f"{MARKUP} differs"):
        expect(differing.nth(0)).to_contain_text(words)
    expect(differing.nth(1)).to_contain_text("a line of an earlier version")
    expect(differing.get_by_role("link", name=found["payment"])).to_have_attribute(
        "href", f"#/ticket/{found['payment']}"
    )
    differing.get_by_role("link", name=found["ticket"]).click()
    expect(console.page.get_by_role("heading", level=1)).to_have_text("取引")


def test_an_open_difference_is_resolved_with_a_note(console: Console, stack: Stack) -> None:
    incident = opened(stack, found := difference())
    console.open("reconciliations")
    card = console.page.get_by_role("article").filter(has_text=found["ticket"])
    expect(card).to_contain_text(f"{MARKUP} differs")
    card.get_by_role("button", name="解決済みにする").click()
    dialog = console.page.get_by_role("dialog")
    dialog.get_by_label("メモ").fill(MARKUP)
    dialog.get_by_role("button", name="解決済みにする").click()
    expect(card).to_have_count(0)
    kept = stack.db.document(f"incidents/{incident}").get().to_dict() or {}
    assert (kept["status"], kept["resolved_by"], kept["note"]) == ("resolved", "admin", MARKUP)


@pytest.mark.parametrize("console", ["support en-US"], indirect=True)
def test_support_sees_all_and_no_button_and_nothing_is_wrong_with_the_screen(console: Console, stack: Stack) -> None:
    opened(stack, found := difference())
    written(stack, found)
    console.open("reconciliations")
    expect(console.page.get_by_role("article").filter(has_text=found["ticket"])).to_be_visible()
    expect(console.page.get_by_role("button", name="Resolve")).to_have_count(0)
    console.has_no_faults()
    run = table(console, "Runs").get_by_role("link").first
    run.focus()
    console.page.keyboard.press("Enter")
    expect(table(console, "What differs")).to_contain_text(MARKUP)
    console.has_no_faults()
