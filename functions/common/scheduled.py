"""What every schedule shares: one run at a time, an end before its timeout, and no exception text in answers.

A run that fails answers 500 so that Cloud Scheduler shows it; what it left undone is found again by the next one.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

from firebase_functions import scheduler_fn
from firebase_functions.params import SecretParam
from flask import Request, Response

from common import clock, log, schedule_runs
from common.alerts import Alert
from common.clock import TOKYO
from common.deadline import Deadline
from common.environment import refuse_local_settings_when_deployed
from common.instances import alone
from common.params import required
from common.schedule_runs import Run

TIMEOUT_SECONDS = 360

Work = Callable[[Deadline], Run]


@dataclass(frozen=True)
class Schedule:
    """A schedule: its work, when it is done, and the secrets that it needs."""

    work: Work
    when: str
    secrets: tuple[SecretParam, ...]

    @property
    def name(self) -> str:
        return self.work.__name__

    def run(self, deadline: Deadline) -> Run:
        """Do the work now, and write down how that went.

        Raises:
            RuntimeError: it failed. What it left undone is found again by the next run.
        """
        started_at, ran = clock.now(), None
        try:
            for secret in self.secrets:
                required(secret)
            ran = self.work(deadline)
        except Exception:  # noqa: BLE001  # the SDK would put its text into the answer
            log.exception(Alert.SCHEDULE_FAILED)
            raise RuntimeError("failed, see the logs") from None
        finally:
            schedule_runs.written(self.name, self.when, started_at, ran)
        return ran


def scheduled(
    *, schedule: str, secrets: tuple[SecretParam, ...] = ()
) -> Callable[[Work], Callable[[Request], Response]]:
    """Deploy a function of a ``Deadline`` as a schedule under its own name.

    Args:
        schedule: when, in Cloud Scheduler's syntax; times are Tokyo's.
        secrets: the secrets it needs bound.
    """

    def deploy(work: Work) -> Callable[[Request], Response]:
        described = Schedule(work, schedule, secrets)

        @functools.wraps(work)
        def run(_: scheduler_fn.ScheduledEvent) -> None:
            refuse_local_settings_when_deployed()
            log.start(described.name)
            described.run(Deadline())

        deployed: Any = scheduler_fn.on_schedule(
            schedule=schedule,
            timezone=TOKYO,
            secrets=list(secrets),
            **alone(TIMEOUT_SECONDS),
        )(run)
        deployed.__kippu_schedule__ = described
        return cast("Callable[[Request], Response]", deployed)

    return deploy
