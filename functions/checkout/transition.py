"""Applies an event to a purchase: decides by the state machine, and plans every write of it in one unit.

The purchase and its device are both guarded, so the grant is in the one commit that moves the purchase, or nowhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from checkout import device, grants, license_codes, passes
from checkout.device import LOCKS
from checkout.happening import Happening
from checkout.limits import PURCHASES
from checkout.loaded import LoadedPurchase
from checkout.origin import NAME
from checkout.products import KONBINI_DAYS, ProductType
from checkout.purchase import CHECK, PAYMENT_MISSING, RESUME
from checkout.states import CLOSED, Decision, Event, State, Status, decide
from common import history, incidents
from common.alerts import Alert
from common.documents import Unit
from common.state_machine import Outcome, Verdict
from payments import open_differences
from payments.purchase import RESUME_AFTER

MISSING_LOOKED_FOR_AGAIN = timedelta(days=1)
Fields = dict[str, Any]


@dataclass
class Planned:
    """What an event does: the verdict, and what changes on the purchase and on its device."""

    outcome: Outcome[State]
    purchase: Fields = field(default_factory=dict)
    device: Fields = field(default_factory=dict)


def apply(unit: Unit, loaded: LoadedPurchase, happening: Happening, **more: Any) -> Outcome[State]:
    """Decide, and plan the writes if the event moves the purchase, with ``more`` fields of it."""
    planned = plan(unit, loaded, happening)
    if planned.outcome.verdict is Verdict.MOVE:
        planned.purchase |= more
        write(unit, loaded, happening, planned)
    return planned.outcome


def plan(unit: Unit, loaded: LoadedPurchase, happening: Happening) -> Planned:
    """Decide, and say what changes on the two; what else is written is planned in the unit."""
    purchase = loaded.purchase
    planned = Planned(decide(purchase.state, happening.event))
    if planned.outcome.verdict is Verdict.MOVE:
        target = planned.outcome.state
        _effects(unit, loaded, happening, planned)
        _due(happening, planned)
        planned.purchase |= {"status": target.status, **_decision(purchase.state, target, happening.now)}
        lock = LOCKS[purchase.type]
        if not target.waits and loaded.device.doc.get(lock) == purchase.id:
            planned.device[lock] = None
    return planned


def write(unit: Unit, loaded: LoadedPurchase, happening: Happening, planned: Planned) -> None:
    """Plan the next version of the purchase, and of its device if that changes."""
    history.advance(unit, loaded.purchase.doc, planned.purchase, happening.change(planned.purchase.get("end_reason")))
    device.write(unit, loaded.device, planned.device, happening.change(loaded.purchase.id))


def _decision(before: State, target: State, now: datetime) -> Fields:
    """One that was carried out stays to be seen, unless the purchase goes on without it, or as if it had not been."""
    if target.decision is None and target.status in (Status.FULFILLED, Status.PROCESSING):
        return {"decision": None, "decided_at": None, "carried_out_at": None}
    if target.decision is before.decision:
        return {}
    if target.decision is not None:
        return {"decision": target.decision, "decided_at": now, "carried_out_at": None}
    return {"carried_out_at": now}


def _effects(unit: Unit, loaded: LoadedPurchase, happening: Happening, planned: Planned) -> None:
    purchase, target = loaded.purchase, planned.outcome.state
    planned.purchase |= _of_stripe(happening)
    if purchase.buyer_left:
        planned.purchase.pop("receipt_url", None)
    match happening.event:
        case Event.PAID:
            _granted(unit, loaded, happening, planned)
        case Event.PAID_IN_VAIN:
            planned.purchase |= {"end_reason": happening.reason, "paid_at": happening.paid_at}
            PURCHASES.forgive(unit, purchase.buyer, purchase.doc["created_at"], happening.now)
        case Event.DISPUTED | Event.MONEY_GONE | Event.WRITE_OFF if target.status is Status.REVOKED:
            planned.device |= grants.revoked(loaded.device, purchase)
        case Event.MONEY_BACK:
            planned.purchase["end_reason"] = None
            planned.device |= grants.reinstated(purchase, happening.now)
        case Event.MONEY_BACK_IN_VAIN | Event.CANCEL | Event.REPLACE | Event.EXPIRE | Event.REFUND:
            planned.purchase["end_reason"] = happening.reason
        case Event.MISSING if target.decision is Decision.REFUND:
            _tell_missing(unit, loaded, planned, happening)
    if happening.event is Event.WRITE_OFF:
        planned.purchase["end_reason"] = PAYMENT_MISSING
    if target.decision is Decision.REFUND and purchase.state.decision is None:
        # An earlier refund may have failed, and its key would answer with it.
        planned.purchase["attempt"] = purchase.attempt + 1
    if target == CLOSED:
        planned.purchase["end_reason"] = purchase.doc.get("end_reason") or happening.reason or happening.event.value
        planned.purchase |= license_codes.forget(unit, purchase)
    if happening.event in (Event.PAID, Event.PAID_IN_VAIN) and purchase.state == CLOSED:
        _tell(unit, Alert.PAID_AFTER_CLOSE, loaded, planned)


def _of_stripe(happening: Happening) -> Fields:
    """What a session tells that its purchase keeps."""
    session = happening.session
    if session is None:
        return {}
    known = {
        "session_id": session.id,
        "payment_intent_id": session.payment_intent_id,
        "receipt_url": session.receipt_url,
        "amount_received": session.amount if session.paid else None,
    }
    return {name: value for name, value in known.items() if value is not None}


def _granted(unit: Unit, loaded: LoadedPurchase, happening: Happening, planned: Planned) -> None:
    purchase, now = loaded.purchase, happening.now
    paid_at = happening.paid_at or now
    late = purchase.type is ProductType.DAYPASS and now - paid_at > passes.LATE
    of_purchase, of_device = grants.granted(loaded.device, purchase, now, late)
    planned.purchase |= {**of_purchase, "paid_at": paid_at, "fulfilled_at": now, "end_reason": None}
    planned.device |= of_device
    PURCHASES.forgive(unit, purchase.buyer, purchase.doc["created_at"], now)


def _due(happening: Happening, planned: Planned) -> None:
    """When it must be looked at next."""
    target, now = planned.outcome.state, happening.now
    if happening.event is Event.MISSING and target.unfinished:
        due: Fields = {"due_at": now + MISSING_LOOKED_FOR_AGAIN}
    elif target.decision is not None:
        due = {"due_action": RESUME, "due_at": now + RESUME_AFTER, "tries": 0}
    elif target.waits:
        # A day more, until Stripe says that it failed.
        due = {"due_action": CHECK, "due_at": now + timedelta(days=KONBINI_DAYS + 1), "tries": 0}
    else:
        due = {"due_action": None, "due_at": None}
    planned.purchase |= due


def _tell_missing(unit: Unit, loaded: LoadedPurchase, planned: Planned, happening: Happening) -> None:
    if loaded.purchase.time("payment_missing_at") is None:
        planned.purchase["payment_missing_at"] = happening.now
        _tell(unit, Alert.PAYMENT_MISSING, loaded, planned)
        open_differences.note(unit, NAME, loaded.purchase.id)


def _tell(unit: Unit, alert: Alert, loaded: LoadedPurchase, planned: Planned) -> None:
    purchase = loaded.purchase
    payment = planned.purchase.get("payment_intent_id") or purchase.payment_intent_id
    what = {"purchase": purchase.id, "paymentIntent": payment, "amount": purchase.amount}
    incidents.opened(unit, alert, NAME, purchase.id, what)
