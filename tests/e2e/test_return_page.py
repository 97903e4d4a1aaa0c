"""Stripe's page paid and left in a real browser, and the page that it comes back to, behind Hosting's rewrite."""

from __future__ import annotations

import contextlib
from typing import Any

import httpx
import pytest
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import expect

from devkit.client import FunctionsClient
from tests.e2e.conftest import Tab, buy

CONTRASTS = """() => {
  const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  const luminance = (color) => {
    const [red, green, blue] = color.match(/[\\d.]+/g).map(Number).map(channel);
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    const color = getComputedStyle(element).backgroundColor;
    return color === "rgba(0, 0, 0, 0)" ? ground(element.parentElement) : color;
  };
  return [...document.querySelectorAll("h1, h2, p, a, dt, dd")].map((element) => {
    const both = [getComputedStyle(element).color, ground(element)].map(luminance).sort((a, b) => b - a);
    return (both[0] + 0.05) / (both[1] + 0.05);
  });
}"""
"""The contrast of every text on the page, as WCAG 2 counts it."""


def pay(tab: Tab, bought: Any, card: str = "pm_card_visa") -> None:
    tab.page.goto(bought["checkout_url"])
    choose(tab, card)


def choose(tab: Tab, card: str) -> None:
    tab.page.get_by_label("Payment method").select_option(card)
    tab.page.get_by_label("E-mail").fill("buyer@example.com")
    tab.page.get_by_role("button", name="Pay ¥").click()


def device(functions: FunctionsClient, name: str) -> Any:
    return functions.call("getDevice", {"device_id": name}, f"owner-of-{name}")


def test_a_licence_is_paid_and_its_page_opens_the_app(tab: Tab, functions: FunctionsClient) -> None:
    bought = buy(functions, "phone-1")
    pay(tab, bought)
    assert tab.is_return_page()
    assert tab.heading() == "ライセンスのご購入が完了しました"
    assert tab.page.locator("html").get_attribute("lang") == "ja"
    tab.page.get_by_role("link", name="English").click()
    assert tab.heading() == "Payment complete: your licence is ready"
    assert tab.page.locator("html").get_attribute("lang") == "en"
    button = tab.page.get_by_role("link", name="Open the app", exact=True).get_attribute("href")
    token = tab.page.url.partition("purchase_token=")[2].partition("&")[0]
    assert token.startswith(f"{bought['purchase_id']}.")
    assert button == f"https://app.example/purchase?purchase_token={token}"
    other = tab.page.get_by_role("link", name="Open the app another way").get_attribute("href")
    assert other == f"kippu-demo://purchase?purchase_token={token}"
    assert device(functions, "phone-1")["license_purchased"] is True
    tab.page.get_by_role("link", name="日本語").click()
    assert tab.heading() == "ライセンスのご購入が完了しました"


@pytest.mark.parametrize("tab", ["en-GB"], indirect=True)
def test_a_declined_card_and_then_one_that_asks_for_3d_secure(tab: Tab, functions: FunctionsClient) -> None:
    pay(tab, buy(functions, "phone-2", "daypass"), "pm_card_chargeDeclined")
    expect(tab.page.get_by_role("alert")).to_contain_text("declined")
    choose(tab, "pm_card_threeDSecure2Required")
    tab.page.get_by_role("button", name="Confirm the payment").click()
    assert tab.is_return_page()
    # The browser's own language, without a choice.
    assert tab.heading() == "Payment complete: your day pass is ready"
    assert device(functions, "phone-2")["unlock_count"] == 1


def test_who_goes_back_without_paying_can_still_pay(tab: Tab, functions: FunctionsClient) -> None:
    bought = buy(functions, "phone-3")
    tab.page.goto(bought["checkout_url"])
    tab.page.get_by_role("button", name="Go back without paying").click()
    assert tab.is_return_page()
    assert tab.heading() == "お支払いは完了していません"
    tab.page.get_by_role("link", name="最新の状態を見る").click()
    assert tab.heading() == "お支払いは完了していません"
    assert device(functions, "phone-3")["license_purchased"] is False
    tab.page.go_back()
    tab.page.go_back()
    choose(tab, "pm_card_visa")
    assert tab.heading() == "ライセンスのご購入が完了しました"


def test_everybody_can_read_it_and_find_their_way(tab: Tab, functions: FunctionsClient) -> None:
    pay(tab, buy(functions, "phone-4"))
    page = tab.page
    for role in ("banner", "main", "navigation"):
        expect(page.get_by_role(role)).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert page.title() == tab.heading()
    assert all(link.inner_text() for link in page.get_by_role("link").all())
    # Enough for small text, at every text there is.
    assert min(page.evaluate(CONTRASTS)) >= 4.5
    # Nothing is beside the screen of a small phone, and the button is large enough for a thumb.
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    box = page.get_by_role("link", name="アプリを開く", exact=True).bounding_box()
    assert box is not None
    assert box["height"] >= 44
    # Whoever goes through it by keyboard sees where they are.
    places = []
    for _ in page.get_by_role("link").all():
        page.keyboard.press("Tab")
        focused = "getComputedStyle(document.activeElement)"
        assert page.evaluate(f"{focused}.outlineStyle") == "solid"
        assert page.evaluate(f"parseFloat({focused}.outlineWidth)") >= 3
        places.append(page.evaluate("document.activeElement.textContent"))
    assert places == ["English", "アプリを開く", "別の方法でアプリを開く"]


def test_control_what_must_not_happen_is_noticed(tab: Tab, hosting: str) -> None:
    tab.page.goto(f"{hosting}/pay/return")
    script = "document.head.append(Object.assign(document.createElement('script'), {src: 'https://evil.example/x.js'}))"
    tab.page.evaluate(script)
    with contextlib.suppress(PlaywrightError):
        tab.page.goto("https://evil.example/")
    assert tab.strangers == ["https://evil.example/"]
    assert any("Content Security Policy" in complaint for complaint in tab.complaints)
    tab.strangers.clear()
    tab.complaints.clear()


def test_hosting_passes_on_the_page_with_all_its_headers(functions: FunctionsClient, hosting: str) -> None:
    answer = httpx.get(f"{hosting}/pay/return?purchase_token=<script>", trust_env=False, timeout=60)
    assert answer.status_code == 400
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["content-security-policy"].startswith("default-src 'none'; style-src 'sha256-")
    assert "<script>" not in answer.text
    assert httpx.head(f"{hosting}/pay/return", trust_env=False, timeout=60).status_code == 400
    elsewhere = httpx.get(f"{hosting}/somewhere", trust_env=False, timeout=60)
    assert (elsewhere.status_code, "ページが見つかりません" in elsewhere.text) == (404, True)
