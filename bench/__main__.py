"""`make bench`: every function beside its bare twin. Prints tables, writes docs/performance.md and docs/costs.md.

`ARGS=cold`, `ARGS=warm` or `ARGS=parts` measures one part of it, `ARGS=choices` what the choices for speed brought;
`--only name,name` some functions, `--quick` little of everything. With `--only` or `--quick` nothing is written. Exits
1 when a target is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from pathlib import Path

from devkit import local
from devkit.cli import run

# The functions are deployed from a folder of their own, and read their parameters when they are imported.
sys.path.append(str(local.FUNCTIONS_DIR))
os.environ.update(local.functions_env())

from bench import choices, cold, pages, parts, profile, warm
from bench.arena import Arena, Recording, arena
from bench.calls import FUNCTIONS, Measured
from bench.served import ServedFunction
from bench.statistics import Middle
from bench.targets import missed

PARTS = ("cold", "warm", "parts", "choices", "profile")
# The others are asked for by name: together they would take more than ten minutes.
_USUAL = {"cold", "warm", "parts"}
_THOROUGH = warm.Size(calls=90, rounds=6, slice=96, warm_up=64)
_QUICK = warm.Size(calls=6, rounds=2, slice=32, warm_up=32)
_QUICK_PAIRS = 2


class Bench:
    """One run and what it has found."""

    def __init__(self, wanted: set[str], *, quick: bool, thorough: bool) -> None:
        self._wanted = wanted
        self._pairs = _QUICK_PAIRS if quick else cold.PAIRS
        self._size = _QUICK if quick else _THOROUGH if thorough else warm.Size()
        self.colds: list[cold.Cold] = []
        self.warms: list[warm.Warm] = []
        self.recordings: dict[str, Recording] = {}
        self.hello: Middle | None = None
        self.parts: list[parts.Part] = []
        self.profiles: list[profile.Profile] = []
        self.choices: list[tuple[choices.Choice, choices.Pair]] = []

    def run(self, place: Arena, functions: list[Measured]) -> None:
        """Measure `functions`."""
        if "choices" in self._wanted:
            self.choices = choices.measure(place)
        if "parts" in self._wanted:
            self.parts = parts.measure()
        if "cold" in self._wanted:
            self.hello = cold.hello(place, self._pairs)
        if not self._wanted & {"cold", "warm", "profile"}:
            return
        with warm.nothing(place) as idle:
            for function in functions:
                began = time.monotonic()
                self._measure(place, function, idle)
                print(f"{function.name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)

    def _measure(self, place: Arena, function: Measured, idle: ServedFunction) -> None:
        day, template = place.prepare(function)
        recording = self.recordings[function.name] = place.record(function, day, template)
        if "cold" in self._wanted:
            self.colds.append(cold.measure(place, function, recording, day, template, self._pairs))
        if function.call is None:
            return
        if "profile" in self._wanted:
            self.profiles.append(profile.measure(place, function, recording, day, template))
        if "warm" in self._wanted:
            self.warms.append(warm.measure(place, function, recording, day, template, self._size, idle))

    def found(self) -> dict[Path, dict[str, str]]:
        """The parts of each page."""
        performance, costs = {}, {}
        if self.choices:
            performance["choices"] = pages.choices_part(self.choices)
        if self.parts:
            performance["parts"] = pages.parts_part(self.parts)
        if self.colds and self.hello is not None:
            performance["cold"] = pages.cold_part(self.colds, self.hello)
        if self.profiles:
            performance["profile"] = pages.profile_part(self.profiles)
        if self.warms:
            performance["warm"] = pages.warm_part(self.warms)
            costs["costs"] = pages.costs_part(self.recordings, {one.name: one for one in self.warms})
        return {pages.PERFORMANCE: performance, pages.COSTS: costs}


def main() -> int:
    """Measure, print, write, judge."""
    parser = argparse.ArgumentParser(prog="make bench", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("part", nargs="?", choices=PARTS, help="one part only")
    parser.add_argument("--only", help="functions, separated by commas")
    parser.add_argument("--quick", action="store_true", help="little of everything, to see that it works")
    parser.add_argument("--thorough", action="store_true", help="more warm calls; takes longer than ten minutes")
    options = parser.parse_args()
    wanted = set(options.only.split(",")) if options.only else {function.name for function in FUNCTIONS}
    if unknown := wanted - {function.name for function in FUNCTIONS}:
        parser.error(f"there is no function {', '.join(sorted(unknown))}")
    bench = Bench({options.part} if options.part else _USUAL, quick=options.quick, thorough=options.thorough)
    with tempfile.TemporaryDirectory(prefix="kippu-bench-") as folder, arena(Path(folder)) as place:
        bench.run(place, [function for function in FUNCTIONS if function.name in wanted])
    titles = {pages.PERFORMANCE: "Performance", pages.COSTS: "Costs"}
    for page, texts in bench.found().items():
        print("\n".join(texts.values()))
        if texts and not options.only and not options.quick:
            pages.write(page, titles[page], texts)
    short = list(missed(bench.colds, bench.warms, bench.parts))
    print("\n".join(f"MISSED: {line}" for line in short) or "every target is met")
    return 1 if short else 0


if __name__ == "__main__":
    sys.exit(run(main))
