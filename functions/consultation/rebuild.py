"""What was deleted by hand, or never written, is written anew from what is left of it.

A payment at Stripe outlives its documents. Whose it is, its payment's document says, else its metadata; how far the
consultation had come, the history, else the chat room and the code.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, history, ids, log
from common.documents import Doc, Unit, user_ref
from consultation import loaded_ticket
from consultation.happening import Happening, Note
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import TicketOrigin, params_of
from consultation.records import lock_ref, room_ref, ticket_ref
from consultation.states import (
    ACTIVE,
    AUTHORIZED,
    CAPTURING,
    PENDING,
    USED,
    VOIDING_ACTIVE,
    VOIDING_USED,
    Decision,
    Event,
    Kind,
    State,
    Status,
    decide,
)
from consultation.terms import Terms, hold_deadline
from consultation.ticket import new_ticket
from consultation.transition import begin
from payments import objects
from payments.objects import PaymentIntent
from payments.purchase import RESUME_AFTER

Fields = dict[str, Any]
_TIMES = {
    Event.HOLD_PLACED: ("authorized_at",),
    Event.REDEEM: ("used_at",),
    Event.REOPEN: ("used_at", "started_at"),
    Event.ACCEPT: ("started_at",),
}


def named_by(payment: Doc) -> str | None:
    """The id of the ticket that a payment's document names; ``None`` where it names none that can be."""
    ticket_id = payment.get("ticketId")
    return ticket_id if ids.usable(ticket_id) else None


def on_record(fact: PaymentIntent, named: LoadedTicket | None, payment: Doc) -> LoadedTicket | None:
    """The ticket that a PaymentIntent is of, as far as a record says so.

    Args:
        named: the ticket that its metadata names, if there is one.
        payment: its payment's document.
    """
    if named is not None and named.ticket.payment_intent_id == fact.id:
        return named
    recorded = named_by(payment)
    if recorded is not None:
        return named if named is not None and named.ticket.id == recorded else loaded_ticket.load(recorded)
    if named is not None and named.ticket.payment_intent_id is None:
        return named
    return _ticket_that_has(fact.id) or named


def _ticket_that_has(payment_intent_id: str) -> LoadedTicket | None:
    """A ticket whose payment's document is gone. Asked only where something would be written anew or closed."""
    has_it = FieldFilter("payment_intent_id", "==", payment_intent_id)
    for found in documents.collection("tickets").where(filter=has_it).limit(1).select([]).stream():
        return loaded_ticket.load(found.id)
    return None


def rebuilt(fact: PaymentIntent, payment: Doc) -> LoadedTicket | None:
    """The ticket of a PaymentIntent, written anew.

    ``None`` when the pair has another live ticket by now: then this PaymentIntent is a stray.
    """
    origin = _origin(fact, payment)
    if origin is None:
        return None
    room_id = origin.chat_room_id or origin.ticket_id
    lock, room, ticket, lists = documents.read(
        lock_ref(origin.user_id, origin.imecon_id), room_ref(room_id), *loaded_ticket.refs(origin.ticket_id)
    )
    if ticket.exists:
        return loaded_ticket.of(ticket, lists)
    if lock.exists and lock["ticket_id"] != origin.ticket_id:
        return None
    if not _of_pair(room, origin):
        origin, room = replace(origin, chat_room_id=None), Doc.new(room.ref)
    lines = history.lines(ticket.ref)
    fields = _ordered(fact, origin, payment) | _progress(fact, origin, lines, room) | _refunds(lines)
    unit = Unit()
    if not lock.exists:
        unit.create(lock, {"ticket_id": ticket.id})
    begin(unit, ticket, fields, Happening(Note.REBUILD, "stripe", clock.now()), after=lines)
    unit.commit()
    log.warning("ticket rebuilt", ticket=ticket.id, paymentIntent=fact.id, status=fields["status"])
    return loaded_ticket.of(ticket, lists)


def _origin(fact: PaymentIntent, payment: Doc) -> TicketOrigin | None:
    """Who ordered what: by the record, with the terms from the metadata if that tells of the same ticket."""
    ordered, recorded = TicketOrigin.of(fact.origin), TicketOrigin.recorded(payment)
    same = ordered is not None and recorded is not None and ordered.ticket_id == recorded.ticket_id
    return ordered if same or recorded is None else recorded


