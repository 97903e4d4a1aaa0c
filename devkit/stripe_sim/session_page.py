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
from html import escape
from urllib.parse import parse_qsl, quote

from devkit.stripe_sim import sessions
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.api import Response
from devkit.stripe_sim.cards import Card, every_card
from devkit.stripe_sim.errors import ApiError, Json
from devkit.stripe_sim.events import customer_request
from devkit.stripe_sim.konbini import KONBINI

_MOST_FIELDS = 20
_HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
    "Content-Type": "text/html; charset=utf-8",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<style>
body {{ font: 1.1rem/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 30rem; padding: 0 1rem; color: #1a1a1a; }}
label {{ display: block; margin-top: 1rem; }}
select, input, button {{ font: inherit; width: 100%; min-height: 3rem; box-sizing: border-box; margin-top: .5rem; }}
[role=alert] {{ border-left: .3rem solid #b00020; padding-left: 1rem; color: #b00020; }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
<p>This is a simulation of Stripe Checkout. No money moves.</p>
</main>
</body>
</html>
"""


def handle(account: Account, method: str, path: str, body: bytes) -> Response:
    """Answers a request to a session's page."""
    with account.lock:
        account.catch_up()
        session = account.sessions.get(path.removeprefix(sessions.PAGE))
        if session is None:
            return _closed(404, "There is no such payment page")
        if session["status"] == "complete":
            return _closed(410, "This payment was already completed")
        if session["status"] == "expired":
            return _closed(410, "This payment page has expired")
        if method == "GET":
            return _show(account, session, 200)
        if method != "POST":
            return _closed(405, "This page is only shown and paid on")
        try:
            return _act(account, session, _form(body))
        except ApiError as error:
            return _show(account, session, error.status, str(error))


def _act(account: Account, session: Json, form: dict[str, str]) -> Response:
    origin = customer_request()
    if form.get("cancel") == "1":
        return _redirect(sessions.way_back(session))
    if "outcome" in form:
        sessions.authenticate(account, session, form["outcome"], origin)
    else:
        sessions.pay(account, session, form.get("payment_method"), origin, form.get("email"))
    if session["status"] == "complete":
        return _redirect(sessions.way_on(session))
    return _show(account, session, 200)


def _form(body: bytes) -> dict[str, str]:
    try:
        return dict(parse_qsl(body.decode(), max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise ApiError(400, "The form cannot be read.") from error


def _show(account: Account, session: Json, status: int, message: str = "") -> Response:
    """The page as the session is now."""
    alert = f'<p role="alert">{escape(message)}</p>' if message else ""
    if sessions.challenged(account, session) is not None:
        return _page(status, "Confirm it is you", alert + _challenge_form())
    total = _money(session["amount_total"], session["currency"])
    lines = "".join(f"<li>{_line(item)}</li>" for item in account.orders[session["id"]].items)
    back = "" if session["cancel_url"] is None else _BACK_FORM
    return _page(status, f"Pay {total}", f"{alert}<ul>{lines}</ul>{_pay_form(session, total)}{back}")


def _line(item: Json) -> str:
    amount = _money(item["amount_total"], item["currency"])
    return f"{escape(item['description'])} × {item['quantity']}: {amount}"


def _pay_form(session: Json, total: str) -> str:
    email = escape(session["customer_email"] or "")
    choice = "" if session["amount_total"] == 0 else _choice(session["payment_method_types"])
    return (
        f'<form method="post">{choice}'
        '<label for="email">E-mail</label>'
        f'<input id="email" name="email" type="email" autocomplete="email" value="{email}">'
        f'<button type="submit">Pay {total}</button></form>'
    )


def _choice(offered: list[str]) -> str:
    options = [(test_id, _card_label(card)) for test_id, card in every_card().items()] if "card" in offered else []
    if KONBINI in offered:
        options.append((KONBINI, "Convenience store (konbini)"))
    listed = "".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in options)
    return (
        '<label for="payment_method">Payment method</label>'
        f'<select id="payment_method" name="payment_method">{listed}</select>'
    )


def _card_label(card: Card) -> str:
    traits = [
        "asks for 3-D Secure" if card.needs_3ds else "",
        f"declined: {card.decline.decline_code}" if card.decline else "",
        f"refund {card.refund[1]} later" if card.refund[0] != card.refund[1] else "",
        f"disputed: {card.dispute[1]}" if card.dispute else "",
    ]
    return ", ".join([f"{card.brand.capitalize()} •••• {card.last4}", *filter(None, traits)])


_BACK_FORM = '<form method="post"><button name="cancel" value="1">Go back without paying</button></form>'


def _challenge_form() -> str:
    return (
        "<p>Your bank asks whether it is really you who pays.</p>"
        '<form method="post"><button name="outcome" value="pass">Confirm the payment</button></form>'
        '<form method="post"><button name="outcome" value="fail">Reject the payment</button></form>'
    )


def _money(amount: int, currency: str) -> str:
    return f"¥{amount:,}" if currency == "jpy" else f"{amount / 100:,.2f} {escape(currency.upper())}"


def _closed(status: int, title: str) -> Response:
    return _page(status, title, "<p>You can close this page and go back to where you came from.</p>")


def _page(status: int, title: str, body: str) -> Response:
    return Response(status, _PAGE.format(title=escape(title), body=body).encode(), _HEADERS)


def _redirect(url: str) -> Response:
    return Response(303, b"", {**_HEADERS, "Location": quote(url, safe=string.punctuation)})
