"""Checkout's hosted page as a browser or another HTTP client uses it. Simulator only."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest
from stripe import StripeClient

from devkit.stripe_sim import StripeSimulator

from .checkout_sessions import CANCEL, SUCCESS, line, open_session

Pay = Callable[..., httpx.Response]


class Form(HTMLParser):
    """What a page offers: its fields and buttons by name, options by value, labels by what they are for."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.fields: dict[str, list[str | None]] = {}
        self.options: list[str | None] = []
        self.labels: set[str | None] = set()
        self.language: str | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        given = dict(attrs)
        if tag == "html":
            self.language = given.get("lang")
        if tag == "label":
            self.labels.add(given["for"])
        if tag == "option":
            self.options.append(given["value"])
        if tag != "meta" and (name := given.get("name")):
            self.fields.setdefault(name, []).append(given.get("value"))


@pytest.fixture
def browser() -> Iterator[httpx.Client]:
    with httpx.Client(timeout=10, trust_env=False) as http:
        yield http


def _url(client: StripeClient, **changes: Any) -> str:
    url = open_session(client, **changes).url
    assert url is not None
    return url


def _filled(address: str, sim: StripeSimulator) -> str:
    return address.replace("{CHECKOUT_SESSION_ID}", sim.checkout_sessions()[-1]["id"])


