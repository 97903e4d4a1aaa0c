"""The kill matrix: a scenario run once for each of its round trips, killed there, and what the world does then."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.round_trips import Moment, Point, RoundTrips

from . import visits
from .scenario import Scenario
from .scene import Sale, Scene, reason

ORDERS = ("client first", "stripe first", "nobody returns")
"""Who comes first after the kill: the client that repeats its call, Stripe with all its events, or only the sweeps."""
MOMENTS: tuple[Moment, Moment] = ("before", "after")


@dataclass(frozen=True)
class Kill:
    """One cell: the round trip at which the run is killed, and who comes first afterwards."""

    point: Point
    order: str

    @property
    def buyer(self) -> str:
        return f"{self.point}-{self.order[:6]}".replace(" ", "-")


@dataclass(frozen=True)
class Row:
    """What the matrix prints for a scenario: its round trips, its kills, and how many of them left damage."""

    scenario: Scenario
    calls: tuple[str, ...]
    kills: int
    damage: int

    def __str__(self) -> str:
        asked = Counter(call.partition(" ")[0] for call in self.calls)
        return (
            f"{self.scenario.function:28}{self.scenario.name:20}{asked['firestore']:10}{asked['stripe']:8}"
            f"{self.kills:7}{self.kills - self.damage:11}{self.damage:8}"
        )


HEADER = f"{'function':28}{'scenario':20}{'firestore':>10}{'stripe':>8}{'kills':>7}{'recovered':>11}{'damage':>8}"


def dry_run(scene: Scene, wire: RoundTrips, scenario: Scenario) -> list[str]:
    """The round trips of a run that nothing disturbs."""
    scene.renew()
    sale = scenario.before(scene, "dry")
    scene.travel.advance(scenario.wait)
    with wire.watching() as calls:
        answered = reason(lambda: scenario.act(scene, sale))
    assert answered in ("ok", *scenario.late)
    assert _left(scene, [_root(sale)])[_root(sale)] == scenario.end, "the undisturbed end"
    return list(calls)


def kills(calls: int, *, every_order: bool) -> list[Kill]:
    """Every cell. Without ``every_order`` the orders take turns, so that each round trip still meets two of them."""
    points = [Point(call, moment) for call in range(1, calls + 1) for moment in MOMENTS]
    if every_order:
        return [Kill(point, order) for point in points for order in ORDERS]
    return [Kill(point, ORDERS[(point.call + number) % 3]) for number, point in enumerate(points)]


def groups(scenario: Scenario, cells: list[Kill]) -> Iterator[list[Kill]]:
    """The cells that can share a world, because each is another buyer's."""
    if scenario.alone:
        yield from ([cell] for cell in cells)
        return
    for order in ORDERS:
        if shared := [cell for cell in cells if cell.order == order]:
            yield shared


def play(scene: Scene, wire: RoundTrips, scenario: Scenario, cells: list[Kill]) -> list[str]:
    """Kill each cell's run, let the world recover, and say everything that is wrong then."""
    scene.renew()
    sales = {cell: scenario.before(scene, cell.buyer) for cell in cells}
    scene.travel.advance(scenario.wait)
    for cell, sale in sales.items():
        with wire.killed(cell.point):
            scenario.act(scene, sale)
        scene.simulator.clear_faults()
    order = cells[0].order
    wrong = _world_goes_on(scene, scenario, sales, order)
    right = {scenario.end} if order != ORDERS[2] else {scenario.end, *scenario.unseen}
    for buyer, end in _left(scene, [_root(sale) for sale in sales.values()]).items():
        if end not in right:
            wrong.append(f"{buyer}: {end!r} is left")
    wrong += scene.problems()
    if not _waiting(scene):
        return wrong
    scene.days_pass()
    return wrong + [f"days later: {problem}" for problem in [*scene.problems(), *_waiting(scene)]]


def _world_goes_on(scene: Scene, scenario: Scenario, sales: dict[Kill, Sale], order: str) -> list[str]:
    wrong = []
    if order != ORDERS[0]:
        scene.deliver_all()
    if order != ORDERS[2]:
        for sale in sales.values():
            answered = reason(functools.partial(scenario.act, scene, sale))
            if answered not in ("ok", *scenario.late):
                wrong.append(f"{sale.buyer}: the repeated call is refused with {answered}")
    if order == ORDERS[0]:
        scene.deliver_all()
    if order == ORDERS[2]:
        scene.travel.advance(scenario.forgotten)
    scene.minutes_pass()
    scene.deliver_news(seed=1)
    return wrong


def _root(sale: Sale) -> str:
    """The buyer of a cell; those beside it have a number after its name."""
    return sale.buyer.partition(".")[0]


def _left(scene: Scene, buyers: list[str]) -> dict[str, str]:
    """What is left of each buyer and of those beside them."""
    ends: dict[str, list[str]] = {buyer: [] for buyer in buyers}
    for found in (scene.ends(), visits.ends(scene)):
        for buyer, left in found.items():
            ends[buyer.partition(".")[0]] += left
    return {buyer: " ".join(sorted(left)) for buyer, left in ends.items()}


def _waiting(scene: Scene) -> list[str]:
    """Tickets and payments that are not at their end, which nothing may be for ever."""
    final = ("completed:", "cancelled:")
    return [f"{buyer}: {end}" for buyer, left in scene.ends().items() for end in left if not end.startswith(final)]
