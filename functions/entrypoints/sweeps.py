"""The schedules that look at due work of every domain: what may wait five minutes, and what may not.

Their names are the consultation's, for which one voids what was not used in time and the other ends what ran its time
and finishes what was cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from common import log
from common.deadline import Deadline
from common.params import STRIPE_SECRET_KEY
from common.scheduled import scheduled
from common.worker_pool import workers
from entrypoints import domains
from payments import due_work, gateway
from payments.due_work import DueWork
from payments.pace import STRIPE_CALLS_PER_SECOND, Pace


@scheduled(schedule="every 5 minutes", secrets=(STRIPE_SECRET_KEY,))
def voidExpiredAuthorizations(deadline: Deadline) -> None:  # noqa: N802
    """Voids every hold past its ``expires_at`` and closes purchases that were never paid."""
    sweep(lambda work: work.every_five_minutes, deadline)


@scheduled(schedule="every 1 minutes", secrets=(STRIPE_SECRET_KEY,))
def endOverdueSessions(deadline: Deadline) -> None:  # noqa: N802
    """Ends sessions past their time and captures them, and resumes captures and voids that were cut short."""
    sweep(lambda work: work.every_minute, deadline)


def sweep(actions_of: Callable[[DueWork], tuple[str, ...]], deadline: Deadline) -> None:
    """Bring everything up to date whose deadline for one of the actions passed, oldest first in each domain."""
    served = [(domain.due, actions_of(domain.due)) for domain in domains.every() if domain.due is not None]
    done = failed = 0
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        for finished in pool.each(lambda item: item(), _in_turn(served, deadline)):
            done, failed = done + finished, failed + (not finished)
    actions = sorted({action for _, wanted in served for action in wanted})
    log.info("swept", actions=actions, done=done, failed=failed, complete=not deadline.passed)


def _in_turn(served: list[tuple[DueWork, tuple[str, ...]]], deadline: Deadline) -> Iterator[Callable[[], bool]]:
    """What is due, one of each domain after the other, so that no domain's backlog keeps another's waiting."""
    queues = [(work, due_work.due(work, actions, deadline)) for work, actions in served if actions]
    while queues:
        for queue in tuple(queues):
            work, ids = queue
            id_ = next(ids, None)
            if id_ is None:
                queues.remove(queue)
            else:
                yield partial(due_work.catch_up, work, id_)