def test_the_page_is_a_form_for_people(browser: httpx.Client, client: StripeClient) -> None:
    answer = browser.get(_url(client, allowed_payment_method_types=["card", "konbini"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert answer.headers["cache-control"] == "no-store"
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    form = Form(answer.text)
    assert form.language == "en"
    assert {"payment_method", "email"} <= form.fields.keys()
    assert form.labels == {"payment_method", "email"}
    assert {"pm_card_visa", "pm_card_chargeDeclined", "pm_card_threeDSecure2Required", "konbini"} <= set(form.options)
    assert form.fields["cancel"] == ["1"]
    assert "¥3,000" in answer.text
    assert "Licence" in answer.text


def test_the_page_offers_only_what_the_session_does(browser: httpx.Client, client: StripeClient) -> None:
    page = Form(browser.get(_url(client, cancel_url=None)).text)
    assert "konbini" not in page.options
    assert "cancel" not in page.fields
    only = Form(browser.get(_url(client, allowed_payment_method_types=["konbini"])).text)
    assert only.options == ["konbini"]
    free = Form(browser.get(_url(client, line_items=[line(0)])).text)
    assert "payment_method" not in free.fields


def test_a_good_card_goes_to_the_shop(browser: httpx.Client, sim: StripeSimulator, client: StripeClient) -> None:
    url = _url(client)
    paid = browser.post(url, data={"payment_method": "pm_card_visa", "email": "buyer@example.com"})
    assert (paid.status_code, paid.headers["location"]) == (303, _filled(SUCCESS, sim))
    (session,) = sim.checkout_sessions()
    assert (session["status"], session["payment_status"]) == ("complete", "paid")
    assert session["customer_details"]["email"] == "buyer@example.com"
    for again in (browser.get(url), browser.post(url, data={"payment_method": "pm_card_visa"})):
        assert again.status_code == 410
    assert len(sim.charges()) == 1


def test_a_declined_card_may_be_followed_by_a_good_one(
    browser: httpx.Client, sim: StripeSimulator, client: StripeClient
) -> None:
    url = _url(client)
    declined = browser.post(url, data={"payment_method": "pm_card_chargeDeclined"})
    assert declined.status_code == 402
    assert 'role="alert"' in declined.text
    assert "payment_method" in Form(declined.text).fields
    assert browser.post(url, data={"payment_method": "pm_card_visa"}).status_code == 303
    assert sim.checkout_sessions()[0]["payment_status"] == "paid"


def test_3d_secure_is_a_second_page(browser: httpx.Client, sim: StripeSimulator, client: StripeClient) -> None:
    url, challenged = _url(client), {"payment_method": "pm_card_threeDSecure2Required"}
    for page in (browser.post(url, data=challenged), browser.get(url)):
        assert (page.status_code, Form(page.text).fields) == (200, {"outcome": ["pass", "fail"]})
    failed = browser.post(url, data={"outcome": "fail"})
    assert (failed.status_code, "payment_method" in Form(failed.text).fields) == (402, True)
    browser.post(url, data=challenged)
    assert browser.post(url, data={"outcome": "perhaps"}).status_code == 400
    passed = browser.post(url, data={"outcome": "pass"})
    assert (passed.status_code, passed.headers["location"]) == (303, _filled(SUCCESS, sim))
    assert sim.charges()[0]["payment_method_details"]["card"]["three_d_secure"]["result"] == "authenticated"


def test_konbini_goes_to_the_shop_before_it_is_paid(
    browser: httpx.Client, sim: StripeSimulator, client: StripeClient
) -> None:
    url = _url(client, allowed_payment_method_types=["card", "konbini"])
    assert browser.post(url, data={"payment_method": "konbini"}).status_code == 303
    (session,) = sim.checkout_sessions()
    assert (session["status"], session["payment_status"]) == ("complete", "unpaid")
    control = f"{sim.url}/_sim/checkout/sessions/{session['id']}/konbini"
    assert browser.post(control, json={"outcome": "later"}).status_code == 400
    assert browser.post(control, json={"outcome": "paid"}).json()["payment_status"] == "paid"
    assert browser.post(control, json={"outcome": "lapsed"}).status_code == 400


def test_going_back_leaves_the_session_open(browser: httpx.Client, sim: StripeSimulator, client: StripeClient) -> None:
    url = _url(client)
    back = browser.post(url, data={"cancel": "1"})
    assert (back.status_code, back.headers["location"]) == (303, _filled(CANCEL, sim))
    assert browser.get(url).status_code == 200
    assert browser.post(_url(client, cancel_url=None), data={"cancel": "1"}).status_code == 400


def test_nobody_pays_on_a_closed_page(browser: httpx.Client, sim: StripeSimulator, client: StripeClient) -> None:
    expired, late = _url(client), _url(client)
    client.v1.checkout.sessions.expire(sim.checkout_sessions()[0]["id"])
    challenged = {"payment_method": "pm_card_threeDSecure2Required"}
    assert browser.post(late, data=challenged).status_code == 200
    assert browser.get(expired).status_code == 410
    sim.advance(2 * 86_400)
    for data in ({"payment_method": "pm_card_visa"}, {"outcome": "pass"}, {"cancel": "1"}):
        assert [browser.post(url, data=data).status_code for url in (expired, late)] == [410, 410]
    assert sim.charges() == []
    assert browser.get(f"{sim.url}/c/pay/cs_test_absent").status_code == 404


def test_what_the_shop_and_the_customer_wrote_is_only_text(browser: httpx.Client, client: StripeClient) -> None:
    hostile = "\"'><script>alert(1)</script>"
    url = _url(client, line_items=[line(name=hostile)], customer_email=hostile)
    answers = [browser.get(url), browser.post(url, data={"payment_method": hostile, "email": hostile})]
    assert [answer.status_code for answer in answers] == [200, 400]
    for answer in answers:
        assert "script" not in Form(answer.text).tags
        assert "&lt;script&gt;" in answer.text


@pytest.mark.parametrize("body", [b"", b"payment_method=", b"%ff=%ff", b"\xff", b"a=1&" * 100, b"outcome=pass"])
def test_a_form_that_says_nothing_pays_nothing(
    browser: httpx.Client, sim: StripeSimulator, client: StripeClient, body: bytes
) -> None:
    assert browser.post(_url(client), content=body).status_code == 400
    assert sim.payment_intents() == []


def test_an_address_cannot_add_a_header(browser: httpx.Client, client: StripeClient) -> None:
    shop = "https://shop.example.com/支払い?x={CHECKOUT_SESSION_ID}"
    paid = browser.post(_url(client, success_url=shop), data={"payment_method": "pm_card_visa"})
    assert paid.headers["location"].startswith("https://shop.example.com/%E6%94%AF%E6%89%95%E3%81%84?x=cs_test_")
    with pytest.raises(Exception, match="Invalid URL"):
        open_session(client, success_url="https://shop.example.com/\r\nSet-Cookie: a=b")


def test_the_controls_of_sessions_work_over_http(sim: StripeSimulator, client: StripeClient) -> None:
    sessions = [open_session(client).id for _ in range(3)]
    with httpx.Client(base_url=f"{sim.url}/_sim/checkout", timeout=10) as http:
        assert [session["id"] for session in http.get("/sessions").json()] == sessions
        card = {"payment_method": "pm_card_threeDSecure2Required", "email": "buyer@example.com"}
        assert http.post(f"/sessions/{sessions[0]}/pay", json=card).json()["status"] == "open"
        assert (
            http.post(f"/sessions/{sessions[0]}/authenticate", json={"outcome": "pass"}).json()["payment_status"]
            == "paid"
        )
        assert http.post(f"/sessions/{sessions[0]}/expire").status_code == 400
        assert http.post(f"/sessions/{sessions[1]}/expire").json()["status"] == "expired"
        assert http.post(f"/sessions/{sessions[2]}/forget").json() == {"ok": True}
        assert http.get(f"/sessions/{sessions[2]}").status_code == 404
        shown = http.get(f"/sessions/{sessions[0]}").json()
        assert shown["payment_intent"]["status"] == "succeeded"
        assert shown["line_items"]["data"][0]["amount_total"] == 3000
