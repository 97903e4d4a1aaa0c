"""Refunds and disputes of consultations. The payment shows them; its ticket has ended and does not change with them."""

from __future__ import annotations

from typing import Any

from consultation import card_testing
from consultation.origin import TicketOrigin
from consultation.payment_document import payment_fields
from consultation.records import payment_ref
from consultation.settle import settle
from consultation.ticket import Ticket
from payments import aftermath, event_ledger
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
        bring_up_to_date(ticket, fact, line)
    return True


def bring_up_to_date(ticket: Ticket, fact: PaymentIntent, line: Line | None = None) -> None:
    """Show on the payment of a completed ticket what became of its money."""

    def missing() -> dict[str, Any]:
        return payment_fields(ticket, ticket.payment_status, amountCaptured=fact.amount_received)

    aftermath.bring_up_to_date(payment_ref(fact.id), missing, line)
