"""Functions beside an earlier version of themselves: the same calls in one run, by the source of each."""

from __future__ import annotations

from pathlib import Path

from bench.arena import Arena
from bench.compare import Size, cold, many, serving
from bench.figures import Middle
from bench.pages import Report
from bench.served import CALLERS

BEFORE, NOW = "before", "now"


def measure(report: Report, place: Arena, before: Path, name: str, size: Size) -> None:
    """Measure one function: processor time of a call under 32 callers, calls a second, cold start, memory.

    Args:
        before: the folder ``functions`` of the earlier version.
    """
    place.reset()
    side = place.side(name)
    sides = {BEFORE: side._replace(source=before), NOW: side}
    # The first start does not count: then the machine has the libraries' files in memory.
    starts = {version: Middle.of(found[1:]).median for version, found in cold(place, sides, 1 + size.pairs).items()}
    with serving(place, sides) as served:
        for version in sides:
            served[version].callers.drive(sides[version].wires(CALLERS))
        rates, cpu = many(sides, served, size.rounds, 3 * CALLERS)
        peaks = {version: function.peak_memory_mb() for version, function in served.items()}
    share = Middle.of([now / was for was, now in zip(rates[BEFORE], rates[NOW], strict=True)])
    report.row(
        "versions",
        name,
        *(f"{cpu[version] * 1000:.1f}" for version in sides),
        share.text(2),
        *(f"{starts[version] * 1000:,.0f}" for version in sides),
        *(f"{peaks[version]:.0f}" for version in sides),
    )
