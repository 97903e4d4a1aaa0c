"""Checkout's hosted page, at the `url` of an open session: for a person, a browser test or a plain HTTP client.

| request | answer |
|---|---|
| GET | 200: the page, or its second step while a card waits for 3-D Secure |
| POST `payment_method` (a test card or `konbini`), `email` | 303 to `success_url`; 402 and the page when declined |
| POST `payment_method` of a card that asks for 3-D Secure | 200: the second step |
| POST `outcome` (`pass` or `fail`) | ends the second step: 303 to `success_url`, or 402 and the page |
| POST `cancel=1` | 303 to `cancel_url`; the session stays open |

A session that is complete or expired answers 410, an unknown one 404, what cannot be understood 400. Like Stripe's page
it is no part of the API: faults and limits of requests do not act on it.
"""

from __future__ import annotations

import string
from urllib.parse import parse_qsl, quote

from devkit.stripe_sim import session_html, session_payment, sessions
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.api import Response
from devkit.stripe_sim.errors import ApiError, Json
from devkit.stripe_sim.events import customer_request

_MOST_FIELDS = 20
_POLICY = ("default-src 'none'", "style-src 'unsafe-inline'", "img-src data:", "base-uri 'none'")
_HEADERS = {
    "Cache-Control": "no-store",
    # No form-action: browsers would apply it to the redirect to the shop.
    "Content-Security-Policy": "; ".join([*_POLICY, "frame-ancestors 'none'"]),
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_CLOSED = {"complete": "This payment was already completed", "expired": "This payment page has expired"}


def handle(account: Account, method: str, path: str, body: bytes) -> Response:
    """Answers a request to a session's page."""
    with account.lock:
        account.catch_up()
        session = account.sessions.get(path.removeprefix(sessions.PAGE))
        if session is None:
            return _html(404, session_html.closed("There is no such payment page"))
        if session["status"] != "open":
            return _html(410, session_html.closed(_CLOSED[session["status"]]))
        try:
            if method == "POST":
                return _act(account, session, _form(body))
            return _show(account, session, 200)
        except ApiError as error:
            return _show(account, session, error.status, str(error))


def _act(account: Account, session: Json, form: dict[str, str]) -> Response:
    origin = customer_request()
    if form.get("cancel") == "1":
        return _redirect(session_payment.cancel_address(session))
    if "outcome" in form:
        session_payment.authenticate(account, session, form["outcome"], origin)
    else:
        session_payment.pay(account, session, form.get("payment_method"), origin, form.get("email"))
    if session["status"] == "complete":
        return _redirect(session_payment.success_address(session))
    return _show(account, session, 200)


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise ApiError(400, "The form cannot be read.") from error


def _show(account: Account, session: Json, status: int, message: str = "") -> Response:
    """The page as the session is now."""
    if session_payment.challenged(account, session) is not None:
        return _html(status, session_html.challenge(message))
    return _html(status, session_html.payment(session, account.orders[session["id"]].items, message))


def _html(status: int, page: str) -> Response:
    return Response(status, page.encode(), _HEADERS)


def _redirect(url: str) -> Response:
    return Response(303, b"", {**_HEADERS, "Location": quote(url, safe=string.punctuation)})
