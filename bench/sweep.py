"""How fast, how completely and in how much memory expired holds are voided by the schedule."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from google.cloud import firestore

from bench.arena import Arena, arena
from bench.pages import Report
from bench.served import JSON, Wire
from common.scheduled import TIMEOUT_SECONDS
from devkit.logs import errors
from devkit.report import table
from devkit.world import load_world, violations

# What is permitted, and what has to be reached of it. A sweep starts every five minutes.
PERMITTED_PER_SECOND = 20
LEAST_SHARE = 0.9
INTERVAL_SECONDS = 300
MOST_GROWTH_MB = 20.0
_MOST_RUNS = 20
_RUN = Wire(b"{}", JSON)


def sweep(report: Report, place: Arena, holds: int) -> tuple[dict[str, str], float]:
    """Buy and pay the holds, and sweep them until none is left; what is printed, and the peak of memory in MB."""
    print(f"{holds:,} holds: placing them", file=sys.stderr, flush=True)
    place.reset()
    place.items("confirmTicket", holds)
    _make_due(place.db)
    # A sandbox's own limits, so that a sweep which keeps no pace is refused as by the real one.
    place.simulator.rate_limit("sandbox")
    before, starts, runs = len(place.simulator.requests()), list[datetime](), list[float]()
    with place.serve(place.side("voidExpiredAuthorizations")) as function:
        while (left := _waiting(place.db, "void")) and len(runs) < _MOST_RUNS:
            starts.append(datetime.now(UTC))
            runs.append(function.callers.send(_RUN))
            print(f"  run {len(runs)}: {runs[-1]:.0f} s for {left:,}", file=sys.stderr, flush=True)
        peak, problems = function.peak_memory_mb(), errors(function.file)
    requests = place.simulator.requests()[before:]
    rate, lateness = len(requests) / sum(runs), _lateness(place.db, starts)
    permitted = INTERVAL_SECONDS + holds / (LEAST_SHARE * PERMITTED_PER_SECOND)
    # What the runs decided but could not finish is the other schedule's to do, every minute as in production.
    resumed = _waiting(place.db, "end", "resume")
    with place.serve(place.side("endOverdueSessions")) as function:
        for _ in range(_MOST_RUNS if resumed else 0):
            function.callers.send(_RUN)
            if not _waiting(place.db, "end", "resume"):
                break
            time.sleep(60)
    left = _waiting(place.db, "void", "end", "resume")
    problems += violations(load_world(place.db, place.simulator, datetime.now(UTC)))
    for met, missed in (
        (rate >= LEAST_SHARE * PERMITTED_PER_SECOND, f"{rate:.2f} requests/s, of {PERMITTED_PER_SECOND} permitted"),
        (max(runs) < TIMEOUT_SECONDS, f"a run took {max(runs):.0f} s and may take {TIMEOUT_SECONDS}"),
        (left == 0, f"{left} were left"),
        (lateness <= permitted, f"the latest was voided {lateness:.0f} s after it was due"),
        *((False, problem) for problem in problems[:20]),
    ):
        report.expect(met, f"{holds:,} holds: {missed}")
    return {
        "expired holds": f"{holds:,}",
        "runs, longest s": f"{len(runs)}, {max(runs):.0f}",
        f"requests/s (of {PERMITTED_PER_SECOND})": f"{rate:.2f} ({rate / PERMITTED_PER_SECOND:.1%})",
        "refused by Stripe's limit": f"{sum(request['status'] == 429 for request in requests)}",
        "latest hold, s after due (permitted)": f"{lateness:.0f} ({permitted:.0f})",
        "left to endOverdueSessions": f"{resumed}",
        "holds left at the end": f"{left}",
        "errors, and invariants violated": f"{len(problems)}",
        "peak memory, MB": f"{peak:.1f}",
    }, peak


def _make_due(db: firestore.Client) -> None:
    """Let every hold's deadline be now, so that no clock has to be moved."""
    now, placed = datetime.now(UTC), [ticket.reference for ticket in db.collection("tickets").select([]).stream()]
    for start in range(0, len(placed), 500):
        batch = db.batch()
        for reference in placed[start : start + 500]:
            batch.update(reference, {"due_at": now, "expires_at": now})
        batch.commit()


def _waiting(db: firestore.Client, *actions: str) -> int:
    """How many tickets have one of `actions` due, now or later."""
    query: Any = db.collection("tickets").where(filter=firestore.FieldFilter("due_action", "in", list(actions)))
    return int(query.count().get()[0][0].value)


def _lateness(db: firestore.Client, starts: list[datetime]) -> float:
    """Seconds from the last hold's deadline to its end, had it just missed a run: intervals, and the time into one."""
    voided: Any = db.collection("payment_intents").order_by("canceledAt", direction="DESCENDING").limit(1)
    last = voided.get()[0].get("canceledAt")
    run_ = max(number for number, start in enumerate(starts) if start <= last)
    return (run_ + 1) * INTERVAL_SECONDS + float((last - starts[run_]).total_seconds())


def report_sweeps(report: Report, sizes: Sequence[int]) -> None:
    """Sweep so many holds, each time by a fresh process, and print what became of them."""
    columns, peaks = [], []
    for size in sizes:
        # Each with an emulator of its own: nothing of an earlier one is in its memory or its indexes.
        with arena() as place:
            column, peak = sweep(report, place, size)
        columns.append(column)
        peaks.append(peak)
    report.expect(max(peaks) - peaks[0] <= MOST_GROWTH_MB, f"memory grows to {max(peaks):.0f} MB with the backlog")
    rows = [(label, *(column[label] for column in columns)) for label in columns[0]]
    print(f"\nvoidExpiredAuthorizations, a fresh process each\n{table(rows)}\n")
