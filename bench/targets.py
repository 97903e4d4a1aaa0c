"""What counts as good enough, and what falls short of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.cold import Cold
from bench.parts import Part
from bench.warm import REAL, TWIN, Warm

MOST_COLD = 1.10
MOST_EXTRA_SECONDS = 0.0005
LEAST_SHARE = 0.9
MOST_MIB = 128


def missed(colds: Sequence[Cold], warms: Sequence[Warm], parts: Sequence[Part]) -> Iterator[str]:
    """One line for each figure that misses its target."""
    for part in parts:
        if part.most is not None and part.seconds.median > part.most:
            yield f"{part.name}: {part.seconds.median * 1e6:.0f} µs"
    for cold in colds:
        if cold.of_medians > MOST_COLD:
            yield f"{cold.name}: a cold start takes {cold.of_medians:.2f} × its twin's"
    for one in warms:
        extra = one.latency[REAL].median - one.latency[TWIN].median
        if extra > MOST_EXTRA_SECONDS:
            yield f"{one.name}: a call takes {extra * 1000:.2f} ms more than its twin's"
        share = one.throughput[REAL].median / one.throughput[TWIN].median
        if share < LEAST_SHARE:
            yield f"{one.name}: {share:.0%} of its twin's throughput"
        if one.peak_mb[REAL] >= MOST_MIB:
            yield f"{one.name}: {one.peak_mb[REAL]:.0f} MiB"
        for error in one.errors[:5]:
            yield f"{one.name} logged an error: {error}"
