"""What is known of the tickets and payments that a violation names: for whoever has to find the cause."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from devkit.soak.run import Soaked
from devkit.stack import Stack

_MOST_CASES = 5
_PAYMENT = re.compile(r"pi_[A-Za-z0-9]+")
_TICKET = re.compile(r"soak-[a-z]+-\d+\.[0-9a-f]{24}")


def evidence(soaked: Soaked, stack: Stack) -> str:
    """For each of the first few tickets: its PaymentIntents, its history, its requests to Stripe, its log lines."""
    tickets = dict.fromkeys(ticket for line in soaked.wrong for ticket in _tickets(line, soaked))
    return "\n\n".join("\n".join(_case(ticket, soaked, stack)) for ticket in list(tickets)[:_MOST_CASES])


def _tickets(line: str, soaked: Soaked) -> Iterator[str]:
    yield from _TICKET.findall(line)
    for payment in _PAYMENT.findall(line):
        if payment in soaked.world.intents:
            yield soaked.world.intents[payment].metadata["ticket_id"]


def _case(ticket_id: str, soaked: Soaked, stack: Stack) -> Iterator[str]:
    yield f"== {ticket_id}"
    facts = [fact for fact in soaked.world.intents.values() if fact.metadata["ticket_id"] == ticket_id]
    for fact in facts:
        yield f"PaymentIntent {fact.id}: {fact.status}, created {fact.created}, {fact.cancellation_reason}"
    ticket = soaked.world.tickets.get(ticket_id)
    yield (
        "no ticket"
        if ticket is None
        else f"ticket: {ticket.state}, {ticket.payment_intent_id}, attempt {ticket.attempt}"
    )
    for version, line in sorted(soaked.world.histories.get(ticket_id, {}).items()):
        yield f"  {version}: {line['at']} {line['event']} by {line['actor']}: {line['from']} -> {line['to']}"
    names = [ticket_id, *(fact.id for fact in facts)]
    for request in stack.simulator.requests():
        if any(name in f"{request['path']} {request['idempotency_key']}" for name in names):
            yield f"  stripe: {json.dumps(request)}"
    yield from (f"  log: {line}" for line in _mentioning(names, sorted(stack.folder.glob("*.log"))))


def _mentioning(names: list[str], files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        for line in file.read_text(encoding="utf-8", errors="replace").splitlines():
            if any(name in line for name in names):
                yield f"{file.stem}: {line[:600]}"
