"""The schedules: voidExpiredAuthorizations voids what was not used in time, endOverdueSessions ends what ran its time
and finishes what was cut short.

Both read one index, ``(due_action, due_at)``, page by page. An item is decided by its own compare-and-set, so two
sweeps at once, or one killed in the middle, do no harm; an item that fails keeps its deadline and is met again by the
next run.
"""

from __future__ import annotations

import contextvars
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, log, store
from common.errors import Refusal
from common.params import STRIPE_SECRET_KEY
from common.scheduled import Deadline, scheduled
from consultation import case as cases
from consultation.carry_out import bring_up_to_date
from payments import gateway

STRIPE_CALLS_PER_SECOND = 20
WORKERS = 8
PAGE = 100


@scheduled(schedule="every 5 minutes", secrets=(STRIPE_SECRET_KEY,))
def voidExpiredAuthorizations(deadline: Deadline) -> None:  # noqa: N802
    """Voids every hold past its ``expires_at`` and closes purchases that were never paid."""
    sweep(["void"], deadline)


@scheduled(schedule="every 1 minutes", secrets=(STRIPE_SECRET_KEY,))
def endOverdueSessions(deadline: Deadline) -> None:  # noqa: N802
    """Ends sessions past their time and captures them, and resumes captures and voids that were cut short."""
    sweep(["end", "resume"], deadline)


class Pace:
    """Spaces out Stripe requests evenly over all threads of a run."""

    def __init__(self, per_second: float) -> None:
        self._gap = 1 / per_second
        self._next = time.monotonic()
        self._lock = threading.Lock()

    def wait(self) -> None:
        with self._lock:
            at = max(self._next, time.monotonic())
            self._next = at + self._gap
        time.sleep(max(0.0, at - time.monotonic()))


def sweep(actions: list[str], deadline: Deadline) -> None:
    """Bring every ticket whose deadline for one of ``actions`` passed up to date, oldest deadlines first."""
    done = failed = 0
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND).wait), ThreadPoolExecutor(WORKERS) as pool:
        for page in _pages(actions, deadline):
            for succeeded in pool.map(_in_this_context(_sweep_one), page):
                done, failed = done + succeeded, failed + (not succeeded)
    log.info("swept", actions=actions, done=done, failed=failed, complete=not deadline.passed)


def _in_this_context(work: Callable[[str], bool]) -> Callable[[str], bool]:
    """Give the pool's threads this run's log fields and pace."""
    context = contextvars.copy_context()
    return lambda item: context.copy().run(work, item)


def _pages(actions: list[str], deadline: Deadline) -> Iterator[list[str]]:
    query = (
        store.client()
        .collection("tickets")
        .where(filter=FieldFilter("due_action", "in", actions))
        .where(filter=FieldFilter("due_at", "<=", clock.now()))
        .order_by("due_at")
        .limit(PAGE)
    )
    last: Any = None
    while not deadline.passed:
        page: list[Any] = list((query.start_after(last) if last else query).stream())
        if not page:
            return
        yield [snapshot.id for snapshot in page]
        last = page[-1]


def _sweep_one(ticket_id: str) -> bool:
    """One item. Its failure is its own: it is logged, and the next run meets it again."""
    try:
        case = cases.load(ticket_id)
        if case is not None:
            bring_up_to_date(case)
        return True
    except Refusal as refusal:
        log.warning("sweep item postponed", ticket=ticket_id, reason=refusal.reason.name)
    except Exception:  # noqa: BLE001  # one bad item must not stop the others
        log.exception("sweep item failed", ticket=ticket_id)
    return False
