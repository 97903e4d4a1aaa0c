"""Stripe's events that were not settled when they came, or never came: settled now, as if they were just delivered."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

import stripe

from common import log
from common.alerts import Alert
from common.deadline import Deadline
from entrypoints import domains
from entrypoints.event_routing import Deferred, route, settle_event
from payments import event_ledger, events, gateway
from payments.event_ledger import Settled
from payments.failures import Missing
from payments.origin import Origin

IN_DELIVERY = timedelta(hours=1)
"""A younger event may just be on its way; an older one says that the endpoint does not work."""


@dataclass
class Recovered:
    """What a run recovered so far.

    Attributes:
        settled: events settled.
        failed: events that could not be.
        complete: whether nothing was left for lack of time.
    """

    settled: int = 0
    failed: int = 0
    complete: bool = True

    def settle(self, event_id: str, event: Callable[[], stripe.Event]) -> bool:
        """Settle one event. Its failure is its own."""
        try:
            settled = settle_event(event()) is Settled.SETTLED
        except Deferred:
            return False
        except Missing:
            log.warning("event no longer kept", event=event_id)
            return False
        except Exception:  # noqa: BLE001  # one bad event must not hide the others
            self.failed += 1
            log.exception(Alert.EVENT_NOT_RECOVERED, event=event_id)
            return False
        self.settled += settled
        return settled


def recover_missed(recovered: Recovered, now: datetime, deadline: Deadline) -> None:
    """Settle what never arrived, oldest first.

    Stripe goes on listing an event that any endpoint of the account failed to take, also when we have it by now.
    """
    missed = 0
    listed = events.undelivered(now - timedelta(days=events.KEPT_DAYS), domains.event_types())
    for event in event_ledger.without_line(listed):
        if deadline.passed:
            recovered.complete = False
            break
        if recovered.settle(event.id, partial(_as_listed, event)):
            missed += event.created < (now - IN_DELIVERY).timestamp()
    if missed:
        log.error(Alert.EVENTS_MISSED, events=missed)


def _as_listed(event: stripe.Event) -> stripe.Event:
    return event


def recover_recorded(recovered: Recovered, deadline: Deadline) -> None:
    """Settle what was deferred or ignored, by a version that knew less or under another key, if it can be by now."""
    for event_id, type_, origin in event_ledger.to_look_at_again(gateway.live_mode()):
        if deadline.passed:
            recovered.complete = False
            break
        if _may_be_settled(type_, origin):
            recovered.settle(event_id, partial(events.retrieve, event_id))


def _may_be_settled(type_: str, origin: Origin) -> bool:
    """Whether somebody here would settle it, as far as its line says where it is from."""
    if not origin.project:
        return type_ in domains.event_types()
    return not isinstance(route(type_, origin), Settled)
