"""What the status of a dispute means for the money. Pure, so whoever only reads it never loads Stripe's SDK.

Source: docs.stripe.com/api/disputes, /disputes/how-disputes-work.
"""

from __future__ import annotations

LOST = "lost"
"""The bank took the money for good, but for an appeal."""
_WITHOUT_LOSS = frozenset({"warning_needs_response", "warning_under_review", "warning_closed", "won", "prevented"})
"""Inquiries, which move no money, and what was averted."""


def status_that_counts(statuses: list[str]) -> str | None:
    """What a payment shows of its disputes: the newest that costs the money or may, else the newest at all."""
    return next(filter(costs_money, statuses), statuses[0] if statuses else None)


def costs_money(status: str | None) -> bool:
    """Whether the bank has the money of a dispute in this status, or may get it. A status that nobody knew may, too."""
    return status is not None and status not in _WITHOUT_LOSS
