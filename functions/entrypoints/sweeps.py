"""The schedules that look at due work of every domain: what may wait five minutes, and what may not.

Their names are the consultation's, for which one voids what was not used in time and the other ends what ran its time
and finishes what was cut short.
"""

from __future__ import annotations

from collections.abc import Callable

from common.deadline import Deadline
from common.params import STRIPE_SECRET_KEY
from common.schedule_runs import Run
from common.scheduled import scheduled
from entrypoints import account_deletion, domains
from payments import due_work, sweeping
from payments.due_work import DueWork


@scheduled(schedule="every 5 minutes", secrets=(STRIPE_SECRET_KEY,))
def voidExpiredAuthorizations(deadline: Deadline) -> Run:  # noqa: N802
    """Voids every hold past its ``expires_at`` and closes purchases that were never paid."""
    return sweep(lambda work: work.every_five_minutes, deadline)


@scheduled(schedule="every 1 minutes", secrets=(STRIPE_SECRET_KEY,))
def endOverdueSessions(deadline: Deadline) -> Run:  # noqa: N802
    """Ends sessions past their time and captures them, and resumes captures and voids that were cut short."""
    return sweep(lambda work: work.every_minute, deadline)


def sweep(actions_of: Callable[[DueWork], tuple[str, ...]], deadline: Deadline) -> Run:
    """Do what is due of all domains, and of accounts that are being deleted. Then close the incidents that are over."""
    due = [domain.due for domain in domains.every() if domain.due is not None]
    run = sweeping.sweep([(work, actions_of(work)) for work in (*due, account_deletion.DUE)], deadline)
    due_work.close_incidents()
    return run
