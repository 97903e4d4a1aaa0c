"""Checkout Sessions: create, look up, expire (docs.stripe.com/api/checkout/sessions).

How one is paid is in `session_payment`. Every function expects the account's lock to be held.
"""

from __future__ import annotations

from devkit.stripe_sim import intents, konbini, session_objects
from devkit.stripe_sim.account import Account, Order
from devkit.stripe_sim.cards import DAY
from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, missing_parameter
from devkit.stripe_sim.events import AUTOMATIC, Origin
from devkit.stripe_sim.konbini import KONBINI

SHORTEST = 30 * 60
LONGEST = DAY
"""How long a session can be open, in seconds; the longest is what it is by itself."""
ADDRESS = "/v1/checkout/sessions"
PAGE = "/c/pay/"


def create(account: Account, params: Json) -> Json:
    """An open session. No event tells of it."""
    now = account.now()
    items = [_line_item(position, item, now) for position, item in enumerate(params["line_items"])]
    total, currency = sum(item["amount_total"] for item in items), _currency(params, items)
    if total:
        intents.check_amount(total, currency, "line_items")
    if "customer" in params and "customer_email" in params:
        raise invalid_parameter("customer_email", "customer and customer_email exclude each other.")
    if "customer" in params:
        account.customers.require(params["customer"], "customer")
    offered, expires_at = _offered(params, total, currency), _expires_at(params, now)
    session = session_objects.session(params, items, offered, now, expires_at)
    session["url"] = f"{account.url}{PAGE}{session['id']}"
    account.sessions.add(session)
    account.orders[session["id"]] = Order(items, params.get("payment_intent_data", {}))
    account.later(expires_at, lambda: _let_expire(account, session))
    return session


def require(account: Account, session_id: str) -> Json:
    """A session."""
    return account.sessions.require(session_id, "session", in_path=True)


def line_items(account: Account, session: Json, params: Json) -> Json:
    """A page of what was ordered, in its order."""
    items = Collection("item")
    for item in reversed(account.orders[session["id"]].items):
        items.add(item)
    return items.page(f"{ADDRESS}/{session['id']}/line_items", params, lambda _: True)


def expire(account: Account, session: Json, origin: Origin, at: int | None = None) -> Json:
    """Closes an open session: nobody can pay on it any more."""
    require_open(session)
    session.update(status="expired", url=None)
    intent = intent_of(account, session)
    if intent is not None:
        intents.cancel_unpaid(account, intent, origin, at)
    account.events.record("checkout.session.expired", session, origin, at=at)
    return session


def intent_of(account: Account, session: Json) -> Json | None:
    """The PaymentIntent of a session on which somebody tried to pay."""
    return account.intents.get(session["payment_intent"] or "")


def require_open(session: Json) -> None:
    """Refuses a session that is complete or expired."""
    if session["status"] != "open":
        raise ApiError(400, f"This Checkout Session is {session['status']}, not open.", param="session")


def _line_item(position: int, params: Json, now: int) -> Json:
    name = f"line_items[{position}]"
    if "price_data" not in params:
        raise missing_parameter(f"{name}[price_data]")
    price = params["price_data"]
    if "product_data" not in price:
        raise missing_parameter(f"{name}[price_data][product_data]")
    amounts = [price[key] for key in ("unit_amount", "unit_amount_decimal") if key in price]
    if len(amounts) != 1:
        message = "Give either unit_amount or unit_amount_decimal."
        raise invalid_parameter(f"{name}[price_data][unit_amount]", message)
    return session_objects.line_item({**params, "price_data": {**price, "unit_amount": amounts[0]}}, now)


def _currency(params: Json, items: list[Json]) -> str:
    currencies = {item["currency"] for item in items} | {params.get("currency", items[0]["currency"])}
    currency = currencies.pop()
    if currencies:
        raise invalid_parameter("line_items", "All line items must be in one currency.")
    if currency not in intents.MINIMUM_AMOUNTS:
        raise invalid_parameter("line_items[0][price_data][currency]", f"Invalid currency: {currency}")
    return str(currency)


def _offered(params: Json, total: int, currency: str) -> list[str]:
    """The payment methods on the page: what the account has for such a payment, less what is filtered out."""
    eligible = ["card", KONBINI] if konbini.can_pay(total, currency) else ["card"]
    allowed, excluded = (
        params.get("allowed_payment_method_types", eligible),
        params.get("excluded_payment_method_types"),
    )
    offered = [method for method in eligible if method in allowed and method not in (excluded or ())]
    if not offered:
        param = "allowed_payment_method_types" if excluded is None else "excluded_payment_method_types"
        raise invalid_parameter(param, "No payment method is left for this session.")
    return offered


def _expires_at(params: Json, now: int) -> int:
    expires_at = int(params.get("expires_at", now + LONGEST))
    if not now + SHORTEST <= expires_at <= now + LONGEST:
        message = "expires_at must be from 30 minutes to 24 hours after the session is created."
        raise invalid_parameter("expires_at", message)
    return expires_at


def _let_expire(account: Account, session: Json) -> None:
    """A session that is still open at `expires_at` closes by itself."""
    if account.sessions.get(session["id"]) is not None and session["status"] == "open":
        expire(account, session, AUTOMATIC, session["expires_at"])
