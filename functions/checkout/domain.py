"""Licences and day passes, as the shared entrypoints see them."""

from __future__ import annotations

from checkout import aftermath
from checkout.comparison import DEVICES, LISTED, UNFINISHED
from checkout.inspection import inspect
from checkout.invariants import RULES
from checkout.leaving import leave
from checkout.origin import NAME
from checkout.reasons import CheckoutReason
from checkout.refunding import refund
from checkout.schedule import DUE
from common.alerts import Alert
from payments.domain import AFTERMATH, Comparison, Domain


def _claims(payment_intent_id: str) -> bool:
    return aftermath.recorded(payment_intent_id) is not None


DOMAIN = Domain(
    name=NAME,
    reasons=CheckoutReason,
    rules=RULES,
    alerts=(
        Alert.PAID_AFTER_CLOSE,
        Alert.REFUND_FAILED,
        Alert.STRAY_CAPTURE,
        Alert.PAYMENT_MISSING,
        Alert.AMOUNT_MISMATCH,
        Alert.CHECKOUT_KEYS_UNUSABLE,
    ),
    event_types=(
        "checkout.session.completed",
        "checkout.session.async_payment_succeeded",
        "checkout.session.async_payment_failed",
        "checkout.session.expired",
        "payment_intent.succeeded",
        *AFTERMATH,
    ),
    settle=aftermath.settle_event,
    claims=_claims,
    due=DUE,
    comparison=Comparison(LISTED, UNFINISHED, (DEVICES,)),
    inspect=inspect,
    refund=refund,
    schedules={"settleCheckouts": "checkout.schedule"},
    leave=leave,
)
