"""Finishes all open work, or lets every deadline pass, and then checks that all records agree with Stripe."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.support.calls import Json
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver

_CAPTURED_ANYWAY = "captured after a void was decided"
_ONLY_EVENTS_TELL = re.compile(r": \d+ JPY refunded at Stripe, |: disputed at Stripe, |: its dispute is ")
"""Refunds and disputes have no deadline: no schedule looks for them before the daily comparison does."""


def finish_open_work(driver: Driver, changed_by_others: set[str]) -> None:
    """Stripe works, delivers everything, and every decision cut short is resumed; then everything must agree.

    Args:
        driver: of functions in this process.
        changed_by_others: the PaymentIntents that a person or a bank changed at Stripe.

    Raises:
        AssertionError: something does not agree.
    """
    driver.simulator.clear_faults()
    driver.deliver_all()
    for _ in range(20):
        unfinished = [ticket["due_at"] for ticket in _tickets(driver) if ticket["due_action"] == "resume"]
        overdue = [ticket["due_at"] for ticket in _tickets(driver) if ticket["due_at"] and _late(driver, ticket)]
        if not unfinished and not overdue:
            break
        ahead = min(unfinished + overdue) - driver.now()
        driver.advance(max(0.0, ahead.total_seconds()) + 1)
        driver.sweep()
    driver.reconcile()
    _check_all(driver, changed_by_others)


def pass_all_deadlines(driver: Driver, changed_by_others: set[str]) -> None:
    """Stripe works but delivers nothing; every deadline passes, and then no money may wait for anything.

    Late events, all of them and each twice, must change nothing any more.
    """
    driver.simulator.clear_faults()
    for step in (10 * MINUTE, 73 * HOUR, *[2 * HOUR] * 10):
        driver.advance(step)
        driver.sweep()
        if step > HOUR and not _live(driver):
            break
    live = _live(driver)
    assert not live, live
    _check_all(driver, changed_by_others, told=False)
    before = _sorted_outcomes(driver)
    for seed in (1, 2):
        driver.deliver_all(seed)
    assert _sorted_outcomes(driver) == before
    _check_all(driver, changed_by_others)


def _late(driver: Driver, ticket: Json) -> bool:
    return bool(ticket["due_at"] <= driver.now())


def _tickets(driver: Driver) -> list[Json]:
    return [{**(found.to_dict() or {}), "id": found.id} for found in driver.db.collection("tickets").stream()]


def _live(driver: Driver) -> list[str]:
    return [
        f"{ticket['id']} is {ticket['status']}, {ticket.get('decision')}"
        for ticket in _tickets(driver)
        if ticket["status"] not in ("completed", "cancelled")
    ]


def _sorted_outcomes(driver: Driver) -> dict[str, list[str]]:
    return {buyer: sorted(outcomes) for buyer, outcomes in driver.outcomes().items()}


def _check_all(driver: Driver, changed_by_others: set[str], *, told: bool = True) -> None:
    payments = {ticket["id"]: ticket.get("payment_intent_id") for ticket in _tickets(driver)}
    wrong = [
        problem
        for problem in driver.problems()
        if told or not _ONLY_EVENTS_TELL.search(problem)
        # A person captured in the dashboard what was to be voided. It is reported, and for people to put right.
        if not (problem.endswith(_CAPTURED_ANYWAY) and payments[problem.partition(": ")[0]] in changed_by_others)
    ]
    wrong += _unexplained(driver, changed_by_others)
    assert not wrong, wrong


def _unexplained(driver: Driver, changed_by_others: set[str]) -> Iterator[str]:
    """Money that the functions never decided to take, and sessions nobody paid, unless others did that at Stripe."""
    intents = {fact["id"]: fact for fact in driver.simulator.payment_intents()}
    for ticket in _tickets(driver):
        known = ticket.get("payment_intent_id")
        if known is None or known in changed_by_others:
            continue
        if ticket["status"] == "completed" and ticket["decision"] != "capture":
            yield f"{ticket['id']}: captured without a decision"
        expired = intents[known]["cancellation_reason"] == "automatic"
        if ticket.get("cancel_reason") == "hold_lost" and not expired:
            yield f"{ticket['id']}: its hold was lost by our own doing"
