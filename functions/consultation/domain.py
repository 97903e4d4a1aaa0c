"""Consultations, as the shared entrypoints see them."""

from __future__ import annotations

from datetime import timedelta

from common.alerts import Alert
from consultation import card_testing, comparison
from consultation.decisions import load_up_to_date
from consultation.invariants import RULES
from consultation.origin import NAME, TicketOrigin
from consultation.reasons import ConsultationReason
from consultation.settle import settle
from consultation.states import Decision
from payments import payment_intents
from payments.domain import Comparison, Domain, Listing
from payments.due_work import LONGEST_WAIT, DueWork
from payments.event_ledger import Line
from payments.objects import PaymentIntent
from payments.purchase import Purchase

LONGEST_CAPTURE_WAIT = timedelta(minutes=5)


def _settle(fact: PaymentIntent, line: Line | None) -> bool:
    card_testing.watch(settle(fact, line=line), fact, line.fields["created"] if line is not None else None)
    return TicketOrigin.of(fact.origin) is not None


def _catch_up(ticket_id: str) -> Purchase | None:
    loaded = load_up_to_date(ticket_id)
    return loaded.ticket if loaded is not None else None


def _longest_wait(ticket: Purchase) -> timedelta:
    """The bank lets go of a hold an hour after the last session that may be captured: a capture never waits long."""
    return LONGEST_CAPTURE_WAIT if ticket.doc.get("decision") == Decision.CAPTURE else LONGEST_WAIT


DOMAIN = Domain(
    name=NAME,
    reasons=ConsultationReason,
    rules=RULES,
    alerts=(Alert.HOLD_LOST, Alert.CAPTURED_UNSERVED, Alert.STRAY_CAPTURE),
    event_types=(
        "payment_intent.amount_capturable_updated",
        "payment_intent.canceled",
        "payment_intent.succeeded",
        "payment_intent.payment_failed",
        "payment_intent.requires_action",
        "charge.expired",
        "charge.refunded",
        "charge.dispute.created",
    ),
    settle=_settle,
    due=DueWork(
        collection="tickets",
        every_minute=("end", "resume"),
        every_five_minutes=("void",),
        catch_up=_catch_up,
        longest_wait=_longest_wait,
    ),
    comparison=Comparison(
        listing=Listing(payment_intents.created_since, payment_intents.retrieve),
        id_of=comparison.id_of,
        compare_fact=comparison.compare_fact,
        open_ids=comparison.live_tickets,
        compare_open=comparison.compare_open,
    ),
)
