"""The one door through which Stripe's state enters Firestore.

Answers to our own requests, webhook events, sweeps and the reconciliation all end here. A PaymentIntent is taken as a
true past state and applied to a lattice that only moves forward, so order, duplicates and retries cannot matter.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from common import clock, documents, log
from common.documents import Unit
from common.retry import run_until_committed
from consultation import loaded_ticket
from consultation.loaded_ticket import LoadedTicket
from consultation.states import PENDING, Event, Verdict
from consultation.ticket import (
    Ticket,
    history_ref,
    lock_ref,
    params_of,
    payment_ref,
    purchase_fields,
)
from consultation.transition import Happening, Note, apply, history_line, payment_fields, write
from payments import gateway, objects
from payments.objects import PaymentIntent

_FACTS = {objects.HELD: Event.HOLD_PLACED, objects.CAPTURED: Event.CAPTURED, objects.CANCELED: Event.CANCELED}


@dataclass(frozen=True)
class Once:
    """A document whose existence says that this fact was settled before: a webhook event's ledger line.

    It is read with the ticket and written with the settlement, so both stand or fall together.
    """

    ref: firestore.DocumentReference
    fields: dict[str, Any]


def is_ours(fact: PaymentIntent) -> bool:
    """Whether the PaymentIntent was created by this bundle in this project; its metadata says so."""
    named = all(fact.metadata.get(name) for name in ("ticket_id", "user_id", "imecon_id", "terms"))
    return named and fact.metadata.get("project") == documents.project()


def with_charge(fact: PaymentIntent) -> PaymentIntent:
    """A new hold with its charge, which alone knows when the card was authorized and when the bank lets go of it."""
    return gateway.retrieve(fact.id) if fact.status == objects.HELD and not fact.charge_known else fact


def settle(fact: PaymentIntent, *, case: LoadedTicket | None = None, once: Once | None = None) -> Ticket | None:
    """Bring the records in step with a PaymentIntent.

    Args:
        fact: the PaymentIntent, from Stripe.
        case: the documents as the caller's last commit left them, to spare a read; read again if they are stale.
        once: settle only if this document does not exist, and write it with the settlement.

    Returns:
        The ticket, or ``None`` for a PaymentIntent that is not ours.

    Raises:
        gateway.Unavailable: Stripe was needed and did not answer. Nothing is lost: settle again.
    """
    if not is_ours(fact):
        return None
    fact = with_charge(fact)
    fresh = [case]
    ticket = run_until_committed(lambda: _settle(fact, fresh.pop() if fresh else None, once))
    if ticket is None or not _belongs(fact, ticket):
        _close_stray(fact)
    return ticket


def _settle(fact: PaymentIntent, case: LoadedTicket | None, once: Once | None) -> Ticket | None:
    if case is None:
        ticket, buyer, *ledger = documents.read(
            *loaded_ticket.refs(fact.metadata["ticket_id"]), *([once.ref] if once is not None else [])
        )
        case = loaded_ticket.of(ticket, buyer)
        if ledger and ledger[0].exists:
            return case.ticket if case else None
        case = case or _rebuilt(fact)
    unit = Unit()
    if case is not None and _belongs(fact, case.ticket):
        _plan(unit, case, fact)
    if once is not None:
        unit.create_unread(once.ref, once.fields)
    if not unit.empty:
        unit.commit()
    return case.ticket if case else None


def _belongs(fact: PaymentIntent, ticket: Ticket) -> bool:
    """Whether the PaymentIntent is the ticket's, or may become it."""
    return ticket.payment_intent_id == fact.id or (ticket.payment_intent_id is None and ticket.state.live)


def _plan(unit: Unit, case: LoadedTicket, fact: PaymentIntent) -> None:
    if fact.amount_refunded or fact.disputed:
        unit.merge_blindly(payment_ref(fact.id), _aftermath(fact))
    event = _FACTS.get(fact.status)
    happening = Happening(event or Note.ADOPT, "stripe", clock.now(), intent=fact)
    if event is not None and apply(unit, case, happening).verdict is Verdict.MOVE:
        return
    if case.ticket.payment_intent_id is None:
        adopt(unit, case.ticket, fact)


def _aftermath(fact: PaymentIntent) -> dict[str, Any]:
    """What happened to the money after its capture. The ticket has ended and does not change with it."""
    refunded = {"amountRefunded": firestore.Maximum(fact.amount_refunded)}
    return {**refunded, "disputed": True} if fact.disputed else refunded


def adopt(unit: Unit, ticket: Ticket, fact: PaymentIntent) -> None:
    """Plan to record which PaymentIntent is the ticket's. Only this one is ever given to a client."""
    unit.merge_blindly(payment_ref(fact.id), payment_fields(ticket, "created"))
    write(unit, ticket, Happening(Note.ADOPT, "stripe", clock.now()), {"payment_intent_id": fact.id})


def _rebuilt(fact: PaymentIntent) -> LoadedTicket | None:
    """The case of a PaymentIntent whose ticket was never written or is gone, written anew from the metadata.

    ``None`` when the pair has another live ticket by now: then this PaymentIntent is a stray.
    """
    ticket_id, buyer = fact.metadata["ticket_id"], fact.metadata["user_id"]
    lock, ticket, user = documents.read(lock_ref(buyer, fact.metadata["imecon_id"]), *loaded_ticket.refs(ticket_id))
    if lock.exists or ticket.exists:
        return None if not ticket.exists else loaded_ticket.of(ticket, user)
    unit = Unit()
    open_purchase(unit, lock, ticket, purchase_fields(fact.metadata, params_of(fact), fact.created), "stripe")
    unit.commit()
    log.warning("ticket rebuilt", ticket=ticket_id, paymentIntent=fact.id)
    return loaded_ticket.of(ticket, user)


def open_purchase(
    unit: Unit, lock: documents.Doc, ticket: documents.Doc, fields: dict[str, object], actor: str
) -> None:
    """Plan a new ticket that waits for its payment, with its lock and the first line of its history."""
    now = fields["created_at"]
    unit.create(lock, {"ticket_id": ticket.id})
    unit.create(
        ticket,
        {**fields, "status": PENDING.status, "version": 1, "due_action": "void", "due_at": fields["expires_at"]},
    )
    happening = Happening(Note.PURCHASE, actor, now)  # type: ignore[arg-type]
    unit.create_unread(history_ref(ticket.id, 1), history_line(None, PENDING.status, happening))


def _close_stray(fact: PaymentIntent) -> None:
    """Cancel a PaymentIntent that names a ticket which has another one. Its secret was never given to anybody."""
    if fact.at_rest:
        return
    if fact.status == objects.CAPTURED:
        log.error(
            "stray_capture", paymentIntent=fact.id, ticket=fact.metadata["ticket_id"], amount=fact.amount_received
        )
    else:
        # Cancelling twice does no harm, while a fixed key would have a saved error answer for as long as it is kept.
        gateway.cancel(fact.id, f"{fact.id}:stray:{uuid.uuid4().hex}")
        log.warning("stray payment intent cancelled", paymentIntent=fact.id)
