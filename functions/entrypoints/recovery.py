"""Stripe's events that were not settled when they came, or never came: settled now, as if they were just delivered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import stripe

from common import log
from common.alerts import Alert
from common.deadline import Deadline
from entrypoints import domains
from entrypoints.event_routing import Deferred, route, settle_event
from payments import event_ledger, events
from payments.event_ledger import Settled
from payments.failures import Missing

IN_DELIVERY = timedelta(hours=1)
"""A younger event may just be on its way; an older one says that the endpoint does not work."""


@dataclass
class Recovered:
    """What a run recovered.

    Attributes:
        settled: events settled.
        failed: events that could not be.
        complete: whether it came to the end.
    """

    settled: int = 0
    failed: int = 0
    complete: bool = True


def recover_events(now: datetime, deadline: Deadline) -> Recovered:
    """Settle what never arrived, oldest first, and what was recorded unsettled by a version that knew less."""
    recovered, missed = Recovered(), 0
    for event in _undelivered(now):
        if deadline.passed:
            recovered.complete = False
            break
        if _settle(event, recovered):
            missed += event.created < (now - IN_DELIVERY).timestamp()
    if missed:
        log.error(Alert.EVENTS_MISSED, events=missed)
    for event in _recorded_unsettled():
        if deadline.passed:
            recovered.complete = False
            break
        _settle(event, recovered)
    return recovered


def _undelivered(now: datetime) -> Iterator[stripe.Event]:
    """Stripe goes on listing an event that any endpoint of the account failed to take, also when we have it by now."""
    listed = list(events.undelivered(now - timedelta(days=events.KEPT_DAYS), domains.event_types()))
    return reversed(event_ledger.without_line(listed))


def _recorded_unsettled() -> Iterator[stripe.Event]:
    """What the ledger has as deferred or ignored, if somebody here would settle it by now."""
    for event_id, type_, origin in event_ledger.to_look_at_again():
        if origin is None or not isinstance(route(type_, origin), Settled):
            try:
                yield events.retrieve(event_id)
            except Missing:
                log.warning("event no longer kept", event=event_id)


def _settle(event: stripe.Event, recovered: Recovered) -> bool:
    try:
        settled = settle_event(event) is Settled.SETTLED
    except Deferred:
        return False
    except Exception:  # noqa: BLE001  # one bad event must not hide the others
        recovered.failed += 1
        log.exception(Alert.EVENT_NOT_RECOVERED, event=event.id)
        return False
    recovered.settled += settled
    return settled
