"""The contenders for one ticket, and what must be true of every race between two of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from consultation.invariants import World, violations
from devkit import local
from devkit.client import CallableError
from devkit.stripe_sim.errors import ApiError
from devkit.world import load_world
from tests.integration.shop import Deal, Shop
from tests.integration.stripe_events import deliver
from tests.support.concurrency import at_once

_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta())
"""How far the clock of the machine that this context stands for is ahead."""

Contender = Callable[[Shop, Deal], Any]
Answers = tuple[Any, Any]


def skewed(source: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that is not quite the same on all machines."""
    return lambda: source() + _ahead.get()


def sweep(shop: Shop, _: Deal) -> None:
    """Both schedules, on a machine that has just reached the deadline which the callers' machines have not."""
    _ahead.set(timedelta(seconds=2))
    shop.sweep_holds()
    shop.sweep_sessions()


def at_the_dashboard(act: Callable[[Shop, Deal], Any]) -> Contender:
    """What a person does in Stripe's dashboard; Stripe itself refuses what comes too late."""

    def contend(shop: Shop, deal: Deal) -> None:
        try:
            act(shop, deal)
        except ApiError as error:
            if error.code != "payment_intent_unexpected_state":
                raise

    return contend


CONTENDERS: dict[str, Contender] = {
    "accept": Shop.answer,
    "decline": lambda shop, deal: shop.answer(deal, accept=False),
    "cancel": Shop.cancel,
    "end": Shop.end,
    "capture": Shop.capture,
    "dashboard_capture": at_the_dashboard(lambda shop, deal: shop.simulator.dashboard_capture(deal.payment)),
    "dashboard_cancel": at_the_dashboard(lambda shop, deal: shop.simulator.dashboard_cancel(deal.payment)),
    "sweep": sweep,
}
BEFORE_THE_SESSION = {"accept", "decline", "cancel"}
IN_THE_SESSION = {"end", "capture"}
DECIDING = {"cancel", "decline", "end", "capture", "abandon", "expire", "overdue"}
STRIPE_STATUS = {"captured": "succeeded", "completed": "succeeded", "canceled": "canceled", "cancelled": "canceled"}


@dataclass(frozen=True)
class Race:
    """Two contenders for the same ticket."""

    first: str
    second: str

    def __str__(self) -> str:
        return f"{self.first} vs {self.second}"

    @property
    def names(self) -> tuple[str, str]:
        return self.first, self.second

    def stage(self, round_: int) -> str:
        """Where both may win; where that is in both stages, or in neither, the rounds take turns."""
        before, inside = BEFORE_THE_SESSION & {*self.names}, IN_THE_SESSION & {*self.names}
        if bool(before) == bool(inside):
            return ("active", "used")[round_ % 2]
        return "used" if before else "active"

    def run(self, shop: Shop, rounds: int) -> list[str]:
        """Race so often, let follow what always follows, and return everything that is wrong then."""
        with ThreadPoolExecutor(4) as pool:
            deals = list(pool.map(lambda round_: getattr(shop, self.stage(round_))(f"buyer-{round_}"), range(rounds)))
        deadlines = {deal: shop.ticket(deal)["due_at"] for deal in deals}
        seen = len(shop.simulator.events())
        answers = {}
        for deal in sorted(deals, key=deadlines.__getitem__):
            # The last second: people are still in time, and a sweep may be due.
            shop.seconds_after(deadlines[deal], -1)
            answers[deal] = self._once(shop, deal)
        _aftermath(shop, seen)
        world = load_world(shop.db, shop.simulator, shop.travel.now())
        found = violations(world)
        if "dashboard_capture" in self.names:
            # A person took the money while it was being given up: that is reported to people, as it should be.
            found = [line for line in found if not line.endswith("captured after a void was decided")]
        return found + [f"{deal}: {line}" for deal in deals for line in self._wrong(world, deal, answers[deal])]

    def _once(self, shop: Shop, deal: Deal) -> Answers:
        first, second = (CONTENDERS[name] for name in self.names)
        one, other = at_once([lambda: first(shop, deal), lambda: second(shop, deal)])
        return one, other

    def _wrong(self, world: World, deal: Deal, answers: Answers) -> list[str]:
        told = dict(zip(self.names, answers, strict=True))
        won = [name for name, answer in told.items() if not isinstance(answer, CallableError)]
        found = []
        decided = [line["event"] for line in world.histories[deal.ticket].values() if line["event"] in DECIDING]
        if len(decided) > 1:
            found.append(f"decided more than once: {decided}")
        if "accept" in told and {*told} & {"decline", "cancel"} and len(won) != 1:
            found.append(f"{won} won")
        broken = [name for name in won if told[name] is not None and not _kept(world, deal, told[name])]
        came = world.intents[deal.payment].status
        return found + [f"{name} was told {told[name]}, but {came} came of it" for name in broken]


def _kept(world: World, deal: Deal, told: dict[str, Any]) -> bool:
    """Whether what a successful answer said is what came of it."""
    status = told.get("ticket_status", told["status"])
    if status == "active" and told["started_at"] is not None:
        return world.tickets[deal.ticket].time("started_at") is not None
    happened = world.intents[deal.payment].status
    return STRIPE_STATUS.get(status, happened) == happened


def _aftermath(shop: Shop, seen: int) -> None:
    """What always follows: Stripe delivers what happened, and the schedule resumes what was cut short."""
    for event in shop.simulator.events()[seen:]:
        if event["type"] in local.WEBHOOK_EVENTS:
            assert deliver(shop, event) == 200
    shop.travel.advance(3 * 60)
    shop.sweep_sessions()
