"""Browsers may call every callable from anywhere, and the webhook from nowhere."""

from __future__ import annotations

import pytest

from tests.http.client import CALLABLES, HttpClient

pytestmark = pytest.mark.usefixtures("fresh")
ASKED = "authorization,content-type,x-firebase-appcheck,firebase-instance-id-token"
PREFLIGHT = {
    "Origin": "https://app.example",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": ASKED,
}


@pytest.mark.parametrize("name", CALLABLES)
def test_preflight(http: HttpClient, name: str) -> None:
    answer = http.request("OPTIONS", name, PREFLIGHT)
    assert answer.status_code in (200, 204)
    assert answer.headers["access-control-allow-origin"] in ("*", "https://app.example")
    assert "POST" in answer.headers["access-control-allow-methods"]
    allowed = {header.strip().lower() for header in answer.headers["access-control-allow-headers"].split(",")}
    assert allowed >= set(ASKED.split(","))


@pytest.mark.parametrize("data", [{"imeconId": "imecon-1"}, {}, {"inlineErrors": True}])
@pytest.mark.parametrize("uid", ["u1", None])
def test_a_page_can_read_every_answer(http: HttpClient, data: dict[str, object], uid: str | None) -> None:
    answer = http.call("createPaymentIntent", data, uid, headers={"Origin": "https://app.example"})
    assert answer.headers["access-control-allow-origin"] in ("*", "https://app.example")
    # Credentials travel in a header of their own; with cookies any page could act for its visitor.
    assert "access-control-allow-credentials" not in answer.headers


def test_the_webhook_is_for_no_page(http: HttpClient) -> None:
    answer = http.request("OPTIONS", "stripeWebhook", PREFLIGHT)
    assert "access-control-allow-origin" not in answer.headers
