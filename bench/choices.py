"""What was chosen for speed, each measured beside what it replaced, in one run.

"Before" is the same source with one line changed back, or another parameter. So the figures are of this version and not
of memories, and a choice that no longer pays shows.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench import cold
from bench.arena import Arena, Wire, request_of
from bench.calls import FUNCTIONS, Day, Measured
from bench.items import Template
from bench.load import Caller, drive
from bench.served import ServedFunction
from bench.statistics import Middle, turns
from bench.warm import CALLERS
from devkit.errors import DevkitError

BEFORE, NOW = "before", "now"
_SIDES = (BEFORE, NOW)


@dataclass(frozen=True)
class Choice:
    """What was chosen, where it shows, and how it is taken back.

    Attributes:
        name: as the page says it.
        line: file, what stands there now, and what stood there before; empty when only the environment differs.
        environment: of "before".
        stripe_seconds: how long Stripe takes for a request in this measurement.
    """

    name: str
    function: str
    measure: Callable[[Arena, Measured, Day, Template, Mapping[str, Start]], Pair]
    line: tuple[str, str, str] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stripe_seconds: float = 0.0


@dataclass(frozen=True)
class Start:
    """What to serve."""

    source: Path
    environment: Mapping[str, str]


@dataclass(frozen=True)
class Pair:
    """What was measured, its unit, and both figures; `more` when more is better."""

    what: str
    before: Middle
    now: Middle
    more: bool = False

    @property
    def gain(self) -> float:
        """How many times better."""
        ratio = self.now.median / self.before.median
        return ratio if self.more else 1 / ratio


def _cold(arena: Arena, function: Measured, day: Day, template: Template, starts: Mapping[str, Start]) -> Pair:
    seconds: dict[str, list[float]] = {side: [] for side in _SIDES}
    for number in range(7):
        order = turns(_SIDES, number)
        # Side by side, as `make bench` measures cold starts everywhere.
        wires = iter(_wires(arena, function, day, template, len(order)))
        pairs = [cold.Start(function.name, starts[side].source, next(wires)) for side in order]
        for side, taken in zip(order, cold.together(arena, pairs), strict=True):
            if number:
                seconds[side].append(taken * 1000)
    return Pair("cold start, ms", Middle.of(seconds[BEFORE]), Middle.of(seconds[NOW]))


def _alone(arena: Arena, function: Measured, day: Day, template: Template, starts: Mapping[str, Start]) -> Pair:
    calls = 60
    milliseconds: dict[str, list[float]] = {side: [] for side in _SIDES}
    with ExitStack() as parts:
        served = _served(arena, function, starts, parts)
        callers = {side: Caller(served[side].port) for side in _SIDES}
        for number in range(calls + 20):
            wires = iter(_wires(arena, function, day, template, len(_SIDES)))
            for side in turns(_SIDES, number):
                taken = callers[side].send(next(wires))
                if number >= 20:
                    milliseconds[side].append(taken * 1000)
        for caller in callers.values():
            caller.close()
    return Pair("one caller, ms", Middle.of(milliseconds[BEFORE]), Middle.of(milliseconds[NOW]))


def _many(arena: Arena, function: Measured, day: Day, template: Template, starts: Mapping[str, Start]) -> Pair:
    rates: dict[str, list[float]] = {side: [] for side in _SIDES}
    with ExitStack() as parts:
        served = _served(arena, function, starts, parts)
        for number in range(5):
            for side in turns(_SIDES, number):
                wires = _wires(arena, function, day, template, 3 * CALLERS)
                done = drive(served[side].port, wires, CALLERS)
                if number:
                    rates[side].append(done.per_second)
    return Pair(f"{CALLERS} callers, calls/s", Middle.of(rates[BEFORE]), Middle.of(rates[NOW]), more=True)


CHOICES = (
    Choice(
        "no garbage is looked for among what is being imported",
        "endConsultation",
        _cold,
        line=("main.py", "gc.disable()\n", ""),
    ),
    Choice(
        "an instance imports only its own function's module",
        "verifySecureQR",
        _cold,
        line=("main.py", "[_target] if _target else MODULES", "MODULES"),
    ),
    Choice(
        "what Stripe and Cloud Scheduler call loads nothing that only callables need (pydantic)",
        "stripeWebhook",
        _cold,
        line=(
            "consultation/case.py",
            "from common import store\n",
            "import common.callable\nfrom common import store\n",
        ),
    ),
    Choice(
        "a store's staff are kept for a minute",
        "verifySecureQR",
        _alone,
        line=("common/cached.py", "timedelta(seconds=60)", "timedelta(0)"),
    ),
    Choice(
        "seven documents are read in one trip",
        "awardPoints",
        _alone,
        line=(
            "common/store.py",
            "for snapshot in client().get_all(list(refs),",
            "for ref in refs for snapshot in client().get_all([ref],",
        ),
    ),
    Choice(
        "32 threads instead of functions-framework's 4 for a CPU, while Stripe takes 0.2 s",
        "confirmTicket",
        _many,
        environment={"THREADS": "4"},
        stripe_seconds=0.2,
    ),
)


def measure(arena: Arena) -> list[tuple[Choice, Pair]]:
    """Measure every choice."""
    return [(choice, _measure(arena, choice, arena.folder / f"before-{n}")) for n, choice in enumerate(CHOICES)]


def _measure(arena: Arena, choice: Choice, folder: Path) -> Pair:
    (function,) = (function for function in FUNCTIONS if function.name == choice.function)
    source = _taken_back(choice, arena.deployed, folder) if choice.line else arena.deployed
    starts = {BEFORE: Start(source, choice.environment), NOW: Start(arena.deployed, {})}
    day, template = arena.prepare(function)
    if choice.stripe_seconds:
        arena.simulator.fault("delay", method="GET", times=None, seconds=choice.stripe_seconds)
    try:
        return choice.measure(arena, function, day, template, starts)
    finally:
        arena.simulator.clear_faults()


def _taken_back(choice: Choice, deployed: Path, folder: Path) -> Path:
    """A copy of the source with the one line as it was."""
    assert choice.line is not None
    name, now, before = choice.line
    copy = shutil.copytree(deployed, folder)
    text = (copy / name).read_text(encoding="utf-8")
    if text.count(now) != 1:
        raise DevkitError(f"{name} does not say {now!r} once, so {choice.name!r} cannot be measured")
    (copy / name).write_text(text.replace(now, before), encoding="utf-8")
    return copy


def _served(
    arena: Arena, function: Measured, starts: Mapping[str, Start], parts: ExitStack
) -> dict[str, ServedFunction]:
    return {
        side: parts.enter_context(
            ServedFunction(
                function.name, {**arena.env, **starts[side].environment}, arena.folder, source=starts[side].source
            )
        )
        for side in _SIDES
    }


def _wires(arena: Arena, function: Measured, day: Day, template: Template, count: int) -> list[Wire]:
    assert function.call is not None
    return [request_of(function, function.call(ids, template, day)) for ids in arena.items(template, count)]
