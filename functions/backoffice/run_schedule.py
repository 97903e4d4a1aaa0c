"""runSchedule: a schedule's work, now, for as long as a call may take."""

from __future__ import annotations

from importlib import import_module
from typing import Annotated

from pydantic import Field, StringConstraints

from backoffice.reasons import BackofficeReason
from common import audit
from common.callable import Caller, callable_function
from common.deadline import Deadline
from common.documents import Unit
from common.errors import Refusal
from common.messages import NotedRequest, ResponseModel
from common.scheduled import Schedule
from entrypoints import domains

SECONDS = 25
"""What is under way when they are over must end before the platform ends a call. The next run goes on."""


class RunScheduleRequest(NotedRequest):
    """Which schedule."""

    name: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{1,64}$")] = Field(
        description="As it is deployed, for instance voidExpiredAuthorizations."
    )


class ScheduleRunView(ResponseModel):
    """What it did."""

    name: str = Field(description="The schedule's.")
    done: int = Field(description="How many things it brought up to date.")
    failed: int = Field(description="How many it has to come back to.")
    complete: bool = Field(description="false: there was more than the time sufficed for.")


@callable_function(
    who="an administrator",
    admin_only=True,
    secrets=domains.secrets(),
    reasons=(BackofficeReason.SCHEDULE_NOT_FOUND, BackofficeReason.SCHEDULE_RUN_FAILED),
)
def runSchedule(_: Caller, request: RunScheduleRequest) -> ScheduleRunView:  # noqa: N802
    """Runs a schedule once. Beside its own runs it does no harm: each thing is decided by its own compare-and-set."""
    module = domains.schedules().get(request.name)
    if module is None:
        raise Refusal(BackofficeReason.SCHEDULE_NOT_FOUND)
    schedule: Schedule = getattr(import_module(module), request.name).__kippu_schedule__
    unit = Unit()
    audit.entry(unit, f"schedule_runs/{request.name}", {}, {})
    unit.commit()
    try:
        ran = schedule.run(Deadline(SECONDS))
    except RuntimeError as error:
        raise Refusal(BackofficeReason.SCHEDULE_RUN_FAILED) from error
    return ScheduleRunView(name=request.name, done=ran.done, failed=ran.failed, complete=ran.complete)
