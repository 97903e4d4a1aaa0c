"""Sides beside each other, each in a process of its own: cold starts, one caller, and 32 callers.

Whatever else the machine does meets all sides alike: they start together, or take turns call by call, slice by slice.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import NamedTuple

from bench.arena import Arena, Seen, Side
from bench.calls import Call
from bench.figures import Middle, in_turns, turns
from bench.pages import Report
from bench.served import CALLERS, JSON, ServedFunction, Wire
from bench.twin import HELLO, NOTHING
from devkit.client import call_headers
from devkit.logs import errors

# What counts as good enough. Judged are medians over pairs: the machine's speed changes from minute to minute.
MOST_COLD, MOST_EXTRA_SECONDS, LEAST_SHARE, MOST_MIB = 1.10, 0.0005, 0.9, 128
REAL, TWIN, IDLE = "function", "twin", "nothing"
Values = dict[str, list[float]]
Sides = Mapping[str, Side]
Served = Mapping[str, ServedFunction]


def cold(place: Arena, sides: Sides, rounds: int) -> Values:
    """Seconds from the start of a process to its first successful answer, all sides at the same time."""
    taken: Values = {name: [] for name in sides}
    for number in range(rounds):
        order = turns(list(sides), number)
        wires = [sides[name].wires(1)[0] for name in order]
        with ExitStack() as running, ThreadPoolExecutor() as pool:
            answers = []
            for name, wire in zip(order, wires, strict=True):
                served = place.serve(sides[name])
                running.callback(served.kill)
                answers.append(pool.submit(served.until_answered, partial(served.callers.send, wire)))
            for name, answer in zip(order, answers, strict=True):
                taken[name].append(answer.result())
    return taken


@contextmanager
def serving(place: Arena, sides: Sides) -> Iterator[dict[str, ServedFunction]]:
    """Serve every side until the block ends."""
    with ExitStack() as running:
        yield {name: running.enter_context(place.serve(side)) for name, side in sides.items()}


def alone(sides: Sides, served: Served, calls: int) -> Values:
    """Seconds of each call with one caller, one call of each side in turn."""
    wires = {name: iter(side.wires(calls)) for name, side in sides.items()}
    for one in served.values():
        one.callers.reconnect()
    return in_turns(list(sides), calls, lambda name: served[name].callers.send(next(wires[name])))


def many(sides: Sides, served: Served, rounds: int, calls: int) -> tuple[Values, Mapping[str, float]]:
    """Calls a second in each slice of `calls` by 32 callers, and processor seconds of a call."""
    slices = {name: iter([side.wires(calls) for _ in range(rounds)]) for name, side in sides.items()}
    before = {name: function.cpu_seconds() for name, function in served.items()}
    rates = in_turns(list(sides), rounds, lambda name: calls / served[name].callers.drive(next(slices[name])))
    used = {name: function.cpu_seconds() - before[name] for name, function in served.items()}
    return rates, {name: seconds / (len(rates[name]) * calls) for name, seconds in used.items()}


def paired(values: Values, pair: Callable[[float, float], float]) -> Middle:
    """What the function did beside its twin, turn by turn, whose median is judged."""
    return Middle.of([pair(mine, floor) for mine, floor in zip(values[REAL], values[TWIN], strict=True)])


class Size(NamedTuple):
    """How much is measured: cold pairs, calls of one caller, and rounds of one call of each of 32."""

    pairs: int = 10
    calls: int = 50
    rounds: int = 3


def measure_hello(report: Report, place: Arena, size: Size) -> None:
    """A cold start of a function that imports firebase_functions only, two at once as all are.

    It comes first, after one start that does not count: by then the machine has the libraries' files in memory.
    """
    side = Side("hello", place.source("hello", HELLO), lambda count: [Wire(b"{}", JSON)] * count)
    taken = cold(place, {"one": side, "other": side}, 1 + (size.pairs + 1) // 2)
    middle = Middle.of([*taken["one"][1:], *taken["other"][1:]])
    report.row("cold", "one that imports `firebase_functions` only", middle.text(0, 1000), "–", "–")


def measure_cold(report: Report, place: Arena, function: Call, seen: Seen, size: Size) -> None:
    """Start the function and its twin together, again and again."""
    taken = cold(place, _pair(place, function, seen, "cold"), size.pairs)
    ratio = paired(taken, operator.truediv)
    report.row("cold", function.name, *_texts(taken, 0, 1000), ratio.text(2))
    report.expect(ratio.median <= MOST_COLD, f"{function.name}: a cold start takes {ratio.median:.2f} × its twin's")


def measure_warm(report: Report, place: Arena, function: Call, seen: Seen, size: Size) -> float:
    """Measure the function beside its twin and the callable that does nothing; its processor seconds of a call."""
    name, empty = function.name, Wire(b'{"data": {}}', call_headers("buyer"))
    idle = Side("nothing", place.source(f"{function.name}-nothing", NOTHING), lambda count: [empty] * count)
    sides = {**_pair(place, function, seen, "warm"), IDLE: idle}
    with serving(place, sides) as served:
        for side in sides:
            served[side].callers.drive(sides[side].wires(CALLERS))
        latency = alone(sides, served, size.calls)
        rates, cpu = many(sides, served, size.rounds, CALLERS)
        peaks, logged = [one.peak_memory_mb() for one in served.values()], errors(served[REAL].file)
    more, share = paired(latency, operator.sub), paired(rates, operator.truediv)
    report.row("latency", name, *_texts(latency, 2, 1000), more.text(2, 1000))
    report.row("throughput", name, *_texts(rates, 0, 1), share.text(2))
    report.row("memory", name, *(f"{mb:.0f}" for mb in peaks), *(f"{cpu[side] * 1000:.1f}" for side in (REAL, TWIN)))
    report.expect(more.median <= MOST_EXTRA_SECONDS, f"{name}: {more.median * 1000:.2f} ms more than its twin")
    report.expect(share.median >= LEAST_SHARE, f"{name}: {share.median:.0%} of its twin's throughput")
    report.expect(peaks[0] < MOST_MIB, f"{name}: {peaks[0]:.0f} MiB")
    report.missed += [f"{name} logged an error: {error}" for error in logged[:5]]
    return cpu[REAL]


def _texts(values: Values, digits: int, factor: float) -> list[str]:
    return [Middle.of(found).text(digits, factor) for found in values.values()]


def _pair(place: Arena, function: Call, seen: Seen, label: str) -> dict[str, Side]:
    real = place.side(function.name)
    return {REAL: real, TWIN: real._replace(source=place.twin(function, seen, label))}
