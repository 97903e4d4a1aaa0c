"""`make bench`: every function beside its bare twin. Prints tables, writes docs/performance.md and docs/costs.md.

Takes over half an hour. `ARGS=cold`, `ARGS=warm` or `ARGS=parts` measures one part of it, `ARGS=choices` what the
choices for speed brought, `ARGS=profile` where processor time goes, `ARGS=peer` functions beside those that a team
would type in for Node, `ARGS=events` places of one event bought by many at once, beside a naive twin, `ARGS=search`
finding events among 10,000, `ARGS=reconcile` the daily comparison of purchases, `ARGS=rush` a model of a rush for one
event (docs/scale.md), `ARGS=cancel` the refunds of an event that is called off, through two kills (it prints its
table), `ARGS=door` an event's tickets scanned by 32 phones at once (likewise), `ARGS=console` the console in a browser
among 10,000 holds (likewise), `ARGS="versions --before folder"` functions beside themselves in the folder `functions`
of an earlier version; `--only name,name` some functions, `--quick` little of everything. With `--only` or `--quick`,
and of peers on a busy machine, nothing is written. `make bench-sweep` measures the sweep of expired holds (`--holds
1000,10000`: sizes, also of reconcile and cancel; `--quick`: small ones, two minutes) and prints its table. Exits 1 when
a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

from devkit import local
from devkit.cli import run

# The functions are deployed from a folder of their own, and read their parameters when they are imported.
sys.path.append(str(local.FUNCTIONS_DIR))
os.environ.update(local.functions_env())

from bench import (
    cancel,
    choices,
    compare,
    console,
    door,
    events,
    pages,
    parts,
    peers,
    prices,
    profile,
    reconcile,
    search,
    sweep,
    versions,
)
from bench.arena import Arena, Seen, arena
from bench.calls import BY_NAME, DOMAINS
from bench.peer_calls import PEERS
from bench.rush import report as rush
from devkit.errors import DevkitError

_USUAL = {"cold", "warm", "parts"}
# Asked for by name: together they would take more than ten minutes.
_OTHERS = {
    *("cancel", "choices", "console", "door", "events", "peer"),
    *("profile", "reconcile", "rush", "search", "sweep", "versions"),
}


def measure(report: pages.Report, wanted: set[str], names: list[str], size: compare.Size) -> None:
    """Measure the `wanted` parts of the functions `names`."""
    warm: dict[str, Seen] = {}
    cpu: dict[str, float] = {}
    if "parts" in wanted:
        parts.measure(report)
    if "choices" in wanted:
        with arena() as place:
            for name, choice in choices.CHOICES.items():
                choices.measure(report, place, name, choice)
    if "cold" in wanted:
        with arena() as place:
            compare.measure_hello(report, place, size)
    for functions in DOMAINS.values() if wanted & {"cold", "warm", "profile"} else ():
        some = [function.name for function in functions if function.name in names]
        if some:
            # The emulator frees nothing: one for all of them would spend its time looking for memory in the end.
            with arena() as place:
                measure_functions(report, place, wanted, some, size, warm, cpu)
    if "warm" in wanted:
        prices.report_costs(report, warm, cpu)


def measure_functions(
    report: pages.Report,
    place: Arena,
    wanted: set[str],
    names: list[str],
    size: compare.Size,
    warm: dict[str, Seen],
    cpu: dict[str, float],
) -> None:
    """Measure functions one after the other, and note in `warm` and `cpu` what their costs are made of."""
    for name in names:
        began, function = time.monotonic(), BY_NAME[name]
        place.reset()
        cold, warm[name] = place.record(function)
        try:
            if "cold" in wanted:
                compare.measure_cold(report, place, function, cold, size)
            if "profile" in wanted and function.kind != "schedule":
                profile.report_profile(report, name, profile.measure(place, function, warm[name]))
            if "warm" in wanted and function.kind != "schedule":
                cpu[name] = compare.measure_warm(report, place, function, warm[name], size)
        except DevkitError as error:
            # The others are worth having without it.
            report.expect(False, f"{name}: {error}")
        print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def measure_peers(report: pages.Report, place: Arena, names: list[str], size: peers.Size) -> None:
    """Measure the functions `names` beside their peers."""
    for name in names:
        began = time.monotonic()
        place.reset()
        peers.measure(report, place, name, size)
        print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def measure_versions(report: pages.Report, place: Arena, before: Path, names: list[str], size: compare.Size) -> None:
    """Measure those functions that are called and were there before, beside their earlier version."""
    earlier = (before / "main.py").read_text(encoding="utf-8")
    for name in names:
        if BY_NAME[name].kind != "schedule" and f'"{name}"' in earlier:
            began = time.monotonic()
            try:
                versions.measure(report, place, before, name, size)
            except DevkitError as error:
                # The others are worth having without it.
                report.expect(False, f"{name}: {error}")
            print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)


def main() -> int:
    """Measure, print, write, judge."""
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", nargs="?", choices=sorted(_USUAL | _OTHERS), help="one part only")
    parser.add_argument("--only", help="functions, separated by commas")
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it works")
    parser.add_argument("--holds", help="of the sweep and of reconcile: how many holds, one size after the other")
    parser.add_argument("--before", type=Path, help="of versions: the earlier folder functions")
    options = parser.parse_args()
    known = PEERS if options.part == "peer" else BY_NAME
    names = options.only.split(",") if options.only else list(known)
    if unknown := set(names) - known.keys():
        parser.error(f"there is no function {', '.join(sorted(unknown))} to measure")
    kept = not options.only and not options.quick
    report, size = pages.Report(), compare.Size(2, 6, 2) if options.quick else compare.Size()
    if options.part == "sweep":
        holds = options.holds or ("300,600" if options.quick else "1000,10000")
        sweep.report_sweeps(report, [int(count) for count in holds.split(",")])
        return report.end()
    if options.part == "cancel":
        orders = options.holds or ("300" if options.quick else "10000")
        cancel.report_cancellations(report, [int(count) for count in orders.split(",")])
        return report.end()
    if options.part == "console":
        console.report_console(report, 1_000 if options.quick else 10_000)
        return report.end()
    if options.part == "door":
        door.report_door(report, 60 if options.quick else 600)
        return report.end()
    if options.part == "reconcile":
        holds = options.holds or ("300" if options.quick else "1000,10000")
        reconcile.report_reconciliations(report, [int(count) for count in holds.split(",")])
    elif options.part == "rush":
        rush.report_rushes(report, quick=options.quick)
    elif options.part == "events":
        with arena() as place:
            events.measure(report, place, events.QUICK if options.quick else events.Size())
    elif options.part == "search":
        with arena() as place:
            search.report_search(report, place, [1_000] if options.quick else [1_000, 10_000])
    elif options.part == "peer":
        kept = peers.idle() and kept
        with arena() as place:
            measure_peers(report, place, names, peers.QUICK if options.quick else peers.Size())
    elif options.part == "versions":
        with arena() as place:
            size = versions.QUICK if options.quick else size
            measure_versions(report, place, options.before.resolve(), names, size)
    else:
        measure(report, {options.part} if options.part else _USUAL, names, size)
    for name, text in report.texts().items():
        print(f"## {name}\n\n{text}\n")
        if kept:
            pages.write(pages.PAGES[name], name, text)
    return report.end()


if __name__ == "__main__":
    sys.exit(run(main))