def _ordered(fact: PaymentIntent, origin: TicketOrigin, payment: Doc) -> Fields:
    """The ticket as it was when it was bought."""
    own = {name: payment.get(shown) for name, shown in (("session_id", "sessionId"), ("metadata", "metadata"))}
    return new_ticket(
        Kind.PAID,
        origin,
        fact.created,
        amount=fact.amount,
        currency=fact.currency,
        create_params=params_of(fact),
        **{name: value for name, value in own.items() if value is not None},
    )


def _progress(fact: PaymentIntent, origin: TicketOrigin, lines: history.Lines, room: Doc) -> Fields:
    """How far it had come, and what is due next."""
    state, found = _from_history(lines) if lines else _from_room(origin, room)
    code = _code_of(origin.ticket_id)
    if state in (PENDING, AUTHORIZED) and (code is None or fact.status != objects.HELD):
        # What Stripe says next tells the rest, and gives it a code.
        return {}
    if state == PENDING:
        state = AUTHORIZED
    authorized_at = fact.authorized_at or found.get("authorized_at") or fact.created
    expires_at = hold_deadline(origin.terms, authorized_at, fact.capture_before)
    if state.status not in (Status.PENDING_PAYMENT, Status.AUTHORIZED):
        found["chat_room_ref"] = room_ref(origin.chat_room_id or origin.ticket_id)
    if state.status is not Status.PENDING_PAYMENT:
        found |= {"authorized_at": authorized_at, "expires_at": expires_at, "ticket_code": code}
    known = {"status": state.status, "decision": state.decision, "payment_intent_id": fact.id}
    return {**found, **known, **_due(fact, state, found, expires_at, origin.terms)}


def _due(fact: PaymentIntent, state: State, found: Fields, expires_at: datetime, terms: Terms) -> Fields:
    if state.decision is not None:
        capture = {"capture_amount": fact.amount} if state.decision is Decision.CAPTURE else {}
        return {"due_action": "resume", "due_at": clock.now() + RESUME_AFTER, **capture}
    if state == ACTIVE:
        return {"due_action": "end", "due_at": found["started_at"] + timedelta(minutes=terms.session_minutes)}
    return {"due_action": "void", "due_at": expires_at}


def _refunds(lines: history.Lines) -> Fields:
    """How many refunds were decided, so that the next one has an idempotency key of its own."""
    decided = sum(line.get("event") == Note.REFUND for line in lines.values())
    return {"refund_number": decided} if decided else {}


def _from_history(lines: history.Lines) -> tuple[State, Fields]:
    """The last state before its end, which Stripe tells anew, and when it came there."""
    state, found = PENDING, dict[str, Any]()
    for _, line in sorted(lines.items()):
        if line.get("event") not in list(Event):
            continue
        event = Event(line["event"])
        target = decide(state, event).state
        if not target.live:
            break
        found |= dict.fromkeys(_TIMES.get(event, ()), line.get("at"))
        if target.decision is not state.decision:
            reason = {"cancel_reason": line.get("reason")} if target.decision is Decision.VOID else {}
            found |= {"decided_at": line.get("at"), **reason}
        state = target
    return state, found


def _from_room(origin: TicketOrigin, room: Doc) -> tuple[State, Fields]:
    """What its chat room tells: whether it was redeemed, whether the session began, and whether that is over."""
    if room.get("ticket_ref") != ticket_ref(origin.ticket_id):
        return PENDING, {}
    started, ends_at = room.get("started_at"), room.get("ends_at")
    found = {"used_at": started or room.get("created_at"), "started_at": started}
    if room.get("status") == "pending":
        return USED, found
    if room.get("status") == "active":
        return ACTIVE, found
    if started is None or ends_at is None:
        return VOIDING_USED, {**found, "started_at": None, "cancel_reason": "cancelled"}
    if ends_at - started < timedelta(minutes=origin.terms.min_session_minutes):
        return VOIDING_ACTIVE, {**found, "decided_at": ends_at, "cancel_reason": "ended_early"}
    return CAPTURING, {**found, "decided_at": ends_at}


def _of_pair(room: Doc, origin: TicketOrigin) -> bool:
    """Whether a room is of these two people. Which room a ticket reopens may have been edited at Stripe."""
    people = (user_ref(origin.user_id), user_ref(origin.imecon_id))
    return room.exists and (room.get("user_ref"), room.get("imecon_ref")) == people


def _code_of(ticket_id: str) -> str | None:
    """The code that a ticket was given."""
    its = FieldFilter("ticket_ref", "==", ticket_ref(ticket_id))
    for found in documents.collection("ticket_codes").where(filter=its).limit(1).select([]).stream():
        return str(found.id)
    return None
