"""Tickets to events, as the shared entrypoints see them."""

from __future__ import annotations

from admission.comparison import LISTED, ORDERS, UNFINISHED
from admission.decisions import settle_event
from admission.inspection import inspect
from admission.invariants import RULES
from admission.leaving import leave
from admission.list_walks import ROWS, WAITING
from admission.order import recorded
from admission.origin import NAME
from admission.reasons import AdmissionReason
from admission.refunding import refund
from admission.schedule import DUE
from admission.walks import BLOCKS, BUYERS, ENTRIES, EVENTS, REFUNDS, TICKETS
from common.alerts import Alert
from payments.domain import AFTERMATH, Comparison, Domain


def _claims(payment_intent_id: str) -> bool:
    return recorded(payment_intent_id) is not None


DOMAIN = Domain(
    name=NAME,
    reasons=AdmissionReason,
    rules=RULES,
    alerts=(
        Alert.HOLD_LOST,
        Alert.CAPTURED_UNSERVED,
        Alert.STRAY_CAPTURE,
        Alert.REFUND_FAILED,
        Alert.PAYMENT_MISSING,
        Alert.AMOUNT_MISMATCH,
        Alert.SEARCH_INDEX_FULL,
        Alert.SWEEP_ITEM_FAILED,
        Alert.TICKET_KEYS_UNUSABLE,
    ),
    event_types=(
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.succeeded",
        *AFTERMATH,
    ),
    settle=settle_event,
    claims=_claims,
    due=DUE,
    comparison=Comparison(
        LISTED, UNFINISHED, (ORDERS, BLOCKS, TICKETS, ENTRIES, REFUNDS, BUYERS, WAITING, ROWS, EVENTS)
    ),
    inspect=inspect,
    refund=refund,
    schedules={"expireOrders": "admission.schedule", "settleOrders": "admission.schedule"},
    leave=leave,
)
