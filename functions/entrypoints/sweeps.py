"""The schedules: voidExpiredAuthorizations voids what was not used in time, endOverdueSessions ends what ran its time
and finishes what was cut short.

Both read one index, ``(due_action, due_at)``, page by page. An item is decided by its own compare-and-set, so two
sweeps at once, or one killed in the middle, do no harm; an item that fails is met again later, ever less often, and
reported from its third try on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, log
from common.documents import Unit
from common.errors import Refusal
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from common.scheduled import Deadline, scheduled
from common.worker_pool import workers
from consultation import loaded_ticket
from consultation.decisions import bring_up_to_date
from consultation.states import Decision
from consultation.transition import RESUME_AFTER, Happening, Note, write
from payments import gateway
from payments.pace import Pace

STRIPE_CALLS_PER_SECOND = 20
PAGE = 100
LONGEST_WAIT = timedelta(hours=1)
LONGEST_CAPTURE_WAIT = timedelta(minutes=5)
REPORTED_TRIES = 3
LATE = timedelta(minutes=30)


@scheduled(schedule="every 5 minutes", secrets=(STRIPE_SECRET_KEY,))
def voidExpiredAuthorizations(deadline: Deadline) -> None:  # noqa: N802
    """Voids every hold past its ``expires_at`` and closes purchases that were never paid."""
    sweep(["void"], deadline)


@scheduled(schedule="every 1 minutes", secrets=(STRIPE_SECRET_KEY,))
def endOverdueSessions(deadline: Deadline) -> None:  # noqa: N802
    """Ends sessions past their time and captures them, and resumes captures and voids that were cut short."""
    sweep(["end", "resume"], deadline)


def sweep(actions: list[str], deadline: Deadline) -> None:
    """Bring every ticket whose deadline for one of ``actions`` passed up to date, oldest deadlines first."""
    done = failed = 0
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        for succeeded in pool.each(_sweep_one, _due(actions, deadline)):
            done, failed = done + succeeded, failed + (not succeeded)
    log.info("swept", actions=actions, done=done, failed=failed, complete=not deadline.passed)


def _due(actions: list[str], deadline: Deadline) -> Iterator[str]:
    """The ids of due tickets until the deadline, read a page at a time: memory does not grow with the backlog."""
    query = (
        documents.client()
        .collection("tickets")
        .where(filter=FieldFilter("due_action", "in", actions))
        .where(filter=FieldFilter("due_at", "<=", clock.now()))
        .order_by("due_at")
        .select(["due_at"])
        .limit(PAGE)
    )
    last: Any = None
    while not deadline.passed:
        page: list[Any] = list((query.start_after(last) if last else query).stream())
        if not page:
            return
        if last is None:
            _tell_lateness(page[0].get("due_at"), actions)
        for snapshot in page:
            if deadline.passed:
                return
            yield snapshot.id
        last = page[-1]


def _tell_lateness(oldest: datetime, actions: list[str]) -> None:
    """Report a backlog that one run after the other did not catch up with. A failing item is no backlog: it waits."""
    late = clock.now() - oldest
    if late > LATE:
        log.error("sweep_late", actions=actions, seconds=int(late.total_seconds()))


def _sweep_one(ticket_id: str) -> bool:
    """One item. Its failure is its own: the others go on, and it is met again later."""
    try:
        case = loaded_ticket.load(ticket_id)
        if case is None:
            return True
        bring_up_to_date(case)
        if case.ticket.state.live:
            run_until_committed(lambda: _postpone(ticket_id))
        return not case.ticket.state.live
    except Refusal as refusal:
        log.warning("sweep item left", ticket=ticket_id, reason=refusal.reason.name)
        return False
    except Exception:  # noqa: BLE001  # one bad item must not stop the others
        log.exception("sweep item failed", ticket=ticket_id)
        return False


def _postpone(ticket_id: str) -> None:
    """Give an item that is still due another time, later after each try, and report it from the third on."""
    case = loaded_ticket.load(ticket_id)
    now = clock.now()
    if case is None or not case.ticket.state.live or not case.ticket.passed("due_at", now):
        return
    ticket, unit = case.ticket, Unit()
    tries = int(ticket.doc.get("tries", 0)) + 1
    # The bank lets go of a hold an hour after the last session that may be captured, so a capture never waits for long.
    longest = LONGEST_CAPTURE_WAIT if ticket.decision is Decision.CAPTURE else LONGEST_WAIT
    wait = min(RESUME_AFTER * 2**tries, longest)
    write(unit, ticket, Happening(Note.POSTPONE, "schedule", now), {"tries": tries, "due_at": now + wait})
    unit.commit()
    if tries >= REPORTED_TRIES:
        log.error("sweep_stuck", ticket=ticket.id, tries=tries, decision=str(ticket.decision))
