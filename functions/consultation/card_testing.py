"""Against trying stolen cards on our account: declined cards are counted by buyer, and too many end the purchase.

PaymentSheet tries cards with Stripe directly, so nothing but canceling the PaymentIntent stops it.
"""

from __future__ import annotations

from datetime import datetime

from common import clock, documents
from common.documents import Unit
from common.retry import run_until_committed
from consultation import loaded_ticket, pair
from consultation.limits import DECLINES
from consultation.states import PENDING
from consultation.ticket import Ticket
from payments.objects import PaymentIntent


def watch(ticket: Ticket | None, fact: PaymentIntent, event_created: datetime | None = None) -> Ticket | None:
    """Count the declined card that a settled fact tells of, and give the purchase up if that is one too many.

    To be called with every fact that Stripe's events and the buyer's own calls bring. Gives the ticket as it then is.

    Args:
        event_created: when, where an event tells of it: one that was recovered after an outage counts no more.

    Raises:
        Unavailable: Stripe did not say whether a card is held by now. Nothing is lost: watch again.
    """
    if ticket is None or fact.declined is None or clock.now() - (event_created or clock.now()) >= DECLINES.window:
        return ticket
    declined = fact.declined
    if not run_until_committed(lambda: _one_too_many(ticket.buyer, declined)) or ticket.state != PENDING:
        return ticket
    loaded = loaded_ticket.load(ticket.id)
    if loaded is None:
        return ticket
    pair.give_up(loaded, "stripe", "too_many_declines")
    return loaded.ticket


def _one_too_many(buyer: str, declined: str) -> bool:
    """Count it, once however often it is told, and say whether the limit is reached."""
    (doc,) = documents.read(DECLINES.ref(buyer))
    unit, now = Unit(), clock.now()
    DECLINES.hit(unit, doc, now, key=declined)
    if not unit.empty:
        unit.commit()
    return DECLINES.reached(doc, now)
