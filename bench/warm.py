"""A function that is warm beside its twin and beside a callable that does nothing: latency, throughput, CPU, memory.

One call of each in turn with one caller, one slice of each in turn with 32; so what else the machine does at the
time meets all of them alike.
"""

from __future__ import annotations

import os
import sys
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from bench.arena import Arena, Recording, Wire, request_of, request_of_twin
from bench.calls import Day, Measured
from bench.items import Ids, Template
from bench.load import Caller, drive
from bench.served import ServedFunction
from bench.statistics import Middle, turns
from devkit.client import call_headers

CALLERS = 32
REAL, TWIN, NOTHING = "function", "twin", "nothing"
_SIDES = (REAL, TWIN, NOTHING)
_BARE = Path(__file__).parent / "bare"


@dataclass(frozen=True)
class Size:
    """How much is measured: calls of one caller, and rounds of slices of calls by 32."""

    calls: int = 50
    rounds: int = 3
    slice: int = 32
    warm_up: int = 20


@dataclass(frozen=True)
class Warm:
    """What a function, its twin and the callable that does nothing did; seconds, calls a second, MB.

    Attributes:
        difference: of each call to the twin's call beside it, in seconds.
        share: of the twin's throughput, slice by slice.
    """

    name: str
    latency: dict[str, Middle]
    difference: Middle
    throughput: dict[str, Middle]
    share: Middle
    cpu: dict[str, float]
    peak_mb: dict[str, float]
    errors: list[str]


def nothing(arena: Arena) -> ServedFunction:
    """The callable that does nothing; one is enough for all."""
    return ServedFunction("nothing", arena.env, arena.folder, source=_BARE / "nothing")


def measure(
    arena: Arena,
    function: Measured,
    recording: Recording,
    day: Day,
    template: Template,
    size: Size,
    idle: ServedFunction,
) -> Warm:
    """Measure one function on fresh items, beside its twin and ``nothing``."""
    items = iter(arena.items(template, 2 * (size.warm_up + size.calls + size.rounds * size.slice)))
    source = arena.write_twin(function, recording.warm, recording.ids[1], "warm")
    with ExitStack() as parts:
        served = {
            REAL: ServedFunction(function.name, arena.env, arena.folder, source=arena.deployed),
            TWIN: ServedFunction(function.name, arena.env, arena.folder, source=source),
            NOTHING: idle,
        }
        for side in (REAL, TWIN):
            parts.enter_context(served[side])

        def wires(side: str, count: int) -> list[Wire]:
            # Made just before they are sent: a QR code lives for a minute.
            return [
                wire_to(side, function, next(items, {}) if side != NOTHING else {}, template, day) for _ in range(count)
            ]

        for side in _SIDES:
            drive(served[side].port, wires(side, size.warm_up), CALLERS)
        latencies = _alone(served, wires, size)
        throughput: dict[str, list[float]] = defaultdict(list)
        cpu: dict[str, float] = defaultdict(float)
        for number in range(size.rounds):
            for side in turns(_SIDES, number):
                prepared, before = wires(side, size.slice), served[side].cpu_seconds()
                throughput[side].append(drive(served[side].port, prepared, CALLERS).per_second)
                cpu[side] += served[side].cpu_seconds() - before
        pairs = zip(latencies[REAL], latencies[TWIN], strict=True)
        shares = [real / twin for real, twin in zip(throughput[REAL], throughput[TWIN], strict=True)]
        return Warm(
            name=function.name,
            latency={side: Middle.of(latencies[side]) for side in _SIDES},
            difference=Middle.of([real - twin for real, twin in pairs]),
            throughput={side: Middle.of(throughput[side]) for side in _SIDES},
            share=Middle.of(shares),
            cpu={side: cpu[side] / (size.rounds * size.slice) for side in _SIDES},
            peak_mb={side: served[side].peak_memory_mb() for side in _SIDES},
            errors=served[REAL].errors_logged(),
        )


def _alone(served: dict[str, ServedFunction], wires: object, size: Size) -> dict[str, list[float]]:
    """One caller, one call of each in turn."""
    assert callable(wires)
    prepared: dict[str, Iterator[Wire]] = {side: iter(wires(side, size.calls)) for side in _SIDES}
    callers = {side: Caller(served[side].port) for side in _SIDES}
    latencies: dict[str, list[float]] = defaultdict(list)
    for number in range(size.calls):
        for side in turns(_SIDES, number):
            latencies[side].append(callers[side].send(next(prepared[side])))
    for caller in callers.values():
        caller.close()
    return latencies


def wire_to(side: str, function: Measured, ids: Ids, template: Template, day: Day) -> Wire:
    """The request to a side about the item of `ids`."""
    if side == NOTHING:
        return Wire(b'{"data": {}}', call_headers("buyer"))
    assert function.call is not None
    call = function.call(ids, template, day)
    return request_of(function, call) if side == REAL else request_of_twin(function, call, ids)


def machine() -> str:
    """What it was measured on."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "CPU"
    )
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    system = os.uname()
    python = ".".join(map(str, sys.version_info[:3]))
    return f"{os.cpu_count()} × {model}, {memory / 2**20:.0f} GiB, {system.sysname} {system.release}, Python {python}"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []
