"""Refunds, releases of holds, and disputes. Every function expects the account's lock to be held."""

from __future__ import annotations

from devkit.stripe_sim import objects
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, missing_parameter
from devkit.stripe_sim.events import AUTOMATIC, Origin


def create(account: Account, params: Json, origin: Origin) -> Json:
    """Gives back captured money: all that is left, or `amount`."""
    charge = _charge(account, params)
    if not charge["captured"]:
        raise ApiError(400, "This charge is not captured; cancel its PaymentIntent instead.", param="payment_intent")
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise ApiError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount > left:
        raise invalid_parameter("amount", f"At most {left} of this charge can be refunded.")
    return _record(account, charge, objects.refund(charge, amount, account.now(), params), origin)


def release(account: Account, charge: Json, amount: int, origin: Origin) -> None:
    """Gives back the uncaptured part of a hold, which Stripe shows as a refund of the charge."""
    if amount > 0:
        _record(account, charge, objects.refund(charge, amount, account.now(), {}, released=True), origin)


def dispute(account: Account, charge: Json) -> Json:
    """The cardholder disputes a captured charge."""
    if not charge["captured"] or charge["disputed"]:
        raise ApiError(400, "Only a captured charge without a dispute can be disputed.")
    complaint = objects.dispute(charge, account.now())
    account.disputes.add(complaint)
    charge["disputed"] = True
    account.events.record("charge.dispute.created", complaint, AUTOMATIC)
    return complaint


def _record(account: Account, charge: Json, refund: Json, origin: Origin) -> Json:
    account.refunds.add(refund)
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
    account.events.record("refund.created", refund, origin)
    account.events.record("charge.refunded", charge, origin)
    return refund


def _charge(account: Account, params: Json) -> Json:
    if "charge" in params:
        return account.charges.require(params["charge"], "charge")
    if "payment_intent" not in params:
        raise missing_parameter("payment_intent")
    intent = account.intents.require(params["payment_intent"], "payment_intent")
    charge = account.charge_of(intent)
    if charge is None or charge["status"] != "succeeded":
        message = "This PaymentIntent has no successful charge to refund."
        raise ApiError(400, message, param="payment_intent")
    return charge
