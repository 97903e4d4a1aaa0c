"""How often one user may have us ask Stripe, whatever they buy, and how a limit on purchases refuses."""

from __future__ import annotations

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


def count_stripe_call(uid: str) -> None:
    """Count a call that is about to ask Stripe. The first few cost nothing, those after them two round trips.

    Raises:
        Refusal: ``TOO_MANY_PURCHASES``. Stripe must not be asked.
    """
    if not FIRST_FEW_CALLS.take(uid, clock.now()):
        run_until_committed(lambda: _count_stripe_call(uid))


def _count_stripe_call(uid: str) -> None:
    (doc,) = documents.read(STRIPE_CALLS.ref(uid))
    refuse_if_reached(STRIPE_CALLS, doc)
    unit = Unit()
    STRIPE_CALLS.hit(unit, doc, clock.now())
    unit.commit()
