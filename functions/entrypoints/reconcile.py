"""reconcilePayments: once a day Stripe and Firestore are laid side by side, and what differs is settled or reported.

What a lost webhook, an outage or a hand in the dashboard left behind is brought in by the same door as ever
(``settle``). What is then still different no rule allows to repair: it is written to ``reconciliations/{time}``, with
the time in Tokyo, and logged as an error for a person.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, log
from common.params import STRIPE_SECRET_KEY
from common.scheduled import TOKYO, Deadline, scheduled
from common.worker_pool import workers
from consultation import loaded_ticket
from consultation.decisions import bring_up_to_date
from consultation.invariants import World, violations
from consultation.settle import is_ours, settle
from consultation.states import COMPLETED, PAID_STATES
from consultation.ticket import Ticket, lock_ref, payment_ref, room_ref
from entrypoints import stripe_webhook
from entrypoints.sweeps import STRIPE_CALLS_PER_SECOND
from payments import gateway
from payments.objects import CAPTURED, PaymentIntent
from payments.pace import Pace

WINDOW = timedelta(days=4)
"""PaymentIntents looked at: longer than a hold may wait. Older ones are live tickets, which are looked at anyway."""
EVENTS_KEPT = timedelta(days=30)
IN_DELIVERY = timedelta(hours=1)
"""A younger event may just be on its way; an older one says that the endpoint does not work."""
REPORTED_DIFFERENCES = 200
_LIVE = sorted({state.status.value for state in PAID_STATES if state.live})


@dataclass
class Report:
    """What a run did and found. ``reconciliations/{time}`` shows it."""

    started_at: datetime
    events_recovered: int = 0
    intents: int = 0
    tickets: int = 0
    failed: int = 0
    captured_at_stripe: int = 0
    captured_in_firestore: int = 0
    complete: bool = True
    differences: list[str] = field(default_factory=list)

    def as_document(self) -> dict[str, Any]:
        fields = {**vars(self), "differences": self.differences[:REPORTED_DIFFERENCES]}
        return {**fields, "difference_count": len(self.differences), "finished_at": clock.now()}


@scheduled(schedule="every day 04:00", secrets=(STRIPE_SECRET_KEY,))
def reconcilePayments(deadline: Deadline) -> None:  # noqa: N802
    """Compares Stripe with Firestore, settles what the rules allow, and reports every difference that is left."""
    report = Report(clock.now())
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        seen: set[str] = set()
        with _tolerating_outages(report):
            _recover_events(report, deadline)
        with _tolerating_outages(report):
            for result in pool.each(_checked(_settled), _until(deadline, _ours(report.started_at - WINDOW), report)):
                seen.add(_count(report, result))
        live = (ticket_id for ticket_id in _live_tickets() if ticket_id not in seen)
        for result in pool.each(_checked(_up_to_date), _until(deadline, live, report)):
            _count(report, result)
    name = f"{report.started_at.astimezone(TOKYO):%Y-%m-%dT%H:%M:%S}"
    documents.ref("reconciliations", name).set(report.as_document())
    incomplete = report.failed or not report.complete
    if report.differences:
        log.error("reconcile_differences", **_summary(report))
    if incomplete:
        log.error("reconcile_incomplete", **_summary(report))
    if not (report.differences or incomplete):
        log.info("reconciled", **_summary(report))


@contextmanager
def _tolerating_outages(report: Report) -> Iterator[None]:
    """A list Stripe does not give ends its own part of the run only: what can be compared still is, and is reported."""
    try:
        yield
    except (gateway.Unavailable, gateway.Rejected):
        report.failed += 1
        report.complete = False


@dataclass
class _Result:
    ticket_id: str
    fact: PaymentIntent | None
    captured: int
    differences: list[str]
    failed: bool = False


def _summary(report: Report) -> dict[str, Any]:
    counts = {name: value for name, value in vars(report).items() if isinstance(value, int)}
    return {**counts, "differences": len(report.differences)}


def _count(report: Report, result: _Result) -> str:
    report.differences += result.differences
    report.failed += result.failed
    report.tickets += result.fact is None
    if result.fact is not None:
        report.intents += 1
        report.captured_at_stripe += result.fact.amount_received if result.fact.status == CAPTURED else 0
        report.captured_in_firestore += result.captured
    return result.ticket_id


def _until(deadline: Deadline, items: Iterable[Any], report: Report) -> Iterator[Any]:
    for item in items:
        if deadline.passed:
            report.complete = False
            return
        yield item


def _recover_events(report: Report, deadline: Deadline) -> None:
    """Handle what never arrived here, oldest first, exactly as if Stripe delivered it now.

    Stripe goes on listing an event that any endpoint of the account failed to take, also when we have it by now.
    """
    overdue = 0
    listed = list(gateway.undelivered_events(report.started_at - EVENTS_KEPT, stripe_webhook.HANDLED_EVENTS))
    for event in _until(deadline, reversed(stripe_webhook.unknown(listed)), report):
        try:
            settled = stripe_webhook.handle(event) == "settled"
            report.events_recovered += settled
            overdue += settled and event.created < (report.started_at - IN_DELIVERY).timestamp()
        except Exception:  # noqa: BLE001  # one bad event must not hide the others
            report.failed += 1
            log.exception("event not recovered", event=event.id)
    if overdue:
        log.error("events missed", events=overdue)


def _ours(since: datetime) -> Iterator[PaymentIntent]:
    return (fact for fact in gateway.created_since(since) if is_ours(fact))


def _live_tickets() -> Iterator[str]:
    query = documents.client().collection("tickets").where(filter=FieldFilter("status", "in", _LIVE)).select([])
    return (snapshot.id for snapshot in query.stream())


def _checked(settled: Callable[[Any], tuple[Ticket | None, PaymentIntent | None]]) -> Callable[[Any], _Result]:
    """Settle an item, then check the invariants on it. Its failure is its own."""

    def check(item: Any) -> _Result:
        name = item.metadata["ticket_id"] if isinstance(item, PaymentIntent) else item
        try:
            result = _compare(name, *settled(item))
            if result.differences:
                # The documents are read one after the other, so a call in between looks like a difference: once more.
                result = _compare(name, *settled(_fresh(item)))
            return result
        except Exception:  # noqa: BLE001  # one bad item must not hide the others
            log.exception("reconcile item failed", ticket=name)
            return _Result(name, None, 0, [], failed=True)

    return check


def _fresh(item: Any) -> Any:
    return gateway.retrieve(item.id) if isinstance(item, PaymentIntent) else item


def _settled(fact: PaymentIntent) -> tuple[Ticket | None, PaymentIntent | None]:
    return settle(fact), fact


def _up_to_date(ticket_id: str) -> tuple[Ticket | None, PaymentIntent | None]:
    """A live ticket older than the window, or a perk's."""
    case = loaded_ticket.load(ticket_id)
    if case is None:
        return None, None
    bring_up_to_date(case)
    known = case.ticket.payment_intent_id
    if known is None:
        return case.ticket, None
    fact = gateway.retrieve(known)
    return settle(fact), fact


