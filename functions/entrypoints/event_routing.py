"""From one of Stripe's events to the domain that settles it. Nothing of ours is lost on the way.

An event of our project for a domain that is not served here may come from a newer version, during a rollout: it is
deferred. For an hour it is refused, so that Stripe delivers it again in minutes; then it is recorded as deferred and
reported, because an endpoint that refuses for long is disabled. The reconciliation looks at it again.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common import clock, log
from common.alerts import Alert
from entrypoints import domains
from payments import event_ledger, events, gateway
from payments.answer import Answer
from payments.domain import Domain
from payments.event_ledger import Line, Settled
from payments.failures import Missing
from payments.objects import PaymentIntent
from payments.origin import Origin

REFUSED_FOR = timedelta(hours=1)


class Deferred(Exception):
    """For a domain that nothing here serves, and young enough to be delivered again. Nothing was written."""


def settle_event(event: Answer) -> Settled:
    """Have an event settled together with its ledger line. Says what became of it.

    Raises:
        Deferred: it must be delivered again.
        Unavailable: likewise, because Stripe was needed and did not answer.
    """
    origin = events.origin_of(event)
    if event.livemode != gateway.live_mode():
        log.error(Alert.WEBHOOK_OF_OTHER_MODE, event=event.id, livemode=event.livemode)
        return _record(event, Settled.OTHER_MODE, origin)
    fact = None
    if untold(event.type, origin):
        # A charge, a refund or a dispute need not say it; the payment that they are about does.
        fact = _fact_of(event)
        origin = fact.origin if isinstance(fact, PaymentIntent) else origin
    found = route(event.type, origin)
    if isinstance(found, Settled):
        found = _by_record(event) or found
    if found is Settled.DEFERRED:
        return _defer(event, origin)
    if isinstance(found, Settled):
        return _record(event, found, origin)
    fact = fact or _fact_of(event)
    if fact is None:
        return _record(event, Settled.OTHER_TYPE, origin)
    line = event_ledger.line(event, Settled.SETTLED, origin)
    if _settles(found, fact, line):
        return Settled.SETTLED
    other = _by_record(event)
    if other is not None and other is not found and _settles(other, fact, line):
        return Settled.SETTLED
    return _record(event, Settled.FOREIGN, origin)


def _settles(domain: Domain, fact: Any, line: Line) -> bool:
    assert domain.settle is not None
    return domain.settle(fact, line)


def _by_record(event: Answer) -> Domain | None:
    """The domain whose records know the payment, where its metadata says something else."""
    known = events.payment_intent_id(event)
    following = [domain for domain in domains.every() if domain.claims and event.type in domain.event_types]
    return next((domain for domain in following if known and domain.claims and domain.claims(known)), None)


def _fact_of(event: Answer) -> Any:
    """What the event tells of; ``None`` for a charge without a payment, or with one that this account does not have."""
    try:
        return events.fact_of(event)
    except Missing:
        return None


def _record(event: Answer, outcome: Settled, origin: Origin) -> Settled:
    event_ledger.record(event, outcome, origin)
    return outcome


def untold(type_: str, origin: Origin) -> bool:
    """Whether only what the event is about can say whose it is."""
    return not origin.project and type_ in domains.event_types()


def route(type_: str, origin: Origin) -> Domain | Settled:
    """The domain that settles an event of this type and origin, or what becomes of it otherwise."""
    if not origin.project and type_ not in domains.event_types():
        return Settled.OTHER_TYPE
    if not origin.ours:
        return Settled.FOREIGN
    domain = domains.named(origin.domain)
    if domain is None:
        return Settled.DEFERRED
    return domain if type_ in domain.event_types else Settled.OTHER_TYPE


def _defer(event: Answer, origin: Origin) -> Settled:
    if event.created > (clock.now() - REFUSED_FOR).timestamp():
        raise Deferred(origin.domain)
    if event_ledger.record(event, Settled.DEFERRED, origin):
        log.error(Alert.EVENT_DEFERRED, event=event.id, type=event.type, domain=origin.domain)
    return Settled.DEFERRED
