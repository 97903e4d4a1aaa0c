"""The one door through which Stripe's state enters a ticket.

Answers to our own requests, webhook events, sweeps and the reconciliation all end here. A PaymentIntent is taken as a
true past state and applied to a lattice that only moves forward, so order, duplicates and retries cannot matter.
"""

from __future__ import annotations

import uuid
from typing import Any

from google.cloud import firestore

from common import clock, documents, log
from common.alerts import Alert
from common.documents import Doc, Unit
from common.retry import run_until_committed
from common.state_machine import Verdict
from consultation import loaded_ticket
from consultation.happening import Happening, Note
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import TicketOrigin, params_of
from consultation.payment_document import payment_fields
from consultation.records import lock_ref, payment_ref
from consultation.states import Event, Kind
from consultation.ticket import Ticket, new_ticket
from consultation.transition import apply, begin, record
from payments import event_ledger, objects, payment_intents
from payments.event_ledger import Line
from payments.objects import PaymentIntent

_FACTS = {objects.HELD: Event.HOLD_PLACED, objects.CAPTURED: Event.CAPTURED, objects.CANCELED: Event.CANCELED}


def settle(fact: PaymentIntent, *, loaded: LoadedTicket | None = None, line: Line | None = None) -> Ticket | None:
    """Bring the records in step with a PaymentIntent.

    Args:
        fact: the PaymentIntent, from Stripe.
        loaded: the documents as the caller's last commit left them, to spare a read; read again if they are stale.
        line: the event that told of it: settle only if it was not settled before, and write its line with the rest.

    Returns:
        The ticket. ``None`` for a PaymentIntent that is not a consultation's of this project, of which nothing is
        written, and for one whose pair has another ticket, which is closed.

    Raises:
        Unavailable: Stripe was needed and did not answer. Nothing is lost: settle again.
    """
    origin = TicketOrigin.of(fact.origin)
    if origin is None:
        return None
    fact = _with_charge(fact)
    fresh = [loaded]
    ticket = run_until_committed(lambda: _settle(fact, origin, fresh.pop() if fresh else None, line))
    if ticket is None or not _belongs(fact, ticket):
        _close_stray(fact, origin)
    return ticket


def _with_charge(fact: PaymentIntent) -> PaymentIntent:
    """A new hold with its charge, which alone knows when the card was authorized and when the bank lets go of it."""
    return payment_intents.retrieve(fact.id) if fact.status == objects.HELD and not fact.charge_known else fact


def _settle(fact: PaymentIntent, origin: TicketOrigin, loaded: LoadedTicket | None, line: Line | None) -> Ticket | None:
    written: Doc | None = None
    if loaded is None:
        ticket, lists, *lines = documents.read(
            *loaded_ticket.refs(origin.ticket_id), *([line.ref] if line is not None else [])
        )
        loaded = loaded_ticket.of(ticket, lists)
        written = lines[0] if lines else None
        if written is not None and event_ledger.was_settled(written):
            return loaded.ticket if loaded else None
        loaded = loaded or _rebuilt(fact, origin)
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
    if fact.amount_refunded or fact.disputed:
        unit.merge_blindly(payment_ref(fact.id), _aftermath(fact))
    event = _FACTS.get(fact.status)
    happening = Happening(event or Note.ADOPT, "stripe", clock.now(), intent=fact)
    if event is not None and apply(unit, loaded, happening).verdict is Verdict.MOVE:
        return
    if loaded.ticket.payment_intent_id is None:
        _adopt(unit, loaded.ticket, fact)


def _aftermath(fact: PaymentIntent) -> dict[str, Any]:
    """What happened to the money after its capture. The ticket has ended and does not change with it."""
    refunded = {"amountRefunded": firestore.Maximum(fact.amount_refunded)}
    return {**refunded, "disputed": True} if fact.disputed else refunded


def _adopt(unit: Unit, ticket: Ticket, fact: PaymentIntent) -> None:
    """Plan to record which PaymentIntent is the ticket's. Only this one is ever given to a client."""
    unit.merge_blindly(payment_ref(fact.id), payment_fields(ticket, "created"))
    record(unit, ticket, Happening(Note.ADOPT, "stripe", clock.now()), {"payment_intent_id": fact.id})


def _rebuilt(fact: PaymentIntent, origin: TicketOrigin) -> LoadedTicket | None:
    """The ticket of a PaymentIntent whose documents were never written or are gone, written anew from the metadata.

    ``None`` when the pair has another live ticket by now: then this PaymentIntent is a stray.
    """
    lock, ticket, lists = documents.read(
        lock_ref(origin.user_id, origin.imecon_id), *loaded_ticket.refs(origin.ticket_id)
    )
    if lock.exists or ticket.exists:
        return None if not ticket.exists else loaded_ticket.of(ticket, lists)
    params = params_of(fact)
    fields = new_ticket(
        Kind.PAID, origin, fact.created, amount=fact.amount, currency=fact.currency, create_params=params
    )
    unit = Unit()
    open_purchase(unit, lock, ticket, fields, Happening(Note.PURCHASE, "stripe", fact.created))
    unit.commit()
    log.warning("ticket rebuilt", ticket=ticket.id, paymentIntent=fact.id)
    return loaded_ticket.of(ticket, lists)


def open_purchase(unit: Unit, lock: Doc, ticket: Doc, fields: dict[str, Any], happening: Happening) -> None:
    """Plan a new ticket that waits for its payment, with its lock."""
    unit.create(lock, {"ticket_id": ticket.id})
    begin(unit, ticket, fields, happening)


def _close_stray(fact: PaymentIntent, origin: TicketOrigin) -> None:
    """Cancel a PaymentIntent that names a ticket which has another one. Its secret was never given to anybody."""
    if fact.at_rest:
        return
    if fact.status == objects.CAPTURED:
        log.error(Alert.STRAY_CAPTURE, paymentIntent=fact.id, ticket=origin.ticket_id, amount=fact.amount_received)
    else:
        # Cancelling twice does no harm, while a fixed key would have a saved error answer for as long as it is kept.
        payment_intents.cancel(fact.id, f"{fact.id}:stray:{uuid.uuid4().hex}")
        log.warning("stray payment intent cancelled", paymentIntent=fact.id)
