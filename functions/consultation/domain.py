"""Consultations, as the shared entrypoints see them."""

from __future__ import annotations

from datetime import timedelta

from common.alerts import Alert
from consultation import aftermath
from consultation.code_walk import CODES
from consultation.comparison import LISTED, LIVE
from consultation.decisions import load_up_to_date
from consultation.inspection import inspect
from consultation.invariants import RULES
from consultation.leaving import leave, may_leave
from consultation.list_walk import LISTS, USERS
from consultation.origin import NAME
from consultation.reasons import ConsultationReason
from consultation.refund import refund, resume
from consultation.settle import recorded_ticket
from consultation.states import Decision
from consultation.ticket import REFUND
from consultation.walks import LOCKS, PAYMENTS, REQUESTS, ROOMS
from payments.domain import AFTERMATH, Comparison, Domain
from payments.due_work import LONGEST_WAIT, DueWork
from payments.purchase import Purchase

LONGEST_CAPTURE_WAIT = timedelta(minutes=5)


def _claims(payment_intent_id: str) -> bool:
    return recorded_ticket(payment_intent_id) is not None


def _catch_up(ticket_id: str) -> Purchase | None:
    loaded = load_up_to_date(ticket_id)
    if loaded is not None and loaded.ticket.refund_due:
        return resume(loaded.ticket)
    return loaded.ticket if loaded is not None else None


def _longest_wait(ticket: Purchase) -> timedelta:
    """The bank lets go of a hold an hour after the last session that may be captured: a capture never waits long."""
    return LONGEST_CAPTURE_WAIT if ticket.doc.get("decision") == Decision.CAPTURE else LONGEST_WAIT


DOMAIN = Domain(
    name=NAME,
    reasons=ConsultationReason,
    rules=RULES,
    alerts=(
        Alert.HOLD_LOST,
        Alert.CAPTURED_UNSERVED,
        Alert.STRAY_CAPTURE,
        Alert.REFUND_FAILED,
        Alert.PAYMENT_MISSING,
        Alert.AMOUNT_MISMATCH,
        Alert.LOCK_WITHOUT_TICKET,
    ),
    event_types=(
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "charge.expired",
        *AFTERMATH,
    ),
    settle=aftermath.settle_event,
    claims=_claims,
    due=DueWork(
        domain=NAME,
        collection="tickets",
        every_minute=("end", "resume", REFUND),
        every_five_minutes=("void",),
        catch_up=_catch_up,
        longest_wait=_longest_wait,
    ),
    comparison=Comparison(LISTED, LIVE, (LOCKS, ROOMS, PAYMENTS, REQUESTS, CODES, LISTS, USERS)),
    may_leave=may_leave,
    inspect=inspect,
    refund=refund,
    leave=leave,
)
