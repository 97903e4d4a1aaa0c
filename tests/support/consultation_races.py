"""The contenders for one ticket, and what must be true of every race between two of them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from devkit.client import CallableError
from devkit.stripe_sim.errors import ApiError

from .clock import MINUTE
from .concurrency import at_once
from .consultations import Consultation
from .driver import Driver

_ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta())
"""How far the clock of the machine that this context stands for is ahead."""

Contender = Callable[[Driver, Consultation], Any]
Answers = tuple[Any, Any]


def skewed(source: Callable[[], datetime]) -> Callable[[], datetime]:
    """A clock that is not quite the same on all machines."""
    return lambda: source() + _ahead.get()


def sweep(driver: Driver, _: Consultation) -> None:
    """Both schedules, on a machine that has just reached the deadline which the callers' machines have not."""
    _ahead.set(timedelta(seconds=2))
    driver.sweep_holds()
    driver.sweep_sessions()


def at_the_dashboard(act: Callable[[Driver, Consultation], Any]) -> Contender:
    """What a person does in Stripe's dashboard; Stripe itself refuses what comes too late."""

    def contend(driver: Driver, consultation: Consultation) -> None:
        try:
            act(driver, consultation)
        except ApiError as error:
            if error.code != "payment_intent_unexpected_state":
                raise

    return contend


CONTENDERS: dict[str, Contender] = {
    "accept": Driver.answer,
    "decline": lambda driver, consultation: driver.answer(consultation, accept=False),
    "cancel": Driver.cancel,
    "end": Driver.end,
    "capture": Driver.capture,
    "dashboard_capture": at_the_dashboard(
        lambda driver, consultation: driver.simulator.dashboard_capture(consultation.payment)
    ),
    "dashboard_cancel": at_the_dashboard(
        lambda driver, consultation: driver.simulator.dashboard_cancel(consultation.payment)
    ),
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

    def status(self, round_: int) -> str:
        """The ticket's status in which both may win; where that is both or neither, the rounds take turns."""
        before, inside = BEFORE_THE_SESSION & {*self.names}, IN_THE_SESSION & {*self.names}
        if bool(before) == bool(inside):
            return ("active", "used")[round_ % 2]
        return "used" if before else "active"

    def run(self, driver: Driver, rounds: int) -> list[str]:
        """Race so often, let follow what always follows, and return everything that is wrong then."""
        with ThreadPoolExecutor(4) as pool:
            consultations = list(
                pool.map(lambda round_: driver.brought_to(self.status(round_), f"buyer-{round_}"), range(rounds))
            )
        deadlines = {consultation: driver.ticket(consultation)["due_at"] for consultation in consultations}
        seen = len(driver.events())
        answers = {}
        for consultation in sorted(consultations, key=deadlines.__getitem__):
            # The last second: people are still in time, and a sweep may be due.
            driver.freeze(deadlines[consultation], -1)
            answers[consultation] = self._once(driver, consultation)
        _let_follow_what_always_follows(driver, seen)
        found = driver.problems()
        if "dashboard_capture" in self.names:
            # A person took the money while it was being given up: that is reported to people, as it should be.
            found = [line for line in found if not line.endswith("captured after a void was decided")]
        return found + [
            f"{consultation.ticket}: {line}"
            for consultation in consultations
            for line in self._wrong(driver, consultation, answers[consultation])
        ]

    def _once(self, driver: Driver, consultation: Consultation) -> Answers:
        first, second = (CONTENDERS[name] for name in self.names)
        one, other = at_once([lambda: first(driver, consultation), lambda: second(driver, consultation)])
        return one, other

    def _wrong(self, driver: Driver, consultation: Consultation, answers: Answers) -> list[str]:
        told = dict(zip(self.names, answers, strict=True))
        won = [name for name, answer in told.items() if not isinstance(answer, CallableError)]
        found = []
        decided = [line["event"] for line in driver.history(consultation) if line["event"] in DECIDING]
        if len(decided) > 1:
            found.append(f"decided more than once: {decided}")
        if "accept" in told and {*told} & {"decline", "cancel"} and len(won) != 1:
            found.append(f"{won} won")
        broken = [name for name in won if told[name] is not None and not _kept(driver, consultation, told[name])]
        came = driver.stripe_status(consultation)
        return found + [f"{name} was told {told[name]}, but {came} came of it" for name in broken]


def _kept(driver: Driver, consultation: Consultation, told: dict[str, Any]) -> bool:
    """Whether what a successful answer said is what came of it."""
    status = told.get("ticket_status", told["status"])
    if status == "active" and told["started_at"] is not None:
        return driver.ticket(consultation).get("started_at") is not None
    happened = driver.stripe_status(consultation)
    return STRIPE_STATUS.get(status, happened) == happened


def _let_follow_what_always_follows(driver: Driver, seen: int) -> None:
    """What always follows: Stripe delivers what happened, and the schedule resumes what was cut short."""
    for event in driver.events()[seen:]:
        assert driver.deliver(event) == 200
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
