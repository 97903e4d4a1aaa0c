"""Functions beside their peers: what a team would type in for Node, served in the same way.

Same emulator, same simulator, same tokens, and items that the same calls have led to the same step. Both sides take
turns, call by call and slice by slice. A call that is refused counts as refused, and for nothing else.
"""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from bench.arena import Arena
from bench.calls import BY_NAME
from bench.figures import Middle, in_turns, turns
from bench.pages import Report
from bench.peer_calls import ServedPeer, peer_wires
from bench.served import CALLERS, Callers, ServedProcess, Wire
from bench.tap import tap
from bench.wire import STRIPE, Request, Usage, usage
from devkit.client import call_result
from devkit.errors import DevkitError

LEAST, LEAST_OF = 1.0, {"verifySecureQR": 1.3, "createPaymentIntent": 1.3}
"""How many times as fast as its peer a function is, with one caller and with many: the median of the pairs."""
MOST_LOAD = 1.0
"""More that runs on the machine, on average over a minute, and the figures are not worth keeping."""
MINE, ITS = "function", "peer"
# Said alike by both. The rest of an answer is ids and times.
_ALIKE = ("valid", "type", "success", "used")


class Size(NamedTuple):
    """How much is measured: calls of one caller, and rounds of a slice of so many calls by 32 callers."""

    calls: int = 60
    rounds: int = 8
    slice: int = 3 * CALLERS


QUICK = Size(10, 3, CALLERS)
# Slices that do not count: Node compiles what it runs often, and needs a few hundred calls to find out.
_WARM_UP = 3


def idle() -> bool:
    """Whether nothing else runs; says so if not.

    What else runs makes Node's one busy thread wait its turn, and many threads of Python get more turns together.
    """
    if (load := os.getloadavg()[0]) > MOST_LOAD:
        print(f"the machine is busy (load {load:.1f}): these figures will not be written", file=sys.stderr, flush=True)
    return load <= MOST_LOAD


class Measured:
    """A side that is served, and what makes so many calls of it, each about an item of its own.

    Attributes:
        refused: the answers to calls that did not succeed.
    """

    def __init__(self, served: ServedProcess, wires: Callable[[int], list[Wire]]) -> None:
        self.served, self.wires = served, wires
        self.refused: list[str] = []

    def connect(self) -> None:
        """Let new callers call: the server may be about to close connections that nobody has used for seconds."""
        self.served.callers.close()
        self.served.callers = Callers(int(self.served.callers.port or 0))

    def call(self, wire: Wire) -> float:
        """The seconds of one call; NaN when it was refused."""
        try:
            return self.served.callers.send(wire)
        except DevkitError as error:
            self.refused.append(str(error))
            return math.nan

    def rate(self, wires: Sequence[Wire]) -> float:
        """The calls a second that succeeded, of `wires` by many callers."""
        before = len(self.refused)
        seconds = self.served.callers.drive(wires, self.call)
        return (len(wires) - len(self.refused) + before) / seconds


def measure(report: Report, place: Arena, name: str, size: Size) -> None:
    """Say what the function and its peer do in a call, and measure them."""
    mine, its = usage(place.record(BY_NAME[name])[1].requests), _peer_usage(place, name)
    counted = ("trips", "reads", "writes", "stripe_calls")
    report.row("peer-calls", name, *(f"{getattr(mine, what)} / {getattr(its, what)}" for what in counted))
    real = place.side(name)
    with place.serve(real) as function, ServedPeer(place, name, place.emulator.host) as peer:
        sides = {
            MINE: Measured(function, real.wires),
            ITS: Measured(peer, lambda count: peer_wires(place, name, count)),
        }
        _many(place, sides, size._replace(rounds=_WARM_UP))
        for side in sides.values():
            side.refused.clear()
        seconds = _alone(place, sides, size.calls)
        rates, cpu = _many(place, sides, size)
    report_sides(report, name, sides, seconds, rates, cpu)


