"""What a person must look at: the message of every log line of severity ERROR. ops/alerts/ matches them."""

from __future__ import annotations

from enum import StrEnum


class Alert(StrEnum):
    """One kind of trouble. ``docs/operations.md`` has a runbook for each."""

    # Calls
    UNEXPECTED_EXCEPTION = "unexpected exception"
    REFUSED_INTERNALLY = "refused"
    CALLS_UNAVAILABLE = "calls unavailable"
    QR_KEYS_UNUSABLE = "qr keys unusable"
    CHECKOUT_KEYS_UNUSABLE = "checkout keys unusable"
    TICKET_KEYS_UNUSABLE = "ticket keys unusable"
    WRITE_BLOCKED = "write blocked"
    CONFIGURATION_INVALID = "configuration invalid"

    # Money
    HOLD_LOST = "hold_lost"
    CAPTURED_UNSERVED = "captured_unserved"
    STRAY_CAPTURE = "stray_capture"
    PAYMENT_MISSING = "payment_missing"
    AMOUNT_MISMATCH = "amount_mismatch"
    LOCK_WITHOUT_TICKET = "lock_without_ticket"
    PAID_AFTER_CLOSE = "paid_after_close"
    REFUND_FAILED = "refund_failed"
    STRIPE_REJECTED = "stripe rejected"
    DECISION_NOT_CARRIED_OUT = "decision not carried out"

    # Events
    SEARCH_INDEX_FULL = "search index full"

    # Points
    POINTS_CAP_REACHED = "points cap reached"

    # Stripe's events
    WEBHOOK_FAILED = "webhook failed"
    WEBHOOK_OF_OTHER_MODE = "webhook of the other mode"
    EVENT_DEFERRED = "event deferred"
    EVENTS_MISSED = "events missed"
    EVENT_NOT_RECOVERED = "event not recovered"

    # Schedules
    SCHEDULE_FAILED = "schedule failed"
    SWEEP_LATE = "sweep_late"
    SWEEP_STUCK = "sweep_stuck"
    SWEEP_ITEM_FAILED = "sweep item failed"
    RECONCILE_DIFFERENCES = "reconcile_differences"
    RECONCILE_INCOMPLETE = "reconcile_incomplete"
    RECONCILE_ITEM_FAILED = "reconcile item failed"
