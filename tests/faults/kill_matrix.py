"""The kill matrix: a scenario run once for each of its round trips, killed there, and what happens after that."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from devkit.emulator import Emulator
from tests.support.calls import reason_of
from tests.support.driver import Driver
from tests.support.round_trips import Moment, Point, RoundTrips

from .kill_scenario import KillScenario

Scenario = KillScenario[Any]

ORDERS = CLIENT_FIRST, STRIPE_FIRST, NOBODY_RETURNS = ("client first", "stripe first", "nobody returns")
"""Who comes first after the kill: the client that repeats its call, Stripe with all its events, or only the sweeps."""
MOMENTS: tuple[Moment, Moment] = ("before", "after")
FINAL = ("completed:", "cancelled:")
MOST_POINTS = 60


@dataclass(frozen=True)
class Kill:
    """One cell: the round trip at which the run is killed, and who comes first afterwards."""

    point: Point
    order: str

    @property
    def buyer(self) -> str:
        """The uid of the cell's own buyer or customer."""
        return f"{self.point}-{self.order[:6]}".replace(" ", "-")


@dataclass(frozen=True)
class Row:
    """What is printed for a scenario: its round trips, its kills, and how many of them left damage."""

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


def kills(calls: int, *, every_order: bool) -> list[Kill]:
    """Every cell.

    Without ``every_order`` the orders take turns, so that each round trip still meets two of them; and of a run that
    makes very many round trips some are met, evenly spread.
    """
    points = [Point(call, moment) for call in range(1, calls + 1) for moment in MOMENTS]
    if every_order:
        return [Kill(point, order) for point in points for order in ORDERS]
    points = points[:: 1 + len(points) // MOST_POINTS]
    return [Kill(point, ORDERS[(point.call + number) % 3]) for number, point in enumerate(points)]


def groups(scenario: Scenario, cells: list[Kill]) -> Iterator[list[Kill]]:
    """The cells that can be run among the same documents, because each is another buyer's."""
    if scenario.alone:
        yield from ([cell] for cell in cells)
        return
    for order in ORDERS:
        if shared := [cell for cell in cells if cell.order == order]:
            yield shared


@dataclass
class KillMatrix:
    """Runs scenarios, each from seeded documents on."""

    driver: Driver
    trips: RoundTrips
    emulator: Emulator

    def dry_run(self, scenario: Scenario) -> list[str]:
        """The round trips of a run that nothing disturbs."""
        self.driver.start_over(self.emulator)
        subject = scenario.before(self.driver, "dry")
        self.driver.advance(scenario.wait)
        with self.trips.watching() as calls:
            answered = reason_of(lambda: scenario.act(self.driver, subject))
        assert answered in ("ok", *scenario.late)
        assert self._left(["dry"])["dry"] == scenario.end, "the undisturbed end"
        return list(calls)

    def run(self, scenario: Scenario, cells: list[Kill]) -> list[str]:
        """Kill each cell's run, let everything recover, and say all that is wrong then."""
        self.driver.start_over(self.emulator)
        subjects = {cell: scenario.before(self.driver, cell.buyer) for cell in cells}
        self.driver.advance(scenario.wait)
        for cell, subject in subjects.items():
            with self.trips.killed(cell.point):
                scenario.act(self.driver, subject)
            self.driver.simulator.clear_faults()
        order = cells[0].order
        wrong = self._recover(scenario, subjects, order)
        right = {scenario.end} if order != NOBODY_RETURNS else {scenario.end, *scenario.unseen}
        for buyer, end in self._left([cell.buyer for cell in cells]).items():
            if end not in right:
                wrong.append(f"{buyer}: {end!r} is left")
        wrong += self.driver.problems()
        if not self._unfinished():
            return wrong
        self.driver.days_pass()
        return wrong + [f"days later: {problem}" for problem in [*self.driver.problems(), *self._unfinished()]]

    def _recover(self, scenario: Scenario, subjects: dict[Kill, Any], order: str) -> list[str]:
        """What follows a kill, in this order; gives the repeated calls that were refused though they should not be."""
        wrong = []
        if order != CLIENT_FIRST:
            self.driver.deliver_all()
        if order != NOBODY_RETURNS:
            for cell, subject in subjects.items():
                answered = reason_of(functools.partial(scenario.act, self.driver, subject))
                if answered not in ("ok", *scenario.late):
                    wrong.append(f"{cell.buyer}: the repeated call is refused with {answered}")
        if order == CLIENT_FIRST:
            self.driver.deliver_all()
        if order == NOBODY_RETURNS:
            self.driver.advance(scenario.forgotten)
        self.driver.minutes_pass()
        self.driver.deliver_news(seed=1)
        return wrong

    def _left(self, buyers: list[str]) -> dict[str, str]:
        """What is left of each buyer and of those set up beside them, who have a number after the buyer's name."""
        ends: dict[str, list[str]] = {buyer: [] for buyer in buyers}
        driver = self.driver
        admitted = {name: left for name, left in driver.admission_outcomes().items() if name.partition(".")[0] in ends}
        for outcomes in (driver.outcomes(), driver.point_outcomes(), driver.checkout_outcomes(), admitted):
            for buyer, left in outcomes.items():
                ends[buyer.partition(".")[0]] += left
        return {buyer: " ".join(sorted(left)) for buyer, left in ends.items()}

    def _unfinished(self) -> list[str]:
        """Tickets and payments that are not at their end, which nothing may be for ever."""
        outcomes = self.driver.outcomes().items()
        return [f"{buyer}: {end}" for buyer, left in outcomes for end in left if not end.startswith(FINAL)]
