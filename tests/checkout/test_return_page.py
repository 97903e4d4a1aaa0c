"""The page that people come back to: every state in both languages, and nothing decided by looking at it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import pytest

from checkout import keys, page_state, return_page, return_page_texts
from checkout.answers import Guidance, guidance
from checkout.purchase import CheckoutPurchase
from common.alerts import Alert
from common.documents import Doc
from common.failure_streak import FailureStreak
from common.limits import FirstFew
from payments import limits
from tests.support.ceilings import Ceiling
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import DAY, HOUR
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.return_pages import Page, ask, safe, visit
from tests.support.round_trips import RoundTrips

TWO_LANGUAGES = pytest.mark.parametrize("language", ["ja", "en"])


def closing(driver: Driver) -> Bought:
    bought = driver.opened()
    driver.simulator.fault("500", method="POST", path=".*/expire", times=9)
    driver.cancel_checkout(bought)
    return bought


def in_store(driver: Driver) -> Bought:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHECKOUT_KONBINI", "true")
        bought = driver.opened()
    driver.pay_page(bought, "konbini")
    return bought


def late(driver: Driver) -> Bought:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * HOUR)
    return bought


def cancelled(driver: Driver) -> Bought:
    bought = driver.opened()
    driver.cancel_checkout(bought)
    return bought


def not_needed(driver: Driver) -> Bought:
    """A pass that was paid after the licence."""
    daypass = driver.opened(DAYPASS)
    driver.fulfilled(LICENSE)
    driver.pay_page(daypass)
    return daypass


def to_be_refunded(driver: Driver) -> Bought:
    daypass = not_needed(driver)
    driver.simulator.fault("500", method="POST", path="/v1/refunds", times=9)
    driver.confirm_checkout(daypass)
    return daypass


def revoked(driver: Driver) -> Bought:
    bought = driver.fulfilled()
    driver.simulator.dashboard_refund(driver.payment_of(bought))
    assert driver.deliver(*driver.checkout_events(bought)) == 200
    return bought


STATES: dict[str, tuple[Callable[[Driver], Bought], Guidance, str, str]] = {
    "open": (Driver.opened, Guidance.PAY, "確認できていません", "not seen your payment yet"),
    "closing": (closing, Guidance.CLOSING, "閉じています", "being closed"),
    "in a store": (in_store, Guidance.PAY_AT_STORE, "コンビニ", "convenience store"),
    "licence": (Driver.paid_page, Guidance.READY, "ライセンスのご購入が完了", "your licence is ready"),
    "pass": (lambda d: d.paid_page(DAYPASS), Guidance.READY, "デイパスのご購入が完了", "your day pass is ready"),
    "late pass": (late, Guidance.READY, "デイパスのご購入が完了", "your day pass is ready"),
    "cancelled": (cancelled, Guidance.START_AGAIN, "終了しました", "has ended"),
    "to be refunded": (to_be_refunded, Guidance.REFUNDING, "返金のお手続き中", "being refunded"),
    "refunded": (not_needed, Guidance.REFUNDED, "返金しました", "was refunded"),
    "revoked": (revoked, Guidance.REVOKED, "取り消されました", "was revoked"),
}


@TWO_LANGUAGES
@pytest.mark.parametrize("state", STATES)
def test_every_state_is_told_in_both_languages(driver: Driver, state: str, language: str) -> None:
    bring, told, ja, en = STATES[state]
    bought = bring(driver)
    token = driver.token(bought)
    answer = ask(driver, {"purchase_token": token, "lang": language})
    assert answer.status_code == 200
    page = safe(answer)
    purchase = Doc(driver.db.document(f"purchases/{bought.id}"), driver.purchase_document(bought))
    assert guidance(CheckoutPurchase(purchase).state) is told
    assert {"ja": ja, "en": en}[language] in page.heading
    assert (page.language, page.texts["title"]) == (language, [page.heading])
    other = {"ja": "en", "en": "ja"}[language]
    assert page.translation.attributes["hreflang"] == page.translation.attributes["lang"] == other
    assert page.translation.query == {"purchase_token": token, "lang": other}
    assert page.button is not None
    assert page.button.query == {"purchase_token": token}
    # P06: what to do if the app does not open.
    assert len(page.texts["h2"]) == 1
    assert {"ja": "ホーム画面", "en": "home screen"}[language] in page.texts["main"][0]


def test_every_guidance_has_a_page() -> None:
    assert {told for _, told, *_ in STATES.values()} == set(Guidance)


def test_a_page_has_one_of_each_that_readers_aloud_look_for(driver: Driver) -> None:
    page = visit(driver, driver.fulfilled())
    names = [tag for tag, _ in page.tags]
    assert [names.count(tag) for tag in ("h1", "main", "nav", "header", "title")] == [1, 1, 1, 1, 1]
    assert page.attributes("nav")[0]["aria-label"]
    assert {"name": "viewport", "content": "width=device-width, initial-scale=1"} in page.attributes("meta")
    assert all(link.text for link in page.links)


def test_a_licence_is_granted_by_looking_at_the_page(driver: Driver) -> None:
    bought = driver.paid_page()
    page = visit(driver, bought)
    assert driver.device(bought)["license_purchase_id"] == bought.id
    assert page.texts["dd"] == ["ライセンス", "3,000円", bought.id]
    before = snapshot(driver.db)
    assert visit(driver, bought).heading == page.heading
    assert changed(before, snapshot(driver.db)) == []
    driver.agrees()


@TWO_LANGUAGES
def test_a_day_pass_says_until_when_it_is_valid(driver: Driver, language: str) -> None:
    tomorrow = driver.now() + timedelta(days=1)
    # Noon in Tokyo.
    driver.freeze(tomorrow.replace(hour=3, minute=0))
    ends = tomorrow + timedelta(days=1)
    written = {"ja": f"{ends.year}年{ends.month}月{ends.day}日 00:00", "en": f"{ends:%Y-%m-%d} 00:00"}
    page = visit(driver, driver.paid_page(DAYPASS), lang=language)
    assert written[language] in page.texts["dd"]


def test_a_pass_that_waits_for_the_app_says_so(driver: Driver) -> None:
    bought = late(driver)
    assert "next open the app" in visit(driver, bought, lang="en").html
    driver.get_device()
    assert "next open the app" not in visit(driver, bought, lang="en").html


def test_why_it_was_not_needed_is_said(driver: Driver) -> None:
    assert "has a licence already" in visit(driver, not_needed(driver), lang="en").html


# Coming back by cancelling.


def test_the_page_after_cancelling_closes_nothing(driver: Driver) -> None:
    bought = driver.opened()
    address = urlsplit(driver.simulator.cancel_session(bought.session))
    before = snapshot(driver.db)
    page = safe(ask(driver, address.query))
    assert "完了していません" in page.heading
    assert page.translation.query == {**dict(parse_qsl(address.query)), "lang": "en"}
    assert driver.session_at_stripe(bought)["status"] == "open"
    assert changed(before, snapshot(driver.db)) == []
    # Back, and pay: now the same address shows what was bought.
    driver.pay_page(bought)
    assert "完了しました" in safe(ask(driver, address.query)).heading
    driver.agrees()


def test_the_return_addresses_are_the_parameters(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "")
    bought = driver.opened()
    session = driver.session_at_stripe(bought)
    hosting, query = str(session["success_url"]).split("?")
    assert hosting == "https://demo-kippu.web.app/pay/return"
    assert session["cancel_url"] == f"{hosting}?{query}&cancelled=1"
    monkeypatch.setenv("CHECKOUT_PAGE_URL", "https://pay.example/pay/return")
    other = driver.opened(LICENSE, "device-2")
    assert str(driver.session_at_stripe(other)["success_url"]).startswith("https://pay.example/pay/return?")


# Languages.


@pytest.mark.parametrize(
    ("preferred", "language"),
    [(None, "ja"), ("en-GB,en;q=0.9", "en"), ("ja,en;q=0.5", "ja"), ("fr", "ja"), ("en;q=0.1,ja;q=0.9", "ja")],
)
def test_the_browser_says_which_language_and_japanese_is_the_rest(
    driver: Driver, preferred: str | None, language: str
) -> None:
    headers = {} if preferred is None else {"Accept-Language": preferred}
    assert safe(ask(driver, "", headers=headers)).language == language
    # A choice on the page is stronger.
    assert safe(ask(driver, {"lang": "en"}, headers=headers)).language == "en"


# Refusals.


def test_what_is_not_there_any_more(driver: Driver) -> None:
    bought = driver.fulfilled()
    token = driver.token(bought)
    driver.freeze(driver.purchase_document(bought)["expires_at"], 24 * HOUR - 1)
    visit(driver, bought)
    driver.advance(1)
    expired = ask(driver, {"purchase_token": token, "lang": "en"})
    assert (expired.status_code, safe(expired).heading) == (400, "This link has expired.")
    driver.db.document(f"purchases/{bought.id}").delete()
    gone = ask(driver, {"purchase_token": token, "lang": "en"})
    assert (gone.status_code, safe(gone).heading) == (404, "No such purchase.")
    assert "Please do not pay again" in gone.text


@pytest.mark.parametrize(
    "query",
    [
        "",
        "purchase_token=",
        "purchase_token=x&purchase_token=y",
        "lang=fr",
        "lang=ja&lang=en",
        "cancelled=yes",
        "lang=%22%3E%3Cscript%3E",
        "purchase_token=%ff%fe%00",
    ],
)
def test_garbage_is_refused_before_anything_is_read(driver: Driver, round_trips: RoundTrips, query: str) -> None:
    good = f"&purchase_token={driver.token(driver.paid_page())}" if "purchase_token" not in query and query else ""
    with round_trips.watching() as calls:
        answer = ask(driver, query + good)
    assert answer.status_code == 400
    assert calls == []
    page = safe(answer)
    assert "script" not in answer.text
    assert page.translation.query == {"lang": "en"}
    assert page.button is not None
    assert page.button.href == "https://app.example/purchase"


def test_other_parameters_are_nobodys_business(driver: Driver) -> None:
    page = visit(driver, driver.fulfilled(), utm_source="<b>", app="https://evil.example", next="//evil.example")
    assert "evil" not in page.html
    assert "<b>" not in page.html


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_it_can_only_be_looked_at(driver: Driver, method: str) -> None:
    bought = driver.paid_page()
    before = snapshot(driver.db)
    answer = ask(driver, {"purchase_token": driver.token(bought)}, method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    safe(answer)
    assert changed(before, snapshot(driver.db)) == []


@pytest.mark.parametrize("query", ["fulfilled", "no token"])
def test_head_is_the_same_without_the_page(driver: Driver, query: str) -> None:
    asked = {"purchase_token": driver.token(driver.fulfilled())} if query == "fulfilled" else {}
    get, head = ask(driver, asked), ask(driver, asked, "HEAD")
    assert (head.status_code, head.data) == (get.status_code, b"")
    assert dict(head.headers) == dict(get.headers)


# Outages.


def try_again(driver: Driver, query: dict[str, str]) -> Page:
    """The page that says so, with a link to itself."""
    answer = ask(driver, {**query, "lang": "en"})
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    page = safe(answer)
    assert "try again" in page.heading
    assert {**query, "lang": "en"} in [link.query for link in page.links if link.text == "Check again"]
    return page


@pytest.mark.parametrize("kind", ["drop_before", "429", "500"])
def test_while_stripe_does_not_answer_it_says_try_again(driver: Driver, kind: str) -> None:
    bought = driver.paid_page()
    query = {"purchase_token": driver.token(bought)}
    driver.lose_call(kind, f"/v1/checkout/sessions/{bought.session}", "GET")
    try_again(driver, query)
    assert "ready" in visit(driver, bought, lang="en").heading
    driver.agrees()


def test_while_firestore_is_gone_it_says_try_again(driver: Driver, without_firestore: Callable[[], None]) -> None:
    token = keys.token("p_" + "0" * 32, keys.signing_kid())
    try_again(driver, {"purchase_token": token})
    without_firestore()
    assert ask(driver, {"purchase_token": token}).status_code == 404


def test_an_outage_is_reported_once_it_lasts(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(return_page, "_streak", FailureStreak())
    query = {"purchase_token": driver.token(driver.opened())}
    driver.simulator.fault("429", method="GET", times=99)
    for _ in range(4):
        try_again(driver, query)
    assert f'"{Alert.CALLS_UNAVAILABLE}"' not in capsys.readouterr().err
    try_again(driver, query)
    assert f'"{Alert.CALLS_UNAVAILABLE}"' in capsys.readouterr().err


def test_our_own_mistake_is_a_page_too(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    bought = driver.fulfilled()
    monkeypatch.setattr(return_page_texts, "facts", lambda _: 1 / 0)
    answer = ask(driver, {"purchase_token": driver.token(bought), "lang": "en"})
    assert (answer.status_code, safe(answer).heading) == (500, "Something went wrong on our side.")
    assert f'"{Alert.UNEXPECTED_EXCEPTION}"' in capsys.readouterr().err


@pytest.mark.parametrize("secret", ["CHECKOUT_KEYS", "STRIPE_SECRET_KEY"])
def test_without_its_secrets_nothing_is_shown(driver: Driver, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    bought = driver.paid_page()
    query, before = {"purchase_token": driver.token(bought)}, snapshot(driver.db)
    with monkeypatch.context() as patch:
        patch.setenv(secret, " ")
        answer = ask(driver, query)
    assert answer.status_code == 500
    safe(answer)
    assert changed(before, snapshot(driver.db)) == []
    assert ask(driver, query).status_code == 200


# Load.


@pytest.fixture
def three_looks(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that costs nothing, and two that are counted: as many as there are, fewer."""
    monkeypatch.setattr(limits, "STRIPE_CALLS", replace(limits.STRIPE_CALLS, most=2))
    monkeypatch.setattr(limits, "FIRST_FEW_CALLS", FirstFew(1, limits.STRIPE_CALLS.window))


