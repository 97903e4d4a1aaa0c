"""`make bench-sweep`: how fast, how completely and in how much memory expired holds are voided.

Options: `--holds 1000,10000` (sizes, each served by a fresh process), `--quick` (small sizes, two minutes).
Prints a table and exits 1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

from devkit import local
from devkit.cli import run
from devkit.report import table

# The functions are deployed from a folder of their own, and read their parameters when they are imported.
sys.path.append(str(local.FUNCTIONS_DIR))
os.environ.update(local.functions_env())

from bench.database import fresh_firestore
from bench.disturbed import Disturbed, sweep_disturbed
from bench.measure import Measured, measure, permitted_lateness
from common.scheduled import TIMEOUT_SECONDS
from entrypoints.sweeps import STRIPE_CALLS_PER_SECOND

LEAST_SHARE = 0.9
MOST_GROWTH_MB = 20.0
_SIZES, _QUICK_SIZES = "1000,10000", "300,600"
_DISTURBED, _QUICK_DISTURBED = 300, 60


def main() -> int:
    """Measure, print, judge."""
    parser = argparse.ArgumentParser(prog="make bench-sweep", description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--holds", help=f"how many expired holds, one size after the other (default: {_SIZES})")
    parser.add_argument("--quick", action="store_true", help=f"small sizes: {_QUICK_SIZES}")
    options = parser.parse_args()
    sizes = [int(size) for size in (options.holds or (_QUICK_SIZES if options.quick else _SIZES)).split(",")]
    with tempfile.TemporaryDirectory(prefix="kippu-bench-") as folder:
        with fresh_firestore() as emulator:
            disturbed = sweep_disturbed(_QUICK_DISTURBED if options.quick else _DISTURBED, emulator)
        measured = []
        for size in sizes:
            with fresh_firestore() as emulator:
                measured.append(measure(size, emulator, Path(folder)))
    _print(measured, disturbed)
    missed = list(_missed(measured, disturbed))
    print("\n".join(f"MISSED: {line}" for line in missed) or "every target is met")
    return 1 if missed else 0


def _print(measured: list[Measured], disturbed: Disturbed) -> None:
    rows: list[tuple[str, *tuple[object, ...]]] = [
        ("expired holds", *(f"{one.holds:,}" for one in measured)),
        ("placed in, s", *(f"{one.seeding_seconds:.0f}" for one in measured)),
        ("runs, longest s", *(f"{len(one.runs)}, {one.longest_run:.0f}" for one in measured)),
        ("Stripe requests", *(f"{one.requests:,}" for one in measured)),
        ("requests/s", *(f"{one.rate:.2f}" for one in measured)),
        (f"share of {STRIPE_CALLS_PER_SECOND}/s", *(f"{one.rate / STRIPE_CALLS_PER_SECOND:.1%}" for one in measured)),
        ("most in one second", *(one.busiest_second for one in measured)),
        ("refused by Stripe's limit", *(one.refused for one in measured)),
        ("latest hold, s after due", *(f"{one.lateness:.0f}" for one in measured)),
        ("  permitted", *(f"{permitted_lateness(one.holds):.0f}" for one in measured)),
        ("left to endOverdueSessions", *(one.resumed for one in measured)),
        ("holds left at the end", *(one.left for one in measured)),
        ("errors logged", *(len(one.errors) for one in measured)),
        ("invariants violated", *(len(one.violations) for one in measured)),
        ("peak memory, MB", *(f"{one.peak_mb:.1f}" for one in measured)),
    ]
    print(f"\nvoidExpiredAuthorizations, a fresh process each\n{table(rows)}")
    print(
        f"\nwith {disturbed.refused} requests refused (429)\n"
        + table(
            [
                ("expired holds", disturbed.holds),
                ("rounds of both schedules", disturbed.rounds),
                ("holds left at the end", disturbed.left),
                ("invariants violated", len(disturbed.violations)),
            ]
        )
        + "\n"
    )


def _missed(measured: list[Measured], disturbed: Disturbed) -> Iterable[str]:
    for one in measured:
        name = f"{one.holds:,} holds"
        if one.rate < LEAST_SHARE * STRIPE_CALLS_PER_SECOND:
            yield f"{name}: {one.rate:.2f} requests/s are less than {LEAST_SHARE:.0%} of {STRIPE_CALLS_PER_SECOND}"
        if one.longest_run >= TIMEOUT_SECONDS:
            yield f"{name}: a run took {one.longest_run:.0f} s and may take {TIMEOUT_SECONDS}"
        if one.left:
            yield f"{name}: {one.left} were left"
        if one.lateness > permitted_lateness(one.holds):
            yield f"{name}: the latest was voided {one.lateness:.0f} s after it was due"
        for problem in [*one.errors, *one.violations][:20]:
            yield f"{name}: {problem}"
    growth = max(one.peak_mb for one in measured) - measured[0].peak_mb
    if growth > MOST_GROWTH_MB:
        yield f"memory grows by {growth:.0f} MB with the backlog"
    if disturbed.left:
        yield f"with 429s: {disturbed.left} were left"
    if disturbed.refused == 0:
        yield "with 429s: nothing was refused, so nothing was shown"
    for problem in disturbed.violations[:20]:
        yield f"with 429s: {problem}"


if __name__ == "__main__":
    sys.exit(run(main))
