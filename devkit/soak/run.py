"""Load and chaos together for a while, and what came of it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta

import httpx

from consultation.invariants import World
from devkit.client import CallableError
from devkit.soak.app import App
from devkit.soak.chaos import Chaos
from devkit.soak.gate import Gate
from devkit.soak.journey import ADMIN, Journey
from devkit.soak.rest import SCHEDULES, come_to_rest
from devkit.soak.tally import Tally
from devkit.stack import Stack

_PERK_CODES = 20
_PERK_USES = 100
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
    tally, gate, over = Tally(), Gate(), threading.Event()
    app = App(stack, tally, gate)
    perk_codes = _perk_codes(stack)
    numbers = itertools.count()

    def buy() -> None:
        Journey(app, stack, tally, seed, next(numbers), perk_codes).run()

    runs = itertools.count(1)

    def sweep() -> None:
        due = [*SCHEDULES, *(["reconcilePayments"] if next(runs) % _RECONCILED_EVERY == 0 else [])]
        for name in due:
            with gate.passing():
                _run_schedule(stack, tally, name)
        over.wait(_SCHEDULE_SECONDS)

    with ThreadPoolExecutor(clients + 1) as pool:
        threads = [pool.submit(_until, over, work) for work in [*[buy] * clients, sweep]]
        try:
            Chaos(stack, tally, gate, seed).run(seconds)
        finally:
            over.set()
            # Nothing must wait for a fault that nobody needs any more.
            stack.simulator.clear_faults()
    for thread in threads:
        thread.result()
    world, wrong = come_to_rest(stack, tally)
    return Soaked(seed, tally, world, wrong)


def _until(over: threading.Event, work: Callable[[], None]) -> None:
    while not over.is_set():
        work()


def _perk_codes(stack: Stack) -> list[str]:
    until = stack.now() + timedelta(days=365)
    campaign = {"count": _PERK_CODES, "max_redemptions": _PERK_USES, "valid_until": until.isoformat()}
    return list(stack.call("createTicketCodes", campaign, uid="admin", claims=ADMIN)["codes"])


def _run_schedule(stack: Stack, tally: Tally, name: str) -> None:
    """One run, which may be killed like anything else: the next one finds what it left."""
    try:
        stack.run_schedule(name)
        tally.add("schedule runs")
    except (CallableError, httpx.TransportError):
        tally.add("schedule runs cut short")