def looks(driver: Driver, bought: Bought, times: int = 5) -> int:
    """How often Stripe was asked, when the page is looked at so often."""
    before = driver.stripe_calls("GET", bought.session)
    for _ in range(times):
        visit(driver, bought)
    return driver.stripe_calls("GET", bought.session) - before


@pytest.mark.usefixtures("three_looks")
def test_who_looks_too_often_sees_what_was_last_known(driver: Driver) -> None:
    bought = driver.opened()
    assert looks(driver, bought) == 3
    driver.pay_page(bought)
    assert "確認できていません" in visit(driver, bought).heading
    # Of other buyers nothing is held back, and of this one not for long.
    assert looks(driver, driver.opened(LICENSE, "device-2", "somebody"), 1) == 1
    driver.advance(limits.STRIPE_CALLS.window.total_seconds())
    assert "完了しました" in visit(driver, bought).heading


@pytest.mark.usefixtures("three_looks")
def test_the_pages_of_one_buyer_cost_no_more_than_those_of_one_purchase(driver: Driver) -> None:
    opened = [driver.opened(LICENSE, f"device-{number}") for number in range(3)]
    assert [looks(driver, bought) for bought in opened] == [3, 0, 0]


@pytest.mark.usefixtures("three_looks")
def test_the_buyer_is_kept_from_nothing_by_it(driver: Driver) -> None:
    bought = driver.opened()
    looks(driver, bought)
    driver.pay_page(bought)
    assert driver.confirm_checkout(bought)["status"] == "fulfilled"
    assert "完了しました" in visit(driver, bought).heading


