"""Refunds and disputes of consultations. The payment shows them; its ticket has ended and does not change with them."""

from __future__ import annotations

from typing import Any

from common import incidents
from common.alerts import Alert
from common.documents import Doc, Unit
from consultation import card_testing
from consultation.origin import NAME, TicketOrigin
from consultation.payment_document import payment_fields
from consultation.records import payment_ref
from consultation.settle import settle
from consultation.ticket import Ticket
from payments import aftermath, disputes, event_ledger, open_differences
from payments.aftermath import Aftermath
from payments.event_ledger import Line
from payments.objects import PaymentIntent


def settle_event(fact: PaymentIntent, line: Line | None) -> bool:
    """Settle what an event tells of: first the ticket, then what became of the money after its capture.

    The event's line is written with the last of the two, so an event whose settling was cut short is settled again.

    Returns:
        Whether the PaymentIntent is a consultation's of this project. Otherwise nothing was written.
    """
    captured = line is not None and aftermath.possible(fact)
    ticket = settle(fact, line=None if captured else line)
    card_testing.watch(ticket, fact, line.fields["created"] if line is not None else None)
    ours = ticket is not None or TicketOrigin.of(fact.origin) is not None
    if line is None or not captured or not ours:
        return ours
    if ticket is None or ticket.payment_intent_id != fact.id:
        event_ledger.write(line)
    else:
        bring_up_to_date(ticket, line)
    return True


def bring_up_to_date(ticket: Ticket, line: Line | None = None) -> None:
    """Show on the payment of a completed ticket what became of its money. What was given back and failed is told.

    Raises:
        Unavailable: Stripe did not answer. Nothing was written.
        Missing: it knows no such payment.
    """

    def missing() -> dict[str, Any]:
        return payment_fields(ticket, ticket.payment_status, amountCaptured=ticket.captured)

    def tell(unit: Unit, shown: Doc, now: Aftermath) -> None:
        failed = now.refunded < ticket.refund_total <= shown.get("amountRefunded", 0)
        if failed and now.dispute != disputes.LOST:
            tell_refund_failed(unit, ticket)

    aftermath.bring_up_to_date(payment_ref(str(ticket.payment_intent_id)), missing, line, tell)


def tell_refund_failed(unit: Unit, ticket: Ticket) -> None:
    """Plan to tell a person that the buyer does not have what was decided to be given back."""
    what = {"ticket": ticket.id, "paymentIntent": ticket.payment_intent_id, "amount": ticket.refund_amount}
    incidents.opened(unit, Alert.REFUND_FAILED, NAME, ticket.id, what)
    open_differences.note(unit, NAME, ticket.id)
