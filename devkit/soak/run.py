"""Load and disturbances together for a while, and what came of it."""

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import httpx

from devkit.client import CallableError
from devkit.soak.disturbances import disturb
from devkit.soak.purchase import Purchase
from devkit.soak.rest import SCHEDULES, come_to_rest
from devkit.soak.shared import ADMIN, Soak, Tally
from devkit.stack import Stack
from devkit.world import World

_PERK_CODES, _PERK_USES = 20, 100
_SCHEDULE_SECONDS = 1.5
_RECONCILED_EVERY = 20


@dataclass(frozen=True)
class Soaked:
    """A soak that has come to rest: what happened, the world then, and every line that says what is wrong in it."""

    seed: int
    tally: Tally
    world: World
    wrong: list[str]


def soak(stack: Stack, *, seed: int, seconds: float, clients: int = 6) -> Soaked:
    """Let `clients` make purchase after purchase for `seconds` while `stack` is disturbed, then let it come to rest.

    The stack must be fresh, and started by this thread. Raises DevkitError when it does not come to rest.
    """
    until = stack.now() + timedelta(days=365)
    campaign = {"count": _PERK_CODES, "max_redemptions": _PERK_USES, "valid_until": until.isoformat()}
    codes = stack.call("createTicketCodes", campaign, uid="admin", claims=ADMIN)["codes"]
    running, over = Soak(stack, seed, codes), threading.Event()
    purchases, runs = itertools.count(), itertools.count(1)

    def buy() -> None:
        Purchase(running, next(purchases)).run()

    def sweep() -> None:
        for name in [*SCHEDULES, *(["reconcilePayments"] if next(runs) % _RECONCILED_EVERY == 0 else [])]:
            _run_schedule(running, name)
        over.wait(_SCHEDULE_SECONDS)

    def until_over(work: Callable[[], None]) -> None:
        while not over.is_set():
            work()

    with ThreadPoolExecutor(clients + 1) as pool:
        threads = [pool.submit(until_over, work) for work in [*[buy] * clients, sweep]]
        try:
            disturb(running, seconds)
        finally:
            over.set()
            # Nothing must wait for a fault that nobody needs any more.
            stack.simulator.clear_faults()
    for thread in threads:
        thread.result()
    return Soaked(seed, running.tally, *come_to_rest(stack, running.tally))


def _run_schedule(running: Soak, name: str) -> None:
    """One run, which may be killed like anything else: the next one finds what it left."""
    try:
        with running.under_way:
            running.stack.run_schedule(name)
        running.tally.add("schedule runs")
    except (CallableError, httpx.TransportError):
        running.tally.add("schedule runs cut short")
