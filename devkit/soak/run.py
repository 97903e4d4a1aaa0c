"""Load and disturbances together for a while; then everything is let come to rest, and all books must agree."""

import contextlib
import itertools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
from google.cloud import firestore

from checkout.origin import purchase_of
from checkout.purchase import CheckoutPurchase
from consultation.ticket import Ticket
from devkit.client import CallableError
from devkit.errors import DevkitError
from devkit.soak.disturbances import disturb
from devkit.soak.errand import Errand
from devkit.soak.phone import PhonePurchase
from devkit.soak.purchase import Purchase
from devkit.soak.shared import ADMIN, Soak, Tally
from devkit.stack import Stack
from devkit.workers import answers
from devkit.world import World, load_world, violations
from payments.disputes import costs_money

SCHEDULES = ("endOverdueSessions", "voidExpiredAuthorizations", "settleCheckouts")
_PHONES_AMONG = 3
_READY_SECONDS = 60.0
_DELIVERY_SECONDS = 120.0
_RUN_SECONDS = 300.0
_MOST_ROUNDS = 40
_MINUTE, _HOUR = 60.0, 3600.0
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


def soak(stack: Stack, *, seed: int, seconds: float, clients: int = 6, hands: bool = False) -> Soaked:
    """Let `clients` make purchase after purchase for `seconds` while `stack` is disturbed, then let it come to rest.

    With `hands` people also edit and delete documents, payments and accounts. What they break the reconciliation mends,
    so it may run before the books are looked at; without them it must not be needed.
    The stack must be fresh, and started by this thread. Raises DevkitError when it does not come to rest.
    """
    until = stack.now() + timedelta(days=365)
    campaign = {"count": _PERK_CODES, "max_redemptions": _PERK_USES, "valid_until": until.isoformat()}
    codes = stack.call("createTicketCodes", campaign, uid="admin", claims=ADMIN)["codes"]
    running, over = Soak(stack, seed, codes, hands), threading.Event()
    purchases, runs = itertools.count(), itertools.count(1)

    def buy() -> None:
        number = next(purchases)
        errand: Errand = (Purchase if number % _PHONES_AMONG else PhonePurchase)(running, number)
        errand.run()

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
    return Soaked(seed, running.tally, *come_to_rest(stack, running.tally, mend=hands))


def _run_schedule(running: Soak, name: str) -> None:
    """One run, which may be killed like anything else: the next one finds what it left."""
    try:
        with running.under_way:
            running.stack.run_schedule(name)
        running.tally.add("schedule runs")
    except (CallableError, httpx.TransportError):
        running.tally.add("schedule runs cut short")


def come_to_rest(stack: Stack, tally: Tally, *, mend: bool = False) -> tuple[World, list[str]]:
    """End all disturbance, deliver every event, let every deadline pass; the world then, and what is wrong in it.

    The invariants are checked while tickets of all kinds still wait, and again when every one has ended. The
    reconciliation comes last, so that it cannot hide what the rest left wrong, and first only to `mend` what hands did.
    Raises DevkitError when the stack does not come to rest.
    """
    stack.simulator.clear_faults()
    stack.simulator.webhooks("normal")
    for process in stack.processes:
        process.wait_ready(lambda: answers(stack.url), _READY_SECONDS)
    _deliver(stack)
    if mend:
        _run(stack, "reconcilePayments")
    _run_until_quiet(stack)
    waiting = _without_unknown(load_world(stack.db, stack.simulator, stack.now()))
    wrong = [f"before the last deadlines: {problem}" for problem in violations(waiting)]
    for seconds in (2 * _HOUR, 80 * _HOUR):
        stack.advance(seconds)
        _run_until_quiet(stack)
        _deliver(stack)
    world = load_world(stack.db, stack.simulator, stack.now())
    wrong += violations(world)
    wrong += [f"{ticket.id}: never ended, {ticket.state}" for ticket in _live(world)]
    wrong += [f"{purchase.id}: never ended, {purchase.state}" for purchase in _unfinished(world)]
    return world, [*wrong, *tally.broken_promises(world.consultation.payments), *_reconciled(stack)]


def _deliver(stack: Stack) -> None:
    stack.simulator.flush()
    if not stack.simulator.wait_idle(_DELIVERY_SECONDS):
        raise DevkitError("the webhook does not take its events")


def _run_until_quiet(stack: Stack) -> None:
    for _ in range(_MOST_ROUNDS):
        for name in SCHEDULES:
            _run(stack, name)
        due = firestore.FieldFilter("due_at", "<=", stack.now())
        if not any(stack.db.collection(name).where(filter=due).limit(1).get() for name in ("tickets", "purchases")):
            return
        stack.advance(_MINUTE)
    raise DevkitError("the schedules never come to an end")


def _without_unknown(world: World) -> World:
    """Without what Stripe made and never answered: its ticket or purchase learns of it when that is ended."""
    waiting = {ticket.id for ticket in _live(world) if not ticket.payment_intent_id}
    facts = world.consultation.intents
    known = {id_: fact for id_, fact in facts.items() if fact.origin.metadata.get("ticket_id") not in waiting}
    open_ = {each.id for each in world.checkout.purchases.values() if each.state.waits and not each.session_id}
    sessions = {id_: fact for id_, fact in world.checkout.sessions.items() if purchase_of(fact) not in open_}
    return replace(
        world,
        consultation=replace(world.consultation, intents=known),
        checkout=replace(world.checkout, sessions=sessions),
    )


def _live(world: World) -> list[Ticket]:
    return [ticket for ticket in world.consultation.tickets.values() if ticket.state.live]


def _unfinished(world: World) -> list[CheckoutPurchase]:
    """Purchases that wait for something; but what is disputed is refunded only when the bank has decided."""
    purchases = world.checkout.purchases.values()
    return [it for it in purchases if it.state.unfinished and not costs_money(it.doc.get("dispute_status"))]


def _reconciled(stack: Stack) -> list[str]:
    """What the reconciliation finds, which must be nothing."""
    since = firestore.FieldFilter("started_at", ">=", stack.now())
    reports = stack.db.collection("reconciliations").where(filter=since).limit(1)
    _run(stack, "reconcilePayments")
    until = time.monotonic() + _RUN_SECONDS
    while not (found := reports.get()):
        if time.monotonic() > until:
            return ["the reconciliation left no report"]
        time.sleep(0.2)
    report = found[0].to_dict() or {}
    failed = [f"the reconciliation failed on {report['failed']} items"] if report["failed"] else []
    return failed + [f"reconciliation: {difference}" for difference in [it["text"] for it in report["differences"]]]


def _run(stack: Stack, name: str) -> None:
    """Run a schedule; one that takes longer than a client waits goes on, and what it has not done yet is still due."""
    with contextlib.suppress(httpx.ReadTimeout):
        stack.run_schedule(name)
