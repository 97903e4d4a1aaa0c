"""The one door through which Stripe's state enters a ticket.

Answers to our own requests, webhook events, sweeps and the reconciliation all end here. A PaymentIntent is taken as a
true past state and applied to a lattice that only moves forward, so order, duplicates and retries cannot matter. What
can be undone, refunds and disputes, has a door of its own (``consultation.aftermath``).

Whose a PaymentIntent is, our own records say: the ticket that has its id, or its payment's document. Only where no
record knows it does its metadata decide, which people can edit at Stripe.
"""

from __future__ import annotations

import uuid

from common import clock, documents, incidents, log
from common.alerts import Alert
from common.documents import Unit
from common.retry import run_until_committed
from common.state_machine import Verdict
from consultation import loaded_ticket, rebuild
from consultation.happening import Happening, Note
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import NAME, TicketOrigin
from consultation.payment_document import payment_fields
from consultation.records import payment_ref
from consultation.states import CANCELLED, PENDING, Event
from consultation.ticket import Ticket
from consultation.transition import apply, record
from payments import event_ledger, objects, payment_intents
from payments.event_ledger import Line
from payments.objects import PaymentIntent

_FACTS = {objects.HELD: Event.HOLD_PLACED, objects.CAPTURED: Event.CAPTURED, objects.CANCELED: Event.CANCELED}


def settle(fact: PaymentIntent, *, loaded: LoadedTicket | None = None, line: Line | None = None) -> Ticket | None:
    """Bring the records in step with a PaymentIntent.

    Args:
        fact: the PaymentIntent, from Stripe.
        loaded: the ticket that asked for it, as the caller's last commit left it, to spare a read; read again if it is
            stale. Afterwards it holds the ticket as it now is.
        line: the event that told of it: settle only if it was not settled before, and write its line with the rest.

    Returns:
        The ticket. ``None`` for a PaymentIntent that is not a consultation's of this project, of which nothing is
        written, and for one whose pair has another ticket, which is closed.

    Raises:
        Unavailable: Stripe was needed and did not answer. Nothing is lost: settle again.
    """
    origin = TicketOrigin.of(fact.origin)
    ticket_id = loaded.ticket.id if loaded is not None else origin and origin.ticket_id
    if ticket_id is None and (ticket_id := recorded_ticket(fact.id)) is None:
        return None
    fact = _with_charge(fact)
    fresh = [loaded]
    ticket = run_until_committed(lambda: _settle(fact, str(ticket_id), fresh.pop() if fresh else None, line))
    if loaded is not None and ticket is not None:
        loaded.ticket = ticket
    if ticket is None or not _belongs(fact, ticket) or (ticket.state == CANCELLED and fact.status == objects.HELD):
        _close_stray(fact, str(ticket_id))
    return ticket


def recorded_ticket(payment_intent_id: str) -> str | None:
    """The id of the ticket that a payment's document names, if there is one."""
    (payment,) = documents.read(payment_ref(payment_intent_id))
    return rebuild.named_by(payment)


def _with_charge(fact: PaymentIntent) -> PaymentIntent:
    """A new hold with its charge, which alone knows when the card was authorized and when the bank lets go of it."""
    return payment_intents.retrieve(fact.id) if fact.status == objects.HELD and not fact.charge_known else fact


def _settle(fact: PaymentIntent, ticket_id: str, loaded: LoadedTicket | None, line: Line | None) -> Ticket | None:
    written = None
    if loaded is None:
        ticket, lists, payment, *lines = documents.read(
            *loaded_ticket.refs(ticket_id), payment_ref(fact.id), *([line.ref] if line is not None else [])
        )
        loaded = rebuild.on_record(fact, loaded_ticket.of(ticket, lists), payment)
        written = lines[0] if lines else None
        if written is not None and event_ledger.was_settled(written):
            return loaded.ticket if loaded else None
        loaded = loaded or rebuild.rebuilt(fact, payment)
    unit = Unit()
    if loaded is not None and _belongs(fact, loaded.ticket):
        _plan(unit, loaded, fact)
    if line is not None and written is not None:
        line.write(unit, written)
    if not unit.empty:
        unit.commit()
    return loaded.ticket if loaded else None