@pytest.mark.usefixtures("three_looks")
def test_control_without_that_limit_each_look_asks_stripe(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_state, "_may_ask", lambda _: True)
    assert looks(driver, driver.opened()) == 5


CEILINGS = {
    "settled": Ceiling(lambda d: partial(visit, d, d.fulfilled()), firestore=1, stripe=0),
    "open": Ceiling(lambda d: partial(visit, d, d.opened()), firestore=2, stripe=1),
    # Its device is known only once it was read.
    "paid": Ceiling(lambda d: partial(visit, d, d.paid_page()), firestore=3, stripe=1),
    "refused": Ceiling(lambda d: partial(ask, d, {"purchase_token": "p_x.local.x"}), firestore=0, stripe=0),
}


@pytest.mark.parametrize("name", CEILINGS)
def test_ceiling(driver: Driver, round_trips: RoundTrips, name: str) -> None:
    CEILINGS[name].check(driver, round_trips)


# The log.


def test_no_token_is_logged(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    bought = driver.paid_page()
    token = driver.token(bought)
    capfd.readouterr()
    visit(driver, bought)
    ask(driver, {"purchase_token": token[:-1]})
    driver.advance(3 * DAY)
    ask(driver, {"purchase_token": token})
    written = "".join(capfd.readouterr())
    assert token.rpartition(".")[2][:20] not in written
    lines = [json.loads(line) for line in written.splitlines()]
    assert [(line["message"], line.get("reason")) for line in lines if line["function"] == "checkoutPage"] == [
        ("page", None),
        ("refused", "TOKEN_INVALID"),
        ("refused", "TOKEN_EXPIRED"),
    ]
    assert lines[0]["purchase"] == bought.id
