"""Checkout Sessions: create, pay, expire (docs.stripe.com/api/checkout/sessions).

`status` and `payment_status` are independent of each other. A session has no PaymentIntent until its customer first
tries to pay. Every function expects the account's lock to be held.
"""

from __future__ import annotations

from devkit.stripe_sim import intents, konbini, objects, session_objects
from devkit.stripe_sim.account import Account, Order
from devkit.stripe_sim.cards import DAY, find_card
from devkit.stripe_sim.collection import Collection
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, missing_parameter, no_such
from devkit.stripe_sim.events import AUTOMATIC, Origin
from devkit.stripe_sim.konbini import KONBINI

SHORTEST = 30 * 60
LONGEST = DAY
"""How long a session can be open, in seconds; the longest is what it is by itself."""
ADDRESS = "/v1/checkout/sessions"
PAGE = "/c/pay/"
SOMEBODY = "customer@example.com"
"""Whose e-mail address is taken for the customer's where none was given."""


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
    _require_open(session)
    session.update(status="expired", url=None)
    intent = intent_of(account, session)
    if intent is not None:
        intents.give_up(account, intent, origin, at)
    account.events.record("checkout.session.expired", session, origin, at=at)
    return session


def intent_of(account: Account, session: Json) -> Json | None:
    """The PaymentIntent of a session on which somebody tried to pay."""
    return account.intents.get(session["payment_intent"] or "")


def way_back(session: Json) -> str:
    """Where a customer goes who does not want to pay."""
    _require_open(session)
    if session["cancel_url"] is None:
        raise ApiError(400, "This Checkout Session has no cancel_url.")
    return _filled(session, "cancel_url")


def way_on(session: Json) -> str:
    """Where a customer goes who has paid, or promised to."""
    return _filled(session, "success_url")


def pay(account: Account, session: Json, method: str | None, origin: Origin, email: str | None = None) -> None:
    """The customer pays with a test card or by `konbini`. A declined card raises `ApiError` 402 and leaves it open."""
    _require_open(session)
    email = email or session["customer_email"] or SOMEBODY
    if session["amount_total"] == 0:
        _complete(account, session, email, origin)
        return
    _check_method(session, method)
    intent = _ready_intent(account, session, origin)
    if method == KONBINI:
        konbini.promise(account, intent, email, origin)
        lapses_at = konbini.deadline(intent)
        account.later(lapses_at, lambda: _let_lapse(account, session, intent, lapses_at))
        _complete(account, session, email, origin)
        return
    intents.choose(account, intent, method)
    account.payment_methods.require(intent["payment_method"], "payment_method")["billing_details"]["email"] = email
    intents.attempt(account, intent, {}, origin)
    follow(account, intent, origin)


def challenged(account: Account, session: Json) -> Json | None:
    """The PaymentIntent of an open session whose card waits for its 3-D Secure challenge."""
    intent = intent_of(account, session) if session["status"] == "open" else None
    return intent if intent is not None and intent["status"] == "requires_action" else None


def authenticate(account: Account, session: Json, outcome: str, origin: Origin) -> None:
    """The customer ends the challenge with `pass` or `fail`. Raises `ApiError` 402 where nothing is paid then."""
    _require_open(session)
    intent = challenged(account, session)
    if intent is None:
        raise ApiError(400, "No card of this session waits for its 3-D Secure challenge.")
    if outcome not in ("pass", "fail"):
        raise invalid_parameter("outcome", "The outcome is pass or fail.")
    intents.authenticate(account, intent, outcome == "pass")
    follow(account, intent, origin)
    if intent["status"] != "succeeded":
        raise ApiError(402, intent["last_payment_error"]["message"], kind="card_error")


def follow(account: Account, intent: Json, origin: Origin) -> None:
    """Completes the session that a PaymentIntent belongs to, if it does to one, once a card has paid."""
    session = account.sessions.get(account.session_of.get(intent["id"], ""))
    if session is None or session["status"] != "open" or intent["status"] != "succeeded":
        return
    method = account.payment_methods.require(intent["payment_method"], "payment_method")
    session["payment_status"] = "paid"
    _complete(account, session, method["billing_details"]["email"], origin)


def end_konbini(account: Account, session: Json, paid: bool, origin: Origin, at: int | None = None) -> None:
    """The customer has paid in a store what the session promised, or has not."""
    intent = intent_of(account, session)
    if intent is None:
        raise ApiError(400, "Nobody has chosen yet how to pay on this session.")
    konbini.end(account, intent, paid, origin, at)
    if paid:
        session["payment_status"] = "paid"
    kind = "succeeded" if paid else "failed"
    account.events.record(f"checkout.session.async_payment_{kind}", session, origin, at=at)


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
    able = ["card", KONBINI] if konbini.can_pay(total, currency) else ["card"]
    allowed, excluded = params.get("allowed_payment_method_types", able), params.get("excluded_payment_method_types")
    offered = [method for method in able if method in allowed and method not in (excluded or ())]
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


def _require_open(session: Json) -> None:
    if session["status"] != "open":
        raise ApiError(400, f"This Checkout Session is {session['status']}, not open.", param="session")


def _check_method(session: Json, method: str | None) -> None:
    if method is None:
        raise missing_parameter("payment_method")
    if method != KONBINI and find_card(method) is None:
        raise no_such("PaymentMethod", method, "payment_method")
    if (KONBINI if method == KONBINI else "card") not in session["payment_method_types"]:
        raise invalid_parameter("payment_method", "This payment method is not offered here.")


def _ready_intent(account: Account, session: Json, origin: Origin) -> Json:
    """The session's PaymentIntent, made by the first attempt to pay."""
    known = intent_of(account, session)
    if known is not None:
        return known
    params = {
        **account.orders[session["id"]].intent_data,
        "amount": session["amount_total"],
        "currency": session["currency"],
        "customer": session["customer"],
        "allowed_payment_method_types": list(session["payment_method_types"]),
        "payment_method_options": session["payment_method_options"],
    }
    intent = objects.payment_intent(params, account.now())
    intent["payment_method_types"] = list(session["payment_method_types"])
    if KONBINI in session["payment_method_types"]:
        days = session["payment_method_options"][KONBINI]["expires_after_days"]
        intent["payment_method_options"][KONBINI] = konbini.options(days)
    account.intents.add(intent)
    account.session_of[intent["id"]] = session["id"]
    session["payment_intent"] = intent["id"]
    account.events.record("payment_intent.created", intent, origin)
    return intent


def _filled(session: Json, name: str) -> str:
    return str(session[name].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _complete(account: Account, session: Json, email: str, origin: Origin) -> None:
    session.update(status="complete", url=None, customer_details=session_objects.customer_details(email))
    account.events.record("checkout.session.completed", session, origin)


def _let_expire(account: Account, session: Json) -> None:
    """A session that is still open at `expires_at` closes by itself."""
    if account.sessions.get(session["id"]) is not None and session["status"] == "open":
        expire(account, session, AUTOMATIC, session["expires_at"])


def _let_lapse(account: Account, session: Json, intent: Json, at: int) -> None:
    """A promised payment that was not made in time comes to nothing."""
    known = account.sessions.get(session["id"]) is not None and intent_of(account, session) is not None
    if known and konbini.waits(intent):
        end_konbini(account, session, False, AUTOMATIC, at)
