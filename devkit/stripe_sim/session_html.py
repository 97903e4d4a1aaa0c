"""The HTML of Checkout's hosted page. Everything that is not written here is escaped."""

from __future__ import annotations

from html import escape

from devkit.stripe_sim.cards import Card, every_card
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.konbini import KONBINI

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
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
_BACK = '<form method="post"><button name="cancel" value="1">Go back without paying</button></form>'
_CHALLENGE = """<p>Your bank asks whether it is really you who pays.</p>
<form method="post"><button name="outcome" value="pass">Confirm the payment</button></form>
<form method="post"><button name="outcome" value="fail">Reject the payment</button></form>"""


def payment(session: Json, items: list[Json], message: str) -> str:
    """What is bought, and the form to pay it; `message` says why it was not paid yet."""
    total = _money(session["amount_total"], session["currency"])
    lines = "".join(f"<li>{_line(item)}</li>" for item in items)
    back = "" if session["cancel_url"] is None else _BACK
    return _page(f"Pay {total}", [_alert(message), f"<ul>{lines}</ul>", _form(session, total), back])


def challenge(message: str) -> str:
    """The second step of a card that asks for 3-D Secure."""
    return _page("Confirm that it is you", [_alert(message), _CHALLENGE])


def closed(title: str) -> str:
    """There is nothing to pay here."""
    return _page(title, ["<p>You can close this page and go back to where you came from.</p>"])


def _page(title: str, parts: list[str]) -> str:
    return _PAGE.format(title=escape(title), body="\n".join(filter(None, parts)))


def _alert(message: str) -> str:
    return f'<p role="alert">{escape(message)}</p>' if message else ""


def _line(item: Json) -> str:
    amount = _money(item["amount_total"], item["currency"])
    return escape(f"{item['description']} × {item['quantity']}: {amount}")


def _form(session: Json, total: str) -> str:
    choice = _choice(session["payment_method_types"]) if session["amount_total"] else ""
    email = escape(session["customer_email"] or "")
    return f"""<form method="post">
{choice}
<label for="email">E-mail</label>
<input id="email" name="email" type="email" autocomplete="email" value="{email}">
<button type="submit">Pay {escape(total)}</button>
</form>"""


def _choice(offered: list[str]) -> str:
    methods = {test_id: _label(card) for test_id, card in every_card().items()} if "card" in offered else {}
    if KONBINI in offered:
        methods[KONBINI] = "Convenience store (konbini)"
    options = "\n".join(f'<option value="{escape(value)}">{escape(label)}</option>' for value, label in methods.items())
    return f"""<label for="payment_method">Payment method</label>
<select id="payment_method" name="payment_method">
{options}
</select>"""


def _label(card: Card) -> str:
    traits = [
        "asks for 3-D Secure" if card.needs_3ds else "",
        f"declined: {card.decline.decline_code}" if card.decline else "",
        f"refunds {card.refund[0]}, then {card.refund[1]}" if card.refund[0] != card.refund[1] else "",
        f"disputed: {card.dispute[1]}" if card.dispute else "",
    ]
    return ", ".join([f"{card.brand.capitalize()} •••• {card.last4}", *filter(None, traits)])


def _money(amount: int, currency: str) -> str:
    return f"¥{amount:,}" if currency == "jpy" else f"{amount / 100:,.2f} {currency.upper()}"
