"""Functions beside an earlier version of themselves: the same calls in one run, by the source of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from bench.arena import Arena, Side
from bench.compare import Size, cold, many, serving
from bench.figures import Middle
from bench.pages import Report
from bench.served import CALLERS

# In each round, so that the sides take turns often.
_SLICES = 3
BEFORE, NOW = "before", "now"
QUICK = Size(pairs=0, calls=0, rounds=1)
"""Processor times in a few seconds a function, without cold starts."""


def measure(report: Report, place: Arena, before: Path, name: str, size: Size) -> None:
    """Measure one function: processor time of a call under 32 callers, calls a second, cold start, memory.

    Args:
        before: the folder ``functions`` of the earlier version.
    """
    place.reset()
    side = place.side(name)
    sides = {BEFORE: side._replace(source=before), NOW: side}
    starts = _starts(place, sides, size.pairs)
    with serving(place, sides) as served:
        for version in sides:
            served[version].callers.drive(sides[version].wires(CALLERS))
        rates, cpu = many(sides, served, _SLICES * size.rounds, CALLERS)
        peaks = {version: function.peak_memory_mb() for version, function in served.items()}
    share = Middle.of([now / was for was, now in zip(rates[BEFORE], rates[NOW], strict=True)])
    report.row(
        "versions",
        name,
        *(f"{cpu[version] * 1000:.1f}" for version in sides),
        share.text(2),
        *(starts[version] for version in sides),
        *(f"{peaks[version]:.0f}" for version in sides),
    )


def _starts(place: Arena, sides: Mapping[str, Side], pairs: int) -> dict[str, str]:
    """Milliseconds of a cold start of each, if it is measured."""
    if not pairs:
        return dict.fromkeys(sides, "–")
    # The first start does not count: then the machine has the libraries' files in memory.
    return {
        version: f"{Middle.of(found[1:]).median * 1000:,.0f}"
        for version, found in cold(place, sides, 1 + pairs).items()
    }
