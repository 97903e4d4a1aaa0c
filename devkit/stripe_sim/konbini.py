"""Payment in a convenience store: promised on Checkout's page, paid in cash by the end of a day, or not.

Limits and times: docs.stripe.com/payments/konbini. Every function expects the account's lock to be held.
"""

from __future__ import annotations

from devkit.stripe_sim import charge_objects, intents
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.cards import DAY, Decline
from devkit.stripe_sim.errors import Json, unexpected_state
from devkit.stripe_sim.events import Origin

KONBINI = "konbini"
LEAST, MOST = 120, 300_000
"""What can be paid so, in JPY."""
DAYS = 3
"""How long the customer has by default. It ends with a day in Japan."""
GRACE = 3600
"""Seconds after the end in which a payment that was made in time can still be heard of."""
_JAPAN = 9 * 3600
_NOT_PAID = Decline(
    "payment_intent_payment_attempt_expired", None, "The customer did not pay in time.", "invalid_request_error"
)


def can_pay(amount: int, currency: str) -> bool:
    """Whether a convenience store takes so much."""
    return currency == "jpy" and LEAST <= amount <= MOST


def options(days: int | None) -> Json:
    """How a PaymentIntent shows what was agreed about it."""
    unsaid = dict.fromkeys(("confirmation_number", "expires_at", "product_description"))
    return {**unsaid, "expires_after_days": days, "setup_future_usage": "none"}


def promise(account: Account, intent: Json, email: str, origin: Origin) -> None:
    """The customer chooses to pay in a store, and is shown the codes for it."""
    method = charge_objects.konbini_method(account.now())
    method["billing_details"]["email"] = email
    account.payment_methods.add(method)
    days = intent["payment_method_options"][KONBINI]["expires_after_days"] or DAYS
    intent.update(
        status="requires_action",
        payment_method=method["id"],
        last_payment_error=None,
        next_action=_voucher(_end_of_day(account.now(), days)),
    )
    account.events.record("payment_intent.requires_action", intent, origin)


def deadline(intent: Json) -> int:
    """When a promised payment lapses by itself, in epoch seconds."""
    return int(intent["next_action"]["konbini_display_details"]["expires_at"]) + GRACE


def waits(intent: Json) -> bool:
    """Whether a payment in a store is promised, and neither paid nor lapsed."""
    return intent["status"] == "requires_action" and "konbini_display_details" in intent["next_action"]


def end(account: Account, intent: Json, paid: bool, origin: Origin, at: int | None = None) -> None:
    """The customer has paid in a store, or has let the time go by."""
    if not waits(intent):
        raise unexpected_state(intent, "ended as a konbini payment", ("requires_action",))
    intent["next_action"] = None
    if not paid:
        intents.refuse(account, intent, _NOT_PAID, origin, at=at)
        return
    method = account.payment_methods.require(intent["payment_method"], "payment_method")
    details = {"konbini": {"store": {"chain": "familymart"}}, "type": "konbini"}
    charge = charge_objects.charge(intent, method, account.now(), details, None, held=False)
    account.charges.add(charge)
    intent.update(status="succeeded", amount_received=intent["amount"], latest_charge=charge["id"])
    account.events.record("charge.succeeded", charge, origin)
    account.events.record("payment_intent.succeeded", intent, origin)


def _end_of_day(now: int, days: int) -> int:
    """The last second of the day in Japan that is so many days after today."""
    today = (now + _JAPAN) // DAY
    return (today + days + 1) * DAY - _JAPAN - 1


def _voucher(expires_at: int) -> Json:
    chains = ("familymart", "lawson", "ministop", "seicomart")
    codes = {chain: {"confirmation_number": "0000000000", "payment_code": "123456"} for chain in chains}
    details = {"expires_at": expires_at, "hosted_voucher_url": None, "stores": codes}
    return {"konbini_display_details": details, "type": "konbini_display_details"}
