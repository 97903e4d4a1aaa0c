"""Hostile requests to the return page over HTTP: always a page, never a server error, and nothing of them on it."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, quote_plus

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from devkit import local
from devkit.client import call_headers
from devkit.stack import Stack
from tests.http.client import HttpClient
from tests.http.hostile_requests import STRINGS
from tests.support.checkouts import Bought
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.return_pages import safe

PARAMETERS = ("purchase_token", "lang", "cancelled")
EVIL = "evil.example"
SEPARATORS = st.sampled_from(["&", "=", "?", "#", "%", "%00", "%ff", ";", "[]", "+", "&&", "purchase_token", "lang=en"])
# Lone surrogates have no bytes; a NUL cannot stand in an address but encoded.
HOSTILE = [text for text in STRINGS if text.isprintable() or "\x00" in text or "\r" in text]


@pytest.fixture(scope="module")
def bought(fresh: None, driver_over_http: Driver) -> Bought:
    """Paid, and nobody has looked: whoever is believed changes something."""
    driver_over_http.simulator.webhooks("hold")
    return driver_over_http.paid_page()


@pytest.fixture
def unchanged(bought: Bought, stack: Stack) -> Iterator[None]:
    """No document may have changed at the end of the test."""
    before = snapshot(stack.db)
    yield
    assert changed(before, snapshot(stack.db)) == []


def ask(http: HttpClient, query: str, method: str = "GET", **headers: str) -> httpx.Response:
    return http.request(method, f"{local.RETURN_PAGE}?{query}", headers)


def encoded(text: str) -> str:
    return quote_plus(text.encode("utf-8", "surrogatepass"))


def refused(answer: httpx.Response, text: str = "") -> None:
    """A page that says no, with nothing on it of what was sent."""
    assert answer.status_code in (400, 404), (answer.status_code, text[:100])
    safe(answer)
    assert len(text) < 8 or text not in answer.text
    assert EVIL not in answer.text


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("name", PARAMETERS)
def test_every_parameter_with_every_hostile_value(
    http: HttpClient, driver_over_http: Driver, bought: Bought, name: str
) -> None:
    good = {"purchase_token": driver_over_http.token(bought), "lang": "en", "cancelled": "1"}
    for text in (*HOSTILE, f"https://{EVIL}", f"//{EVIL}", "javascript:alert(1)", '"><svg onload=alert(1)>'):
        if text == "" and name != "purchase_token":
            continue
        query = "&".join(f"{key}={encoded(text if key == name else value)}" for key, value in good.items())
        refused(ask(http, query), text)


@pytest.mark.usefixtures("unchanged")
def test_anything_at_all_in_its_address(http: HttpClient) -> None:
    short = [text for text in HOSTILE if len(text) < 1_000]
    texts = st.lists(SEPARATORS | st.sampled_from(short) | st.text(max_size=8), max_size=8)

    @settings(
        max_examples=60,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(texts)
    def fuzz(parts: list[str]) -> None:
        query = quote("".join(parts).encode("utf-8", "surrogatepass"), safe="&=?%;[]+")
        refused(ask(http, query))

    fuzz()


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize(
    "query", ["purchase_token=%ff%fe", "lang=%80", "%c0%af", "%", "%zz=%", "a" * 60_000, "&" * 5_000]
)
def test_what_is_no_text(http: HttpClient, query: str) -> None:
    path = httpx.URL(http.url(local.RETURN_PAGE)).raw_path
    # As it stands, where the client would mend it.
    refused(http.pool.get(httpx.URL(http.base, raw_path=path + b"?" + query.encode())))


HEADERS = {
    "Host": EVIL,
    "X-Forwarded-Host": EVIL,
    "X-Original-URL": f"https://{EVIL}/",
    "Forwarded": f"host={EVIL};proto=http",
    "Referer": f"https://{EVIL}/",
    "Origin": f"https://{EVIL}",
    "Accept-Language": f'"><script src=//{EVIL}>;q=0.9,*;q=x,,',
    "User-Agent": f"<script src=//{EVIL}>",
    "Cookie": f"lang=<script>; __session={EVIL}",
    "X-HTTP-Method-Override": "DELETE",
    "Range": "bytes=0-10",
}


@pytest.mark.parametrize("name", HEADERS)
def test_no_header_changes_the_page(http: HttpClient, driver_over_http: Driver, bought: Bought, name: str) -> None:
    query = f"purchase_token={driver_over_http.token(bought)}"
    plain, odd = ask(http, query), ask(http, query, **{name: HEADERS[name]})
    assert (plain.status_code, odd.status_code) == (200, 200)
    safe(odd)
    assert odd.text == plain.text


@pytest.mark.parametrize("path", ["", "/", "/..%2f..%2fetc", "/%00", f"//{EVIL}"])
def test_what_stands_behind_its_name_leads_nowhere(http: HttpClient, path: str) -> None:
    answer = http.request("GET", f"{local.RETURN_PAGE}{path}", {})
    assert answer.status_code in (400, 404)
    assert "location" not in answer.headers


def test_a_call_of_an_app_is_no_page(http: HttpClient, bought: Bought) -> None:
    answer = http.post(local.RETURN_PAGE, b'{"data": {}}', call_headers("owner"))
    assert answer.status_code == 405
    safe(answer)


def test_control_the_honest_address_is_a_page_and_grants(
    http: HttpClient, driver_over_http: Driver, bought: Bought
) -> None:
    answer = ask(http, f"purchase_token={driver_over_http.token(bought)}", "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) > 1_000
    answer = ask(http, f"purchase_token={driver_over_http.token(bought)}&lang=en")
    assert "ready" in safe(answer).heading
    assert driver_over_http.device(bought)["license_purchase_id"] == bought.id
