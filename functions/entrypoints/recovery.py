"""Stripe's events that were not settled when they came, or never came: settled now, as if they were just delivered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from common import clock, log
from common.alerts import Alert
from common.deadline import Deadline
from entrypoints import domains
from entrypoints.comparing import Comparing, until
from entrypoints.event_routing import Deferred, route, settle_event, untold
from entrypoints.report import Stage
from entrypoints.slices import Slices
from payments import event_ledger, events, gateway
from payments.answer import Answer
from payments.cursors import Cursor
from payments.event_ledger import Settled, Unsettled
from payments.failures import Missing

IN_DELIVERY = timedelta(hours=1)
"""A younger event may just be on its way; an older one says that the endpoint does not work."""
KEPT = timedelta(days=events.KEPT_DAYS)


def recover_recorded(run: Comparing, deadline: Deadline) -> None:
    """Settle what failed, or was deferred or ignored by a version that knew less or under another key, if it can be."""
    stage = run.report.stage("events_recorded")
    with run.part_of(stage):
        cursor = Cursor("events_recorded")
        while page := event_ledger.to_look_at_again(gateway.live_mode(), cursor.get("after", "")):
            wanted = [recorded for recorded in page if _may_be_settled(recorded)]
            outcomes = [_counted(run, stage, each) for each in run.pool.each(_settle_recorded, until(deadline, wanted))]
            if len(outcomes) < len(wanted) or deadline.passed:
                if outcomes:
                    cursor.move(after=wanted[len(outcomes) - 1].id)
                return
            cursor.move(after=page[-1].id)
        cursor.move(after="")
        stage.complete = True


def _may_be_settled(recorded: Unsettled) -> bool:
    """Whether somebody here would settle it, as far as its line says where it is from."""
    if untold(recorded.type, recorded.origin):
        return True
    return not isinstance(route(recorded.type, recorded.origin), Settled)


def _settle_recorded(recorded: Unsettled) -> Settled:
    try:
        event = events.retrieve(recorded.id)
    except Missing:
        log.warning("event no longer kept", event=recorded.id)
        return Settled.DEFERRED
    return _settle(event)


def recover_missed(run: Comparing, deadline: Deadline) -> None:
    """Settle what never arrived, oldest first: the events that Stripe lists and the ledger does not know."""
    types = domains.event_types()
    starts = range(0, len(types), events.MOST_TYPES)
    for number, start in enumerate(starts):
        own = deadline.part(1 / (len(starts) - number))
        _Missed(run, number, types[start : start + events.MOST_TYPES]).settle(own)


class _Missed:
    """The events of some types that never arrived."""

    def __init__(self, run: Comparing, number: int, types: Sequence[str]) -> None:
        self._run = run
        self._name = f"events_missed_{number}"
        self._types = list(types)
        self._late = 0
        self._now = clock.now()

    def settle(self, deadline: Deadline) -> None:
        """Go on from where the last run ended, until the deadline."""
        stage = self._run.report.stage(self._name)
        with self._run.part_of(stage):
            slices = self._slices()
            for page in slices.pages(lambda since, until_: events.pages(self._types, since, until_)):
                self._settle_page(stage, page, slices, deadline)
                if deadline.passed:
                    break
            if slices.complete:
                # What is on its way is listed again next time, and so may not be passed over.
                slices.begin_again(self._now - IN_DELIVERY, types=self._types)
                stage.complete = True
        if self._late:
            log.error(Alert.EVENTS_MISSED, events=self._late)

    def _slices(self) -> Slices:
        cursor = Cursor(self._name)
        if cursor.get("types") != self._types:
            # Of a type that was not followed before nothing was delivered either.
            cursor.move(since=None, until=None, next=None, types=self._types)
        return Slices(cursor, self._now - KEPT, self._now, IN_DELIVERY)

    def _settle_page(self, stage: Stage, page: Sequence[Answer], slices: Slices, deadline: Deadline) -> None:
        unknown = event_ledger.without_line(page)
        done = 0
        for outcome in self._run.pool.each(_settle, until(deadline, unknown)):
            if _counted(self._run, stage, outcome) is Settled.SETTLED:
                self._late += unknown[done].created < (self._now - IN_DELIVERY).timestamp()
            done += 1
        if done == len(unknown):
            slices.done_down_to(page[-1].created)
        elif done:
            slices.done_down_to(unknown[done - 1].created)


def _counted(run: Comparing, stage: Stage, outcome: Settled) -> Settled:
    stage.items += 1
    run.report.events_recovered += outcome is Settled.SETTLED
    run.report.failed += outcome is Settled.FAILED
    return outcome


def _settle(event: Answer) -> Settled:
    """Settle an event. Its failure is its own: its line says so, by which the next run finds it again."""
    outcome = Settled.FAILED
    try:
        return settle_event(event)
    except Deferred:
        outcome = Settled.DEFERRED
    except Exception:  # noqa: BLE001  # one bad event must not hide the others
        log.exception(Alert.EVENT_NOT_RECOVERED, event=event.id)
    # Not as deferred: that is for the webhook to say and to report, which still gets this event.
    event_ledger.record(event, Settled.FAILED, events.origin_of(event))
    return outcome