def _peer_usage(place: Arena, name: str) -> Usage:
    """What the peer uses in a warm call; raises DevkitError if it does not answer as the function does."""
    with tap(place.emulator.host) as relay, ServedPeer(place, name, relay.host) as peer:
        first, wire = peer_wires(place, name, 2)
        peer.callers.send(first)
        relay.requests.clear()
        before = len(place.simulator.requests())
        answer = peer.callers.request("POST", "/", wire.body, headers=wire.headers)
        asked = [Request(STRIPE, request) for request in place.simulator.requests()[before:]]
        used = usage([*relay.requests, *asked])
    (own,) = place.side(name).wires(1)
    expected = place.api.post(name, own.body, own.headers)
    check_alike(
        name,
        call_result(answer.status, answer.data.decode()),
        call_result(expected.status_code, expected.get_data(as_text=True)),
    )
    return used


def check_alike(name: str, answer: Mapping[str, Any], expected: Mapping[str, Any]) -> None:
    """Raise DevkitError if the peer says what the function does not say, or says otherwise."""
    unknown = answer.keys() - expected.keys()
    other = {field for field in answer.keys() & set(_ALIKE) if answer[field] != expected.get(field)}
    if unknown or other:
        raise DevkitError(f"the peer of {name} answers otherwise: {', '.join(sorted(unknown | other))}")


def _prepare(place: Arena, sides: Mapping[str, Measured], calls: int) -> dict[str, list[Wire]]:
    """Calls of each side, just before they are made: a code lives for a minute.

    Nothing else is left in the emulator, which, unlike Firestore, looks through all of a collection for a query.
    """
    place.reset()
    wires = {name: side.wires(calls) for name, side in sides.items()}
    for side in sides.values():
        side.connect()
    return wires


def _alone(place: Arena, sides: Mapping[str, Measured], calls: int) -> dict[str, list[float]]:
    """Seconds of each call with one caller, one call of each side in turn."""
    wires = {name: iter(made) for name, made in _prepare(place, sides, calls).items()}
    return in_turns(list(sides), calls, lambda name: sides[name].call(next(wires[name])))


def _many(place: Arena, sides: Mapping[str, Measured], size: Size) -> tuple[dict[str, list[float]], list[float]]:
    """Calls a second in each slice by 32 callers, and processor seconds of a call."""
    rates: dict[str, list[float]] = {name: [] for name in sides}
    before = [side.served.cpu_seconds() for side in sides.values()]
    for number in range(size.rounds):
        wires = _prepare(place, sides, size.slice)
        for name in turns(list(sides), number):
            rates[name].append(sides[name].rate(wires[name]))
    after = [side.served.cpu_seconds() for side in sides.values()]
    return rates, [(end - start) / (size.rounds * size.slice) for start, end in zip(before, after, strict=True)]


def report_sides(
    report: Report,
    name: str,
    sides: Mapping[str, Measured],
    seconds: Mapping[str, list[float]],
    rates: Mapping[str, list[float]],
    cpu: Sequence[float],
) -> None:
    """The rows of both tables, and what is missed. A peer that never answered sets no target."""
    alone, many = times_as_fast(seconds[ITS], seconds[MINE]), times_as_fast(rates[MINE], rates[ITS])
    refused = [f"{len(side.refused):,}" for side in sides.values()]
    report.row("peer-alone", name, *(_text(seconds[side], 2, 1000) for side in sides), _text(alone, 2))
    used = [f"{each * 1000:.1f}" for each in cpu]
    report.row("peer-many", name, *(_text(rates[side], 0) for side in sides), _text(many, 2), *used, *refused)
    least = LEAST_OF.get(name, LEAST)
    for ratios, callers in ((alone, "one caller"), (many, f"{CALLERS} callers")):
        if len(ratios) > 1 and (ratio := Middle.of(ratios).median) < least:
            report.expect(False, f"{name}: {ratio:.2f} × as fast as its peer with {callers}, at least {least}")
    report.expect(not sides[MINE].refused, f"{name}: {refused[0]} calls were refused")
    for side, found in sides.items():
        if found.refused:
            print(f"{name}: the {side} refused {len(found.refused)}: {found.refused[0]}", file=sys.stderr, flush=True)


def _text(values: Sequence[float], digits: int, factor: float = 1) -> str:
    """The median of those that are numbers above zero: what never succeeded has none."""
    found = [value for value in values if value > 0]
    return Middle.of(found).text(digits, factor) if len(found) > 1 else "–"


def times_as_fast(more: Sequence[float], less: Sequence[float]) -> list[float]:
    """`more` by `less`, pair by pair, where both sides succeeded."""
    return [one / other for one, other in zip(more, less, strict=True) if one > 0 and other > 0]
