"""The schedules that look at due work of every domain: what may wait five minutes, and what may not.

Their names are the consultation's, for which one voids what was not used in time and the other ends what ran its time
and finishes what was cut short.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from common import log
from common.alerts import Alert
from common.deadline import Deadline
from common.params import STRIPE_SECRET_KEY
from common.scheduled import scheduled
from common.worker_pool import workers
from entrypoints import account_deletion, domains
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
    """Bring everything up to date whose deadline for one of the actions passed, oldest first in each domain.

    Raises:
        RuntimeError: what is due of a domain could not be read. The others were served.
    """
    due = [domain.due for domain in domains.every() if domain.due is not None]
    served = [(work, actions_of(work)) for work in (*due, account_deletion.DUE)]
    queues = [_Queue(work, due_work.due(work, actions, deadline)) for work, actions in served if actions]
    done = failed = 0
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        for finished in pool.each(lambda item: item(), _in_turn(queues)):
            done, failed = done + finished, failed + (not finished)
    actions = sorted({action for _, wanted in served for action in wanted})
    log.info("swept", actions=actions, done=done, failed=failed, complete=not deadline.passed)
    if unread := [queue.work.collection for queue in queues if queue.broken]:
        raise RuntimeError(f"could not read what is due of {unread}")


@dataclass
class _Queue:
    """What is due of one domain, and whether it could be read."""

    work: DueWork
    ids: Iterator[str]
    broken: bool = False

    def next(self) -> str | None:
        try:
            return next(self.ids, None)
        except Exception:  # noqa: BLE001  # one domain must not keep the others waiting
            log.exception(Alert.SWEEP_ITEM_FAILED, collection=self.work.collection)
            self.broken = True
            return None


def _in_turn(queues: list[_Queue]) -> Iterator[Callable[[], bool]]:
    """One of each domain after the other, so that no domain's backlog keeps another's waiting."""
    waiting = list(queues)
    while waiting:
        for queue in tuple(waiting):
            id_ = queue.next()
            if id_ is None:
                waiting.remove(queue)
            else:
                yield partial(due_work.catch_up, queue.work, id_)
