"""Cold start: from the start of a process to its first successful answer, a function beside its twin.

The two of a pair start at the same moment, in turns one or the other first, and share the machine until both have
answered: whatever slows the one down slows the other. So twenty functions can be measured in minutes.
"""

from __future__ import annotations

import contextlib
import http.client
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from bench.arena import SCHEDULE, Arena, Recording, Wire, request_of, request_of_twin
from bench.calls import Day, Measured
from bench.items import Template
from bench.load import Caller
from bench.served import ServedFunction
from bench.statistics import Middle, turns
from devkit.errors import DevkitError

PAIRS = 10
_HELLO = Path(__file__).parent / "bare" / "hello"
_LIMIT_SECONDS = 60.0
_POLL_SECONDS = 0.002


@dataclass(frozen=True)
class Cold:
    """Seconds until the first answer of a function and of its twin, and their ratio pair by pair, which is judged."""

    name: str
    function: Middle
    twin: Middle
    ratio: Middle


@dataclass(frozen=True)
class Start:
    """What to start, and its first request."""

    name: str
    source: Path
    wire: Wire


def measure(
    arena: Arena, function: Measured, recording: Recording, day: Day, template: Template, pairs: int = PAIRS
) -> Cold:
    """Start the function and its twin `pairs` times."""
    source = arena.write_twin(function, recording.cold, recording.ids[0], "cold")
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for number in range(pairs):
        real, bare = _starts(arena, function, day, template, source)
        order = turns([(True, real), (False, bare)], number)
        for (is_real, _), taken in zip(order, together(arena, [start for _, start in order]), strict=True):
            seconds[is_real].append(taken)
    ratios = [mine / floor for mine, floor in zip(seconds[True], seconds[False], strict=True)]
    return Cold(function.name, Middle.of(seconds[True]), Middle.of(seconds[False]), Middle.of(ratios))


def hello(arena: Arena, pairs: int = PAIRS) -> Middle:
    """The same of a function that imports firebase_functions only, two at once as above.

    It comes first, after one start that does not count: by then the machine has the libraries' files in memory.
    """
    start = Start("hello", _HELLO, Wire(b"{}", {"Content-Type": "application/json"}))
    together(arena, [start, start])
    return Middle.of([taken for _ in range((pairs + 1) // 2) for taken in together(arena, [start, start])])


def together(arena: Arena, starts: list[Start]) -> list[float]:
    """Start all of them at once; the seconds until each one's first answer. Raises DevkitError for a failure."""
    taken: list[float] = [0.0] * len(starts)
    failures: list[Exception] = []

    def run(place: int, start: Start, began: float, served: ServedFunction) -> None:
        try:
            _first_answer(served, start.wire)
            taken[place] = time.perf_counter() - began
        except Exception as error:  # noqa: BLE001 (told by the thread that waits)
            failures.append(error)

    threads, running = [], []
    try:
        for place, start in enumerate(starts):
            began = time.perf_counter()
            served = ServedFunction(start.name, arena.env, arena.folder, source=start.source, wait=False)
            running.append(served)
            threads.append(threading.Thread(target=run, args=(place, start, began, served)))
            threads[-1].start()
        for thread in threads:
            thread.join()
    finally:
        for served in running:
            served.kill()
    if failures:
        raise DevkitError(f"a cold start failed: {failures[0]!r}") from failures[0]
    return taken


def _first_answer(served: ServedFunction, wire: Wire) -> None:
    """Connect as soon as it listens, which is before it can answer, and wait."""
    limit = time.monotonic() + _LIMIT_SECONDS
    with contextlib.closing(Caller(served.port)) as caller:
        while not caller.connects():
            served.check()
            if time.monotonic() > limit:
                raise DevkitError(f"{served.url} does not listen")
            time.sleep(_POLL_SECONDS)
        try:
            caller.send(wire)
        except (DevkitError, OSError, http.client.HTTPException) as error:
            raise DevkitError(f"{error!r}\n{served.log.read_text(errors='replace')[-2000:]}") from error


def _starts(arena: Arena, function: Measured, day: Day, template: Template, source: Path) -> tuple[Start, Start]:
    if function.call is None:
        return Start(function.name, arena.deployed, SCHEDULE), Start(function.name, source, SCHEDULE)
    mine, its = arena.items(template, 2)
    real = request_of(function, function.call(mine, template, day))
    bare = request_of_twin(function, function.call(its, template, day), its)
    return Start(function.name, arena.deployed, real), Start(function.name, source, bare)
