"""What a soak prints at its end, and what is known of the tickets that a violation names."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from devkit.logs import errors
from devkit.report import table
from devkit.soak.run import Soaked
from devkit.stack import Stack
from devkit.world import CheckoutRecords, ConsultationRecords
from payments import objects

_SHOWN_PROBLEMS = 50
_SHOWN_TICKETS = 5
# Ids of payments, tickets, purchases and pages.
_NAMES = re.compile(r"pi_[A-Za-z0-9]+|soak-[a-z]+-\d+\.[0-9a-f]{24}|p_[0-9a-f]{32}|cs_test_[A-Za-z0-9]+")


def summary(soaked: Soaked, logs: Path) -> str:
    """Counts, both sides of the books, what the functions logged as errors, and every violation."""
    logged = Counter(error for file in sorted(logs.glob("*.log")) for error in errors(file))
    parts = [
        f"soak, seed {soaked.seed}",
        table(sorted(soaked.tally.counts.items())),
        f"the books\n{table(_books(soaked.world.consultation))}",
        f"licences and day passes\n{table(_purchases(soaked.world.checkout))}",
        f"logged as errors\n{table(logged.most_common(_SHOWN_PROBLEMS) or [('none', 0)])}",
        *soaked.wrong[:_SHOWN_PROBLEMS],
        f"{len(soaked.wrong)} violations (seed {soaked.seed})",
    ]
    return "\n\n".join(parts)


def _books(world: ConsultationRecords) -> Iterator[tuple[object, ...]]:
    """Captured, refunded and voided, at Stripe and in Firestore. A stray PaymentIntent belongs to no ticket."""
    mine = {ticket.payment_intent_id for ticket in world.tickets.values()}
    facts, payments = world.intents.values(), world.payments.values()
    captured = [fact.amount_received for fact in facts if fact.status == objects.CAPTURED]
    voided = [fact.amount for fact in facts if fact.status == objects.CANCELED and fact.id in mine]
    strays = [fact.amount for fact in facts if fact.id not in mine]
    captured_here = [payment.get("amountCaptured", 0) for payment in payments if payment["status"] == "captured"]
    voided_here = [payment["amount"] for payment in payments if payment["status"] == "canceled"]
    refunded = [fact.amount_refunded for fact in facts if fact.amount_refunded]
    refunded_here = [payment["amountRefunded"] for payment in payments if payment.get("amountRefunded")]
    other = len(facts) - len(captured) - len(voided) - len(strays)
    other_here = len(payments) - len(captured_here) - len(voided_here)
    yield "", "Stripe", "JPY", "Firestore", "JPY"
    yield "captured", len(captured), f"{sum(captured):,}", len(captured_here), f"{sum(captured_here):,}"
    yield "refunded of that", len(refunded), f"{sum(refunded):,}", len(refunded_here), f"{sum(refunded_here):,}"
    yield "voided", len(voided), f"{sum(voided):,}", len(voided_here), f"{sum(voided_here):,}"
    yield "other", other, "", other_here, ""
    yield "strays, cancelled", len(strays), f"{sum(strays):,}", "", ""


def _purchases(world: CheckoutRecords) -> Iterator[tuple[object, ...]]:
    """Paid and refunded, at Stripe and in Firestore, and how many purchases ended how."""
    facts = [fact.payment for fact in world.sessions.values() if fact.paid and fact.payment]
    paid = [purchase for purchase in world.purchases.values() if purchase.time("paid_at")]
    refunded = [fact.amount_refunded for fact in facts if fact.amount_refunded]
    refunded_here = [purchase.amount_refunded for purchase in paid if purchase.amount_refunded]
    yield "", "Stripe", "JPY", "Firestore", "JPY"
    yield (
        "paid",
        len(facts),
        f"{sum(it.amount_received for it in facts):,}",
        len(paid),
        f"{sum(it.amount for it in paid):,}",
    )
    yield "refunded of that", len(refunded), f"{sum(refunded):,}", len(refunded_here), f"{sum(refunded_here):,}"
    for state, count in sorted(Counter(str(purchase.state) for purchase in world.purchases.values()).items()):
        yield state, "", "", count, ""


def evidence(soaked: Soaked, stack: Stack) -> str:
    """What names a ticket or payment of the first few violations: documents, requests to Stripe, log lines."""
    named = _NAMES.findall("\n".join(soaked.wrong[:_SHOWN_TICKETS]))
    intents = soaked.world.consultation.intents
    tickets = (intents[name].origin.metadata.get("ticket_id") for name in named if name in intents)
    names = {*named, *filter(None, tickets)}
    lines = [
        *(f"Stripe has {fact}" for fact in (*intents.values(), *soaked.world.checkout.sessions.values())),
        *(
            f"{document.reference.path}: {document.to_dict()}"
            for kind in ("tickets", "history", "payment_intents", "chat_rooms", "purchases", "devices")
            for document in stack.db.collection_group(kind).stream()
        ),
        *(f"asked of Stripe: {json.dumps(request)}" for request in stack.simulator.requests()),
        *(
            f"{file.stem}: {line}"
            for file in sorted(stack.folder.glob("*.log"))
            for line in file.read_text(encoding="utf-8", errors="replace").splitlines()
        ),
    ]
    return "\n".join(line[:600] for line in lines if any(name in line for name in names))
