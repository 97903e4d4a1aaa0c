"""How each schedule's last run went: ``schedule_runs/{name}``, overwritten by every run.

It has ``schedule`` (when it runs, in Cloud Scheduler's syntax), ``started_at``, ``ended_at``, ``ok``, ``done`` and
``failed`` (how many things), ``complete`` (whether nothing was left for want of time) and ``oldest_due_at`` (of what
was due when it began). A schedule that does not run is one whose document grows old.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from common import clock, documents, log
from common.documents import PASSING, Unit


@dataclass
class Run:
    """What a run did."""

    done: int = 0
    failed: int = 0
    complete: bool = True
    oldest_due_at: datetime | None = None

    def met(self, due_at: datetime) -> None:
        """Something was due since then."""
        self.oldest_due_at = min(self.oldest_due_at or due_at, due_at)

    def __add__(self, other: Run) -> Run:
        oldest = [at for at in (self.oldest_due_at, other.oldest_due_at) if at is not None]
        return Run(
            self.done + other.done,
            self.failed + other.failed,
            self.complete and other.complete,
            min(oldest, default=None),
        )


def written(name: str, schedule: str, started_at: datetime, run: Run | None) -> None:
    """Say how a run went; ``None`` for one that failed. Its work is done, so it does not fail for this."""
    unit = Unit()
    fields = {"schedule": schedule, "started_at": started_at, "ended_at": clock.now(), "ok": run is not None}
    unit.replace_blindly(documents.ref("schedule_runs", name), fields | asdict(run or Run(complete=False)))
    try:
        unit.commit()
    except PASSING as error:
        log.warning("schedule run not written", problem=type(error).__name__)
