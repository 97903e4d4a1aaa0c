"""settleCheckouts: every purchase that is due is brought up to date, whatever was lost on the way."""

from __future__ import annotations

from checkout.decisions import catch_up
from checkout.origin import NAME
from checkout.purchase import CHECK, EXPIRE, RESUME
from common.deadline import Deadline
from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY
from common.schedule_runs import Run
from common.scheduled import scheduled
from payments import sweeping
from payments.due_work import DueWork

DUE = DueWork(NAME, "purchases", every_minute=(RESUME,), every_five_minutes=(), catch_up=catch_up)
"""What was decided and cut short every schedule of the minute resumes; the rest waits for this one."""


@scheduled(schedule="every 5 minutes", secrets=(STRIPE_SECRET_KEY, CHECKOUT_KEYS))
def settleCheckouts(deadline: Deadline) -> Run:  # noqa: N802
    """Settles purchases whose page has ended or whose payment takes days, and what was decided about any."""
    return sweeping.sweep([(DUE, (EXPIRE, CHECK, RESUME))], deadline)
