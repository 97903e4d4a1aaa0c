"""Refunds of captured money, releases of held money. Every function expects the account's lock to be held."""

from __future__ import annotations

from devkit.stripe_sim import objects
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.cards import DAY
from devkit.stripe_sim.disputes import refuse_if_disputed
from devkit.stripe_sim.errors import ApiError, Json, invalid_parameter, missing_parameter
from devkit.stripe_sim.events import AUTOMATIC, Origin, snapshot
from devkit.stripe_sim.ids import new_id

STATUSES = ("pending", "requires_action", "succeeded")
"""What a refund can begin as."""
UNDONE = ("failed", "canceled")
"""Of these nothing reaches the customer: the money is back on the account's balance."""
_NEXT = {
    "requires_action": ("pending", "succeeded", "failed", "canceled"),
    "pending": ("succeeded", "failed", "canceled"),
    "succeeded": ("failed",),
}
SECONDS = 1
"""How long the test cards of refunds take until they show what became of one."""
_OF_KONBINI = ("requires_action", "failed", objects.DAYS_TO_ANSWER * DAY)
"""Its customer is asked by e-mail for a bank account, and has so long to name one."""


def create(account: Account, params: Json, origin: Origin, status: str | None = None) -> Json:
    """Gives back captured money: all that is left, or `amount`. `status` is by default what the method brings about."""
    charge = _charge(account, params)
    if not charge["captured"]:
        raise ApiError(400, "This charge is not captured; cancel its PaymentIntent instead.", param="payment_intent")
    refuse_if_disputed(account, charge)
    left = charge["amount"] - charge["amount_refunded"]
    if left == 0:
        raise ApiError(400, f"Charge {charge['id']} has already been refunded.", code="charge_already_refunded")
    amount = params.get("amount", left)
    if amount > left:
        raise invalid_parameter("amount", f"At most {left} of this charge can be refunded.")
    card = account.cards.get(charge["payment_method"])
    begins, ends, seconds = _OF_KONBINI if card is None else (*card.refund, SECONDS)
    refund = objects.refund(charge, amount, account.now(), params, status or begins)
    _add(account, charge, refund)
    account.events.record("refund.created", refund, origin)
    account.events.record("charge.refunded", charge, origin)
    if status is None and ends != begins:
        account.later(account.now() + seconds, lambda: _end(account, refund, begins, ends))
    return refund


def release(
    account: Account, charge: Json, amount: int, reason: str | None = None, at: int | None = None
) -> Json | None:
    """Gives back the uncaptured part of a hold, which Stripe shows as a refund. Its events are to come."""
    if amount == 0:
        return None
    created = account.now() if at is None else at
    refund = objects.refund(charge, amount, created, {"reason": reason}, "succeeded", released=True)
    return _add(account, charge, refund)


def move(account: Account, refund: Json, status: str, origin: Origin, failure_reason: str | None = None) -> Json:
    """Lets a refund go on to another status. Where it is undone, the charge is refunded by so much less."""
    if status not in _NEXT.get(refund["status"], ()) or refund["balance_transaction"] is None:
        raise ApiError(400, f"A refund that is {refund['status']} cannot become {status}.")
    before = snapshot(refund)
    refund["status"] = status
    for gone in ("pending_reason", "next_action"):
        refund.pop(gone, None)
    if status == "failed":
        reason = failure_reason or "expired_or_canceled_card"
        refund.update(failure_reason=reason, failure_balance_transaction=new_id("txn"))
    if status in UNDONE:
        charge = account.charges.require(refund["charge"], "charge")
        charge.update(amount_refunded=charge["amount_refunded"] - refund["amount"], refunded=False)
    _tell_update(account, refund, before, origin)
    if status == "failed":
        account.events.record("refund.failed", refund, origin)
    return refund


def update(account: Account, refund: Json, params: Json, origin: Origin) -> Json:
    """Changes its metadata, which is all that can be changed."""
    before = snapshot(refund)
    refund["metadata"] = objects.with_metadata(refund["metadata"], params.get("metadata", {}))
    if refund != before:
        _tell_update(account, refund, before, origin)
    return refund


def cancel(account: Account, refund: Json, origin: Origin) -> Json:
    """Cancels a refund that waits for the customer."""
    if refund["status"] != "requires_action":
        raise ApiError(400, f"Only a refund that requires action can be canceled; this one is {refund['status']}.")
    return move(account, refund, "canceled", origin)


def _end(account: Account, refund: Json, begun: str, status: str) -> None:
    if account.refunds.get(refund["id"]) is not None and refund["status"] == begun:
        move(account, refund, status, AUTOMATIC)


def _tell_update(account: Account, refund: Json, before: Json, origin: Origin) -> None:
    for kind in ("refund.updated", "charge.refund.updated"):
        account.events.record(kind, refund, origin, before=before)


def _add(account: Account, charge: Json, refund: Json) -> Json:
    account.refunds.add(refund)
    charge["amount_refunded"] += refund["amount"]
    charge["refunded"] = charge["amount_refunded"] == charge["amount"]
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
