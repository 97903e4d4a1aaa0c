"""How a Checkout Session is paid: by card, with or without 3-D Secure, or in a convenience store.

`status` and `payment_status` are independent of each other. A session has no PaymentIntent until its customer first
tries to pay. Every function expects the account's lock to be held.
"""

from __future__ import annotations

from devkit.stripe_sim import intents, konbini, objects, session_objects, sessions
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.cards import find_card
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, missing_parameter, no_such
from devkit.stripe_sim.events import AUTOMATIC, Origin
from devkit.stripe_sim.konbini import KONBINI

DEFAULT_EMAIL = "customer@example.com"
"""Taken for the customer's address where none was given."""


def pay(account: Account, session: Json, method: str | None, origin: Origin, email: str | None = None) -> None:
    """The customer pays with a test card or by `konbini`. A declined card raises `ApiError` 402 and leaves it open."""
    sessions.require_open(session)
    email = email or session["customer_email"] or DEFAULT_EMAIL
    if session["amount_total"] == 0:
        _complete(account, session, email, origin)
        return
    _check_method(session, method)
    intent = _intent(account, session, origin)
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
    intent = sessions.intent_of(account, session) if session["status"] == "open" else None
    return intent if intent is not None and intent["status"] == "requires_action" else None


def authenticate(account: Account, session: Json, outcome: str, origin: Origin) -> None:
    """The customer ends the challenge with `pass` or `fail`. Raises `ApiError` 402 where nothing is paid then."""
    sessions.require_open(session)
    intent = challenged(account, session)
    if intent is None:
        raise ApiError(400, "No card of this session waits for its 3-D Secure challenge.")
    if outcome not in ("pass", "fail"):
        raise invalid_parameter("outcome", "The outcome is pass or fail.")
    intents.authenticate(account, intent, outcome == "pass", origin)
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
    intent = sessions.intent_of(account, session)
    if intent is None:
        raise ApiError(400, "Nobody has chosen yet how to pay on this session.")
    konbini.end(account, intent, paid, origin, at)
    if paid:
        session["payment_status"] = "paid"
    kind = "succeeded" if paid else "failed"
    account.events.record(f"checkout.session.async_payment_{kind}", session, origin, at=at)


def success_address(session: Json) -> str:
    """Where a customer goes who has paid, or promised to."""
    return _filled(session, "success_url")


def cancel_address(session: Json) -> str:
    """Where a customer goes who does not want to pay."""
    sessions.require_open(session)
    if session["cancel_url"] is None:
        raise ApiError(400, "This Checkout Session has no cancel_url.")
    return _filled(session, "cancel_url")


def _check_method(session: Json, method: str | None) -> None:
    if method is None:
        raise missing_parameter("payment_method")
    if method != KONBINI and find_card(method) is None:
        raise no_such("PaymentMethod", method, "payment_method")
    if (KONBINI if method == KONBINI else "card") not in session["payment_method_types"]:
        raise invalid_parameter("payment_method", "This payment method is not offered here.")


def _intent(account: Account, session: Json, origin: Origin) -> Json:
    """The session's PaymentIntent, made by the first attempt to pay."""
    known = sessions.intent_of(account, session)
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


def _complete(account: Account, session: Json, email: str, origin: Origin) -> None:
    session.update(status="complete", url=None, customer_details=session_objects.customer_details(email))
    account.events.record("checkout.session.completed", session, origin)


def _filled(session: Json, name: str) -> str:
    return str(session[name].replace("{CHECKOUT_SESSION_ID}", session["id"]))


def _let_lapse(account: Account, session: Json, intent: Json, at: int) -> None:
    """A promised payment that was not made in time comes to nothing."""
    known = account.sessions.get(session["id"]) is not None and sessions.intent_of(account, session) is not None
    if known and konbini.waits(intent):
        end_konbini(account, session, False, AUTOMATIC, at)