def _belongs(fact: PaymentIntent, ticket: Ticket) -> bool:
    """Whether the PaymentIntent is the ticket's, or may become it."""
    return ticket.payment_intent_id == fact.id or (ticket.payment_intent_id is None and ticket.state.live)


def _plan(unit: Unit, loaded: LoadedTicket, fact: PaymentIntent) -> None:
    if loaded.ticket.state == PENDING and not fact.ended and not _as_ordered(fact, loaded.ticket):
        _refuse_payment(unit, loaded, fact)
        return
    event = _FACTS.get(fact.status)
    happening = Happening(event or Note.ADOPT, "stripe", clock.now(), intent=fact)
    if event is not None and apply(unit, loaded, happening).verdict is Verdict.MOVE:
        return
    if loaded.ticket.payment_intent_id is None:
        _adopt(unit, loaded.ticket, fact)


def _as_ordered(fact: PaymentIntent, ticket: Ticket) -> bool:
    return (fact.amount, fact.currency) == (ticket.amount, ticket.currency)


def _refuse_payment(unit: Unit, loaded: LoadedTicket, fact: PaymentIntent) -> None:
    """Plan to void what asks for another amount than the ticket costs: somebody changed it at Stripe.

    The decision is carried out by whoever meets the ticket next, a sweep within minutes at the latest.
    """
    ticket, now = loaded.ticket, clock.now()
    apply(unit, loaded, Happening(Event.CANCEL, "stripe", now, intent=fact, reason="amount_mismatch"))
    what = {"ticket": ticket.id, "paymentIntent": fact.id, "asked": fact.amount, "amount": ticket.amount}
    incidents.opened(unit, Alert.AMOUNT_MISMATCH, NAME, ticket.id, what)


def _adopt(unit: Unit, ticket: Ticket, fact: PaymentIntent) -> None:
    """Plan to record which PaymentIntent is the ticket's. Only this one is ever given to a client."""
    unit.merge_blindly(payment_ref(fact.id), payment_fields(ticket, "created"))
    record(unit, ticket, Happening(Note.ADOPT, "stripe", clock.now()), {"payment_intent_id": fact.id})


def settle_missing(loaded: LoadedTicket) -> None:
    """Bring a ticket in step with Stripe's permanent answer that it knows no such PaymentIntent.

    It is of another account or mode, or test data that was deleted. What is unpaid or being voided is closed: nothing
    is held. A capture cannot be had any more and cannot be given up by a machine: it is reported, once, and an
    administrator may close it.
    """
    run_until_committed(lambda: _settle_missing(loaded), loaded.reload)


def _settle_missing(loaded: LoadedTicket) -> None:
    unit, ticket = Unit(), loaded.ticket
    what = {"ticket": ticket.id, "paymentIntent": ticket.payment_intent_id, "decision": ticket.decision}
    first = ticket.time("payment_missing_at") is None
    if apply(unit, loaded, Happening(Event.PAYMENT_MISSING, "stripe", clock.now())).verdict is not Verdict.MOVE:
        return
    if first:
        incidents.opened(unit, Alert.PAYMENT_MISSING, NAME, ticket.id, what)
    unit.commit()


def _close_stray(fact: PaymentIntent, ticket_id: str) -> None:
    """Cancel a PaymentIntent of no ticket, or of one that was given up. Nobody is given its secret any more."""
    if fact.at_rest:
        return
    if fact.status == objects.CAPTURED:
        what = {"paymentIntent": fact.id, "ticket": ticket_id, "amount": fact.amount_received}
        incidents.reported(Alert.STRAY_CAPTURE, NAME, fact.id, what)
    else:
        # Cancelling twice does no harm, while a fixed key would have a saved error answer for as long as it is kept.
        payment_intents.cancel(fact.id, f"{fact.id}:stray:{uuid.uuid4().hex}")
        log.warning("stray payment intent cancelled", paymentIntent=fact.id)
