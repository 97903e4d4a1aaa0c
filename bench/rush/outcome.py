"""One rush, run to its end, and what it comes to."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from bench import prices
from bench.rush.buyer import visit
from bench.rush.clock import Process
from bench.rush.parameters import Rush
from bench.rush.world import World


@dataclass(frozen=True)
class Outcome:
    """What a rush came to. Times in seconds."""

    orders_paid: int
    places_sold: int
    hold: tuple[float, float, float]
    """The median, and what one in 20 and one in 100 exceed, from calling purchaseTicket until the places are held."""
    sold_out: tuple[float, float, float]
    """Likewise until SOLD_OUT is answered."""
    payable: tuple[float, float, float]
    """Likewise from the hold until there is something to pay."""
    held_by: float
    """When 19 of 20 orders had their places."""
    paid_by: float
    """When 19 of 20 orders were paid."""
    most_holds_a_second: float
    most_paid_a_second: float
    conflicts_an_order: float
    hottest_writes_a_second: float
    most_operations_a_second: float
    reads: int
    writes: int
    asked_of_stripe: int
    refused_by_stripe: int
    instances: int
    refused_calls: int
    turned_away: int
    never_payable: int
    voided: int
    usd: float
    faults: dict[str, int]
    timeline: list[tuple[float, float]]
    """Holds and payments a second, minute by minute."""


def run(rush: Rush) -> Outcome:
    """Let all buyers come and go."""
    world = World(rush)
    world.clock.start(_arrive(world))
    collecting = gc.isenabled()
    gc.disable()  # it would go through a hundred thousand waiting buyers again and again
    try:
        world.clock.run()
    finally:
        if collecting:
            gc.enable()
    return _outcome(world)


def _arrive(world: World) -> Process[None]:
    """One after the other, so that the clock has only those to look after who are there."""
    for at in sorted(world.clock.random.expovariate(1 / world.rush.arrive_seconds) for _ in range(world.rush.buyers)):
        yield at - world.clock.now
        world.clock.start(visit(world))


def _outcome(world: World) -> Outcome:
    tally, db, stripe = world.tally, world.db, world.stripe
    return Outcome(
        orders_paid=len(tally.paid_at),
        places_sold=tally.places_sold,
        hold=_percentiles(tally.holds),
        sold_out=_percentiles(tally.sold_out),
        payable=_percentiles(tally.payable_after),
        held_by=_percentiles(tally.held_at)[1],
        paid_by=_percentiles(tally.paid_at)[1],
        most_holds_a_second=_most_a_second(tally.held_at),
        most_paid_a_second=_most_a_second(tally.paid_at),
        conflicts_an_order=(db.lost + db.aborted) / max(1, len(tally.holds)),
        hottest_writes_a_second=db.hottest_writes_a_second,
        most_operations_a_second=db.most_operations,
        reads=db.reads,
        writes=db.writes,
        asked_of_stripe=stripe.asked.total(),
        refused_by_stripe=stripe.refused.total(),
        instances=sum(service.instances for service in world.services),
        refused_calls=sum(service.refused for service in world.services),
        turned_away=tally.turned_away,
        never_payable=tally.never_payable,
        voided=tally.voided,
        usd=_usd(world),
        faults=world.inventory.faults(),
        timeline=_timeline(tally.held_at, tally.paid_at),
    )


def _percentiles(values: Sequence[float]) -> tuple[float, float, float]:
    ordered = sorted(values) or [0.0]
    median, p95, p99 = (ordered[int(len(ordered) * share)] for share in (0.50, 0.95, 0.99))
    return median, p95, p99


def _most_a_second(times: Sequence[float], window: int = 10) -> float:
    return max(Counter(int(time / window) for time in times).values(), default=0) / window


def _timeline(held_at: Sequence[float], paid_at: Sequence[float], minutes: int = 15) -> list[tuple[float, float]]:
    held, paid = (Counter(int(time / 60) for time in times) for times in (held_at, paid_at))
    return [(held[minute] / 60, paid[minute] / 60) for minute in range(minutes)]


def _usd(world: World) -> float:
    """Firestore and the instances, at list prices; Stripe's share is another matter."""
    calls = sum(service.calls for service in world.services)
    busy = sum(service.busy_seconds for service in world.services)
    return (
        world.db.reads * prices.FIRESTORE_READ
        + world.db.writes * prices.FIRESTORE_WRITE
        + calls * prices.REQUEST
        + busy * (prices.VCPUS * prices.CPU_SECOND + prices.MEMORY_GIB * prices.GIB_SECOND)
    )
