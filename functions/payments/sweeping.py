"""One run of a sweep: due work of any number of domains, in turn, at Stripe's pace, on a few threads."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from common import log
from common.alerts import Alert
from common.deadline import Deadline
from common.schedule_runs import Run
from common.worker_pool import workers
from payments import due_work, gateway
from payments.due_work import DueWork
from payments.pace import STRIPE_CALLS_PER_SECOND, Pace


def sweep(wanted: Sequence[tuple[DueWork, tuple[str, ...]]], deadline: Deadline) -> Run:
    """Bring everything up to date whose deadline for one of the actions passed, oldest first in each domain.

    Args:
        wanted: due work, each with the actions that are looked for.

    Raises:
        RuntimeError: what is due of a domain could not be read. The others were served.
    """
    run = Run()
    queues = [_Queue(work, due_work.due(work, actions, deadline, run)) for work, actions in wanted if actions]
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        for finished in pool.each(lambda item: item(), _in_turn(queues)):
            run += Run(done=finished, failed=not finished)
    sought = sorted({action for _, actions in wanted for action in actions})
    run.complete = not deadline.passed
    log.info("swept", actions=sought, done=run.done, failed=run.failed, complete=run.complete)
    if unread := [queue.work.collection for queue in queues if queue.broken]:
        raise RuntimeError(f"could not read what is due of {unread}")
    return run


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
