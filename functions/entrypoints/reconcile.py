"""reconcilePayments: once a day Stripe and Firestore are laid side by side, and what differs is settled or reported.

Each domain says what it has compared (``payments.domain.Comparison``). What is still different afterwards no rule
allows to repair: it is kept (``payments.open_differences``), reported by every run in ``reconciliations/{time}`` until
it is resolved, and logged as an error for a person.

The stages come one after the other, those that compare first. Each takes a share of the time that is left at most, so
none keeps another waiting, and what was not finished goes on in the next run.
"""

from __future__ import annotations

from common import clock
from common.deadline import Deadline
from common.params import STRIPE_SECRET_KEY
from common.schedule_runs import Run
from common.scheduled import scheduled
from common.worker_pool import workers
from entrypoints import recovery, stages
from entrypoints.comparing import Comparing
from entrypoints.report import Report
from payments import gateway
from payments.pace import STRIPE_CALLS_PER_SECOND, Pace

_STAGES = (
    (stages.look_at_kept, 0.2),
    (stages.compare_listed, 0.6),
    (stages.walk, 0.5),
    (recovery.recover_recorded, 0.3),
    (recovery.recover_missed, 1.0),
    (stages.walk, 1.0),
)
"""Each with its share of the time that the stages before it left. Mostly no event was missed, and walks go on."""


@scheduled(schedule="every day 04:00", secrets=(STRIPE_SECRET_KEY,))
def reconcilePayments(deadline: Deadline) -> Run:  # noqa: N802
    """Compares Stripe with Firestore, settles what the rules allow, and reports every difference that is left."""
    report = Report(clock.now())
    with gateway.throttled(Pace(STRIPE_CALLS_PER_SECOND)), workers() as pool:
        run = Comparing(report, pool)
        for stage, share in _STAGES:
            stage(run, deadline.part(share))
    return report.publish()
