"""What counts as good enough, and what falls short of it.

Judged is the median over pairs, what one did beside the other at the same moment: the machine's speed changes from
minute to minute, and the difference of two medians shows that too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bench.cold import Cold
from bench.parts import Part
from bench.warm import REAL, Warm

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
        if cold.ratio.median > MOST_COLD:
            yield f"{cold.name}: a cold start takes {cold.ratio.median:.2f} × its twin's"
    for one in warms:
        if one.difference.median > MOST_EXTRA_SECONDS:
            yield f"{one.name}: a call takes {one.difference.median * 1000:.2f} ms more than its twin's"
        if one.share.median < LEAST_SHARE:
            yield f"{one.name}: {one.share.median:.0%} of its twin's throughput"
        if one.peak_mb[REAL] >= MOST_MIB:
            yield f"{one.name}: {one.peak_mb[REAL]:.0f} MiB"
        for error in one.errors[:5]:
            yield f"{one.name} logged an error: {error}"