def _compare(name: str, ticket: Ticket | None, fact: PaymentIntent | None) -> _Result:
    if fact is not None and (ticket is None or ticket.payment_intent_id != fact.id):
        return _Result(name, fact, 0, list(_astray(fact, ticket)))
    if ticket is None:
        return _Result(name, fact, 0, [])
    captured = int(ticket.doc.get("capture_amount") or 0) if ticket.payment_status == "captured" else 0
    return _Result(name, fact, captured, [*violations(_world(ticket, fact)), *_unserved(ticket, fact)])


def _astray(fact: PaymentIntent, ticket: Ticket | None) -> Iterator[str]:
    """A payment that no ticket has: a buyer who has another one, or none, must not pay it."""
    if fact.at_rest:
        return
    if ticket is not None:
        yield f"{fact.id}: {fact.status}, but ticket {ticket.id} has another payment"
    elif fact.status == CAPTURED:
        yield f"{fact.id}: {fact.status} and has no ticket"


def _unserved(ticket: Ticket, fact: PaymentIntent | None) -> Iterator[str]:
    """Money for no session, until it is refunded. Its alert followed the commit, and may have died with the process."""
    if ticket.state == COMPLETED and fact is not None and ticket.time("started_at") is None and not fact.given_back:
        yield f"{fact.id}: {fact.amount_received} JPY were captured, but ticket {ticket.id} had no session"


def _world(ticket: Ticket, fact: PaymentIntent | None) -> World:
    """The ticket's own corner of the world, read fresh."""
    known = fact.id if fact is not None else "-"
    payment, room, lock = documents.read(
        payment_ref(known), room_ref(ticket.room_id), lock_ref(ticket.buyer, ticket.imecon)
    )
    mine = lock.get("ticket_id") == ticket.id
    rooms: dict[str, dict[str, Any]] | None = {}
    if room.data is not None and room["ticket_ref"].id == ticket.id:
        rooms = {room.id: room.data}
    elif room.data is not None and not ticket.state.live:
        rooms = None  # A later ticket of the pair has it now.
    history = ticket.doc.ref.collection("history").stream()
    return World(
        now=clock.now(),
        intents={known: fact} if fact is not None else {},
        tickets={ticket.id: ticket},
        payments={known: payment.data} if payment.data is not None else {},
        locks={lock.id: lock.data} if lock.data is not None and (mine or ticket.state.live) else {},
        histories={ticket.id: {int(line.id): line.to_dict() or {} for line in history}},
        rooms=rooms,
    )
