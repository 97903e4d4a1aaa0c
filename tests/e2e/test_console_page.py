"""The console's surroundings in a real browser: its policy holds, who may not sees nothing, a write shows at once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import httpx
import pytest
from playwright.sync_api import Error, expect

from devkit.pages import CONSOLE
from devkit.stack import Stack
from tests.e2e.console_page import Console

SECOND = 1_000
"""In milliseconds: so soon is a write seen."""


def incident(stack: Stack) -> str:
    """An open incident of a subject that is found on the page."""
    subject = f"subject-{uuid4().hex}"
    named = {"kind": "hold_lost", "domain": "consultation", "subject": subject, "ticket": subject, "payment": None}
    at = {"opened_at": datetime.now(UTC), "seen_at": datetime.now(UTC), "resolved_at": None, "resolved_by": None}
    given: dict[str, Any] = {**named, **at, "status": "open", "amount": 5000, "details": {}, "note": None}
    stack.db.document(f"incidents/hold_lost.{subject}").set(given)
    return subject


@pytest.mark.parametrize("console", ["admin", "support"], indirect=True)
def test_a_write_shows_within_a_second(console: Console, stack: Stack) -> None:
    expect(console.page.locator("#incidents")).to_be_visible()
    expect(console.page.locator("#content")).not_to_contain_text("読み込み中…", timeout=20 * SECOND)
    shown = incident(stack)
    expect(console.page.locator("#content").get_by_text(shown).first).to_be_visible(timeout=SECOND)


@pytest.mark.parametrize("console", ["staff-1"], indirect=True)
def test_an_ordinary_account_sees_nothing(console: Console, stack: Stack) -> None:
    shown = incident(stack)
    console.open("today")
    expect(console.page.get_by_role("alert")).to_be_visible()
    expect(console.page.locator("#content")).to_have_count(0)
    expect(console.page.get_by_text(shown)).to_have_count(0)


@pytest.mark.parametrize("console", ["nobody"], indirect=True)
def test_nobody_sees_the_sign_in_whatever_they_open(console: Console) -> None:
    console.open("today")
    expect(console.page.locator("#password")).to_be_visible()
    expect(console.page.locator("#content")).to_have_count(0)
    assert console.faults() == []


@pytest.mark.parametrize("console", ["nobody"], indirect=True)
def test_a_wrong_password_is_told(console: Console) -> None:
    console.page.goto(console.url)
    console.page.locator("#mail").fill("admin@kippu.test")
    console.page.locator("#password").fill("something else")
    console.page.locator("#password").press("Enter")
    expect(console.page.get_by_role("status")).to_have_text("メールアドレスまたはパスワードが違います。")


def test_its_policy_stops_other_addresses_and_markup_made_of_text(console: Console) -> None:
    expect(console.page.locator("#content")).to_be_visible()
    console.page.evaluate("fetch('https://evil.example/x').catch(() => {})")
    assert any("Content Security Policy" in complaint for complaint in console.complaints)
    console.complaints.clear()
    with pytest.raises(Error, match="TrustedHTML"):
        console.page.evaluate("document.body.innerHTML = '<img src=x onerror=alert(1)>'")
    assert console.complaints
    console.complaints.clear()


@pytest.mark.parametrize("path", ["/", "/main.js", "/config.json", "/vendor/preact/dist/preact.mjs"])
def test_every_file_has_the_headers_of_hosting(stack: Stack, console_hosting: str, path: str) -> None:
    wanted = {name.lower(): value for name, value in CONSOLE.headers(path).items()}
    for site in (stack.console.origin, console_hosting):
        answer = httpx.get(f"{site}{path}", trust_env=False, timeout=60)
        assert answer.status_code == 200
        assert {name: answer.headers.get(name) for name in wanted} == wanted
