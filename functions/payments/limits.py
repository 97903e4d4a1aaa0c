"""How often one user may have us ask Stripe, whatever they buy, and how a limit on purchases refuses."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from common import clock, documents
from common.documents import Doc, Unit
from common.errors import Refusal
from common.limits import FirstFew, Limit
from common.retry import run_until_committed
from payments.reasons import PaymentReason

STRIPE_CALLS = Limit("stripe_calls", most=60, window=timedelta(minutes=10))
"""Calls of one user that ask Stripe about what they have started already, besides the first few."""
FIRST_FEW_CALLS = FirstFew(20, STRIPE_CALLS.window)


def refuse_if_reached(limit: Limit, doc: Doc) -> None:
    """Refuse another purchase to whom a limit stops.

    Raises:
        Refusal: ``TOO_MANY_PURCHASES``, with the seconds until there may be another.
    """
    seconds = limit.seconds_left(doc, clock.now())
    if seconds:
        raise Refusal(PaymentReason.TOO_MANY_PURCHASES, retry_after_seconds=seconds)


def count_stripe_call(uid: str, kind: str = STRIPE_CALLS.kind) -> None:
    """Count a call that is about to ask Stripe. The first few cost nothing, those after them two round trips.

    Args:
        kind: what is counted by itself, so that it takes nothing from the user's own calls.

    Raises:
        Refusal: ``TOO_MANY_PURCHASES``. Stripe must not be asked.
    """
    limit = replace(STRIPE_CALLS, kind=kind)
    if not FIRST_FEW_CALLS.take(limit.ref(uid).id, clock.now()):
        run_until_committed(lambda: _count(limit, uid))


def _count(limit: Limit, uid: str) -> None:
    (doc,) = documents.read(limit.ref(uid))
    refuse_if_reached(limit, doc)
    unit = Unit()
    limit.hit(unit, doc, clock.now())
    unit.commit()
