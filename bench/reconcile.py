"""How fast and in how much memory the reconciliation compares purchases, beside events that were never delivered."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any

from bench.arena import Arena, arena
from bench.pages import Report
from bench.served import JSON, Wire
from common.scheduled import TIMEOUT_SECONDS
from devkit.logs import errors

LEAST_ITEMS_PER_SECOND = 70
MOST_MIB = 128
_MOST_RUNS = 10
_RUN = Wire(b"{}", JSON)


def reconcile(report: Report, place: Arena, holds: int) -> None:
    """Buy and pay the holds, tell the webhook of none of them, and reconcile until nothing is left."""
    print(f"{holds:,} holds: placing them", file=sys.stderr, flush=True)
    place.reset()
    place.items("confirmTicket", holds)
    # A sandbox's own limits, so that a run which keeps no pace is refused as by the real one.
    place.simulator.rate_limit("sandbox")
    seconds: list[float] = []
    with place.serve(place.side("reconcilePayments")) as function:
        while len(seconds) < _MOST_RUNS:
            seconds.append(function.callers.send(_RUN))
            runs = _reports(place)
            print(f"  run {len(seconds)}: {seconds[-1]:.0f} s, {runs[-1]['stages']}", file=sys.stderr, flush=True)
            if runs[-1]["complete"]:
                break
        peak = function.peak_memory_mb()
        # That events were missed is what was prepared.
        problems = [line for line in errors(function.file) if "events missed" not in line]
    compared = runs[0]["stages"]["listed_payment_intents"]
    rate = compared["items"] / compared["seconds"]
    recovered = sum(run["events_recovered"] for run in runs)
    for met, missed in (
        (rate >= LEAST_ITEMS_PER_SECOND, f"{rate:.0f} items/s, at least {LEAST_ITEMS_PER_SECOND}"),
        (compared["complete"] and runs[0]["intents"] == holds, f"one run compared {runs[0]['intents']:,}"),
        (max(seconds) < TIMEOUT_SECONDS, f"a run took {max(seconds):.0f} s and may take {TIMEOUT_SECONDS}"),
        (peak < MOST_MIB, f"{peak:.0f} MiB, and less than {MOST_MIB}"),
        (runs[-1]["complete"], f"not finished after {len(runs)} runs"),
        (recovered == holds, f"{recovered:,} events recovered"),
        *((False, problem) for problem in (*problems, *(it["text"] for it in runs[-1]["differences"]))[:20]),
    ):
        report.expect(met, f"{holds:,} holds: {missed}")
    report.row(
        "reconcile",
        f"{holds:,}",
        f"{rate:,.0f}",
        f"{compared['seconds']:.0f}",
        f"{recovered:,}",
        f"{len(runs)}",
        f"{max(seconds):.0f}",
        f"{peak:.0f}",
    )


def _reports(place: Arena) -> list[dict[str, Any]]:
    found = place.db.collection("reconciliations").order_by("started_at").stream()
    return [report.to_dict() or {} for report in found]


def report_reconciliations(report: Report, sizes: Sequence[int]) -> None:
    """Reconcile so many purchases, each time by a fresh process with an emulator of its own."""
    for size in sizes:
        with arena() as place:
            reconcile(report, place, size)
