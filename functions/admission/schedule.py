"""expireOrders and settleOrders: every order that is due is brought up to date, whatever was lost on the way.

A hold ends by the clock, and others may take its places without either of them; this is for the money, and tidiness.
"""

from __future__ import annotations

from admission import cancelled_orders, offers
from admission.decisions import catch_up
from admission.event import CANCEL_ORDERS
from admission.order import EXPIRE, RESUME
from admission.origin import NAME
from admission.waitlist import OFFER
from common.deadline import Deadline
from common.params import STRIPE_SECRET_KEY
from common.schedule_runs import Run
from common.scheduled import scheduled
from payments import sweeping
from payments.due_work import DueWork

DUE = DueWork(NAME, "event_orders", every_minute=(), every_five_minutes=(), catch_up=catch_up)
"""Nothing of it waits for the schedules of all domains: its own run every minute."""


@scheduled(schedule="every 1 minutes", secrets=(STRIPE_SECRET_KEY,))
def expireOrders(deadline: Deadline) -> Run:  # noqa: N802
    """Ends orders whose time to pay is over, unless Stripe says that they were paid."""
    return sweeping.sweep([(DUE, (EXPIRE,))], deadline)


@scheduled(schedule="every 1 minutes", secrets=(STRIPE_SECRET_KEY,))
def settleOrders(deadline: Deadline) -> Run:  # noqa: N802
    """Captures, voids and refunds what was decided and cut short, and what an event that was cancelled decides.

    Then it offers places that came free to those who wait for them.
    """
    cancelled = sweeping.sweep([(cancelled_orders.DUE, (CANCEL_ORDERS,))], deadline)
    settled = sweeping.sweep([(DUE, (RESUME,))], deadline)
    return cancelled + settled + sweeping.sweep([(offers.DUE, (OFFER,))], deadline)
