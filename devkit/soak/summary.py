"""What a soak prints at its end."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from consultation.invariants import World
from devkit.logs import errors
from devkit.report import table
from devkit.soak.run import Soaked
from payments import objects

_SHOWN_ENDS = 12
_SHOWN_PROBLEMS = 50


def summary(soaked: Soaked, logs: Path) -> str:
    """Counts, both sides of the books, what the functions logged as errors, and every violation."""
    tally = soaked.tally
    activity = [
        ("purchases", tally["purchases"]),
        ("calls", tally["calls"]),
        ("retries", tally["retries"]),
        *((f"  after {name}", count) for name, count in tally.under("retried")),
        *((f"killed: {name}", count) for name, count in tally.under("kills")),
        *((f"fault: {name}", count) for name, count in tally.under("faults")),
        *((f"webhooks: {name}", count) for name, count in tally.under("webhooks")),
        ("jumps in time", tally["jumps"]),
        ("schedule runs", tally["schedule runs"]),
        ("  cut short", tally["schedule runs cut short"]),
    ]
    parts = [
        f"soak, seed {soaked.seed}",
        table(activity),
        f"how the purchases ended\n{table(tally.under('ended')[:_SHOWN_ENDS] or [('-', 0)])}",
        f"the books\n{table(_books(soaked.world))}",
        f"logged as errors\n{table(_errors(logs) or [('none', 0)])}",
        *soaked.wrong[:_SHOWN_PROBLEMS],
        f"{len(soaked.wrong)} violations (seed {soaked.seed})",
    ]
    return "\n\n".join(parts)


def _books(world: World) -> list[tuple[object, ...]]:
    """Captured and voided, at Stripe and in Firestore. A stray PaymentIntent belongs to no ticket."""
    facts = list(world.intents.values())
    mine = {ticket.payment_intent_id for ticket in world.tickets.values()}
    captured = [fact.amount_received for fact in facts if fact.status == objects.CAPTURED]
    voided = [fact.amount for fact in facts if fact.status == objects.CANCELED and fact.id in mine]
    strays = [fact.amount for fact in facts if fact.id not in mine]
    payments = world.payments.values()
    captured_here = [payment.get("amountCaptured", 0) for payment in payments if payment["status"] == "captured"]
    voided_here = [payment["amount"] for payment in payments if payment["status"] == "canceled"]
    return [
        ("", "Stripe", "JPY", "Firestore", "JPY"),
        ("captured", *_sum(captured), *_sum(captured_here)),
        ("voided", *_sum(voided), *_sum(voided_here)),
        (
            "other",
            len(facts) - len(captured) - len(voided) - len(strays),
            "",
            len(payments) - len(captured_here) - len(voided_here),
            "",
        ),
        ("strays, cancelled", *_sum(strays), "", ""),
    ]


def _sum(amounts: list[int]) -> tuple[int, str]:
    return len(amounts), f"{sum(amounts):,}"


def _errors(logs: Path) -> list[tuple[str, int]]:
    """How often each error was logged."""
    found = Counter(error for file in sorted(logs.glob("*.log")) for error in errors(file))
    return found.most_common(_SHOWN_PROBLEMS)
