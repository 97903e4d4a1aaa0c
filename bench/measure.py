"""One size of the sweep: so many expired holds, a fresh process, and runs until none is left."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from google.cloud import firestore

from bench.holds import place_holds
from bench.served import ServedFunction
from consultation.invariants import ONE_SWEEP, violations
from devkit import local
from devkit.emulator import Emulator
from devkit.errors import DevkitError
from devkit.seed import connect
from devkit.stripe_sim import StripeSimulator
from devkit.world import load_world
from entrypoints.sweeps import STRIPE_CALLS_PER_SECOND

INTERVAL_SECONDS = ONE_SWEEP.total_seconds()
# The rate that counts as kept; a little less than all that is permitted.
_KEPT = 0.9
_MOST_RUNS = 20
_CHECKED_USERS = 200
_RESUME_MINUTES = 15
_MINUTE = 60.0


@dataclass(frozen=True)
class Measured:
    """What the runs over one size did. Seconds of real time, MB of resident memory.

    Attributes:
        runs: the length of each run.
        requests: what reached Stripe during the runs.
        lateness: of the last hold, counted from its deadline as if it had just missed a run and the runs began on
            schedule: one interval, the intervals before its run, and the time into it.
        resumed: what the runs decided but could not finish, which is endOverdueSessions' to do.
    """

    holds: int
    seeding_seconds: float
    runs: list[float]
    requests: int
    busiest_second: int
    refused: int
    lateness: float
    resumed: int
    left: int
    errors: list[str]
    violations: list[str]
    peak_mb: float

    @property
    def rate(self) -> float:
        """Requests a second while a run was active."""
        return self.requests / sum(self.runs)

    @property
    def longest_run(self) -> float:
        return max(self.runs)


def permitted_lateness(holds: int) -> float:
    """Seconds: one interval, and the backlog at the rate that has to be kept."""
    return INTERVAL_SECONDS + holds / (_KEPT * STRIPE_CALLS_PER_SECOND)


def measure(holds: int, emulator: Emulator, folder: Path) -> Measured:
    """Place the holds in an empty database and sweep them; raises DevkitError when they cannot be placed or swept."""
    db = connect(emulator.host)
    print(f"{holds:,} holds: placing them", file=sys.stderr, flush=True)
    with StripeSimulator(api_keys=(local.STRIPE_KEY,)) as simulator:
        os.environ["STRIPE_API_BASE"] = simulator.url
        began, seeded_at = time.monotonic(), datetime.now(UTC)
        place_holds(holds, simulator)
        seeding_seconds = time.monotonic() - began
        placed = load_world(db, simulator, seeded_at)
        # The one check whose work grows with the square of the backlog looks at some of the people.
        placed.users = dict(islice(placed.users.items(), _CHECKED_USERS))
        if wrong := violations(placed):
            raise DevkitError(f"the holds were placed inconsistently: {wrong[0]}")
        # A sandbox's own limits, so that a sweep which keeps no pace is refused as by the real one.
        simulator.rate_limit("sandbox")
        env = local.functions_env(firestore_host=emulator.host, stripe_url=simulator.url)
        before = len(simulator.requests())
        with ServedFunction("voidExpiredAuthorizations", env, folder) as function:
            runs, starts = _sweep(function, db, holds)
            peak, errors = function.peak_memory_mb(), function.errors_logged()
        requests, ended = simulator.requests()[before:], datetime.now(UTC)
        resumed = waiting(db)
        if resumed:
            _resume(db, env, folder)
        return Measured(
            holds=holds,
            seeding_seconds=seeding_seconds,
            runs=runs,
            requests=len(requests),
            busiest_second=max(Counter(request["at"] for request in requests).values(), default=0),
            refused=sum(request["status"] == 429 for request in requests),
            lateness=_lateness(db, starts, ended),
            resumed=resumed,
            left=waiting(db),
            errors=errors,
            violations=violations(load_world(db, simulator, datetime.now(UTC))),
            peak_mb=peak,
        )


def waiting(db: firestore.Client, actions: Sequence[str] = ("void", "end", "resume")) -> int:
    """How many tickets have one of `actions` due, now or later."""
    query = db.collection("tickets").where(filter=firestore.FieldFilter("due_action", "in", list(actions)))
    counted: Any = query.count()
    return int(counted.get()[0][0].value)


def _sweep(function: ServedFunction, db: firestore.Client, holds: int) -> tuple[list[float], list[datetime]]:
    """Run it until nothing is its own to do; the lengths and the starts of the runs."""
    runs: list[float] = []
    starts: list[datetime] = []
    left = holds
    while left and len(runs) < _MOST_RUNS:
        starts.append(datetime.now(UTC))
        began = time.monotonic()
        function.run()
        runs.append(time.monotonic() - began)
        before, left = left, waiting(db, ["void"])
        print(f"  run {len(runs)}: {before - left:,} voided in {runs[-1]:.0f} s", file=sys.stderr, flush=True)
        if left == before:
            break
    return runs, starts


def _resume(db: firestore.Client, env: dict[str, str], folder: Path) -> None:
    """Run the other schedule every minute, as in production, until the decisions that were cut short are done."""
    with ServedFunction("endOverdueSessions", env, folder) as function:
        for _ in range(_RESUME_MINUTES):
            function.run()
            if not waiting(db):
                return
            time.sleep(_MINUTE)


def _lateness(db: firestore.Client, starts: list[datetime], ended: datetime) -> float:
    voided = db.collection("payment_intents").where(filter=firestore.FieldFilter("canceledAt", "<=", ended))
    last: datetime = voided.order_by("canceledAt", direction="DESCENDING").limit(1).get()[0].get("canceledAt")
    run = max(number for number, start in enumerate(starts) if start <= last)
    return (run + 1) * INTERVAL_SECONDS + (last - starts[run]).total_seconds()
