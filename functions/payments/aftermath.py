"""What became of a payment's money after its capture: refunds that stand, and disputes, as Stripe says now.

Both can be undone: a refund fails after it had succeeded, a dispute is won. So no event is taken at its word, and
nothing here only grows. Whoever hears of one reads the payment's document, then asks Stripe, and commits only if the
document is still as it was read; otherwise all of that is done again. So what is shown was never asked before something
else that was shown, in whatever order the events come.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from common import clock, documents
from common.documents import Doc, Unit
from common.retry import run_until_committed
from payments import disputes, event_ledger, gateway, objects, payment_intents
from payments.event_ledger import Line
from payments.objects import PaymentIntent

Also = Callable[[Unit, Doc, "Aftermath"], None]
"""Plans what is written in the commit of a look, given the payment's document as it was and what Stripe says now."""
VERSION = "aftermathVersion"
"""Grows with every look: one that finds nothing new changes the document too, or an older look could still win."""


@dataclass(frozen=True)
class Aftermath:
    """What Stripe says at one moment.

    Attributes:
        refunded: JPY given back of what was captured, without refunds that failed or were canceled.
        pending: whether a refund among them is still under way.
        dispute: Stripe's status of the dispute that counts; ``None`` where nobody ever disputed the payment.
    """

    refunded: int
    pending: bool
    dispute: str | None

    def fields(self) -> dict[str, Any]:
        """The fields of a payment's document that show it."""
        return {
            "amountRefunded": self.refunded,
            "refundPending": self.pending,
            "disputed": disputes.costs_money(self.dispute),
            "disputeStatus": self.dispute,
        }


def possible(fact: PaymentIntent) -> bool:
    """Whether a PaymentIntent that came with its charge can have an aftermath: nothing else was captured."""
    return fact.status == objects.CAPTURED and fact.charge_known


def outdated(shown: Mapping[str, Any], fact: PaymentIntent) -> bool:
    """Whether Stripe must be asked again, given what a payment's document shows and the PaymentIntent with its charge.

    A charge tells how much is refunded, but neither what is under way nor how a dispute stands.
    """
    undecided = shown.get("refundPending") or shown.get("disputeStatus") or fact.disputed
    return possible(fact) and (bool(undecided) or shown.get("amountRefunded", 0) != fact.amount_refunded)


def returned(fact: PaymentIntent | None, shown: Mapping[str, Any]) -> bool:
    """Whether the buyer has the money back: it is refunded whole, or the bank took it for good."""
    return (fact is not None and fact.given_back) or shown.get("disputeStatus") == disputes.LOST


def bring_up_to_date(
    payment: firestore.DocumentReference,
    missing: Callable[[], dict[str, Any]],
    line: Line | None = None,
    also: Also = lambda *_: None,
) -> None:
    """Show on a payment's document, whose id is that of its PaymentIntent, what became of the money.

    Args:
        payment: the document.
        missing: what the document says besides, if it is gone.
        line: the event that told of it: look only if it was not settled before, and write its line with the rest.
        also: what follows from it.

    Raises:
        Unavailable: Stripe did not answer. Nothing was written.
        Missing: it knows no such payment.
    """
    run_until_committed(lambda: _look(payment, missing, line, also))


def _look(
    payment: firestore.DocumentReference, missing: Callable[[], dict[str, Any]], line: Line | None, also: Also
) -> None:
    shown, *lines = documents.read(payment, *([line.ref] if line is not None else []))
    if lines and event_ledger.was_settled(lines[0]):
        return
    now = ask(shown.id, bool(shown.get("disputeStatus")) or (line is not None and line.about_a_dispute))
    unit, fields = Unit(), {**now.fields(), VERSION: next_look(shown)}
    if now.refunded != shown.get("amountRefunded", 0):
        fields["refundedAt"] = clock.now()
    also(unit, shown, now)
    if shown.exists:
        unit.update_as_read(shown, fields)
    else:
        unit.create(shown, {**missing(), **fields})
    if line is not None:
        line.write(unit, lines[0])
    unit.commit()


def next_look(shown: Doc) -> int:
    """The number of the look that began with reading this."""
    return int(shown.get(VERSION, 0)) + 1


def ask(payment_intent_id: str, disputed: bool) -> Aftermath:
    """What Stripe says now.

    Args:
        disputed: whether somebody disputes the payment, or did, as far as is known. Otherwise disputes are asked for
            only if the charge knows of one.

    Raises:
        Unavailable: Stripe did not answer.
        Missing: it knows no such payment.
    """
    fact = payment_intents.retrieve(payment_intent_id, payment_intents.WITH_REFUNDS)
    statuses = _disputes(payment_intent_id) if fact.disputed or disputed else []
    return Aftermath(fact.amount_refunded, fact.refund_pending, disputes.status_that_counts(statuses))


def _disputes(payment_intent_id: str) -> list[str]:
    """The status of every dispute of a payment, newest first."""
    pages = gateway.pages(gateway.path("disputes"), {"payment_intent": payment_intent_id})
    return [str(dispute.status) for page in pages for dispute in page]
