"""Applies an event to a case: decides by the state machine and plans every write the transition needs in one unit.

The ticket's compare-and-set guards the whole commit. So the payment, the room, the lock, the code and the flags need no
guard of their own, and can never disagree with the ticket.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from google.cloud import firestore

from common import documents, log
from common.documents import Unit, user_ref
from common.limits import Limit
from consultation import push_messages, user_lists
from consultation.codes import new_code
from consultation.loaded_ticket import LoadedTicket
from consultation.states import (
    ACTIVE,
    COMPLETED,
    PENDING,
    Decision,
    Event,
    Outcome,
    State,
    Status,
    Verdict,
    decide,
)
from consultation.ticket import Ticket, history_ref, hold_deadline, lock_ref, payment_ref, room_ref, ticket_ref
from payments.objects import PaymentIntent

RESUME_AFTER = timedelta(minutes=2)
PURCHASES = Limit("purchases", most=10, window=timedelta(hours=1))
"""Unpaid purchases of one user: a hold takes its purchase back off the count."""

_CANCEL_REASONS: dict[Event | Note, str] = {Event.DECLINE: "declined", Event.ABANDON: "ended_early"}


class Note(StrEnum):
    """Changes of a ticket that move no state, for its history."""

    PURCHASE = "purchase"
    EXTEND = "extend"
    ADOPT = "adopt"
    NEXT_ATTEMPT = "next_attempt"
    POSTPONE = "postpone"


@dataclass(frozen=True)
class Happening:
    """An event with what it brings along.

    Attributes:
        event: which. A note only for changes that move no state.
        actor: a uid, ``schedule`` or ``stripe``, for the history.
        now: the server's time.
        intent: the PaymentIntent a fact comes from.
        capture_amount: JPY to capture, where not all of it.
        reason: why it is cancelled, where the event alone does not say.
    """

    event: Event | Note
    actor: str
    now: datetime
    intent: PaymentIntent | None = None
    capture_amount: int | None = None
    reason: str | None = None


def apply(unit: Unit, case: LoadedTicket, happening: Happening) -> Outcome:
    """Decide, and plan the writes if the event moves the ticket."""
    ticket = case.ticket
    outcome = decide(ticket.state, Event(happening.event), perk=ticket.perk)
    if outcome.verdict is Verdict.MOVE:
        changes = _effects(unit, case, happening, outcome.state)
        write(unit, ticket, happening, {"status": outcome.state.status, **changes})
    return outcome


def write(unit: Unit, ticket: Ticket, happening: Happening, changes: dict[str, Any]) -> None:
    """Plan a change of the ticket with its next version, its history line and its notification."""
    version = ticket.version + 1
    after = {**changes, "version": version}
    status = after.get("status", ticket.doc["status"])
    unit.update_as_read(ticket.doc, after)
    unit.create_unread(
        history_ref(ticket.id, version),
        history_line(ticket.doc["status"], status, happening, after.get("cancel_reason")),
    )
    push_messages.notify(unit, ticket, happening.event, version, happening.now)


def history_line(before: str | None, after: str, happening: Happening, reason: str | None = None) -> dict[str, Any]:
    """One line of ``tickets/{id}/history``."""
    return {
        "from": before,
        "to": after,
        "event": str(happening.event),
        "actor": happening.actor,
        "reason": reason,
        "at": happening.now,
    }


def payment_fields(ticket: Ticket, status: str, **more: Any) -> dict[str, Any]:
    """``payment_intents/{id}`` in full, so that a document that was never written is whole after any write."""
    return {
        "userId": ticket.buyer,
        "imeconId": ticket.imecon,
        "ticketId": ticket.id,
        "sessionId": ticket.doc.get("session_id"),
        "metadata": ticket.doc.get("metadata", {}),
        "amount": ticket.amount,
        "currency": ticket.doc.get("currency"),
        "createdAt": ticket.time("created_at"),
        "status": status,
        **more,
    }


def _effects(unit: Unit, case: LoadedTicket, happening: Happening, target: State) -> dict[str, Any]:
    """The transition's own changes of the ticket; what else it writes is planned on the way."""
    match happening.event:
        case Event.HOLD_PLACED:
            return _hold_placed(unit, case.ticket, happening)
        case Event.REDEEM:
            return _redeemed(unit, case, happening)
        case Event.REOPEN:
            return {"used_at": happening.now, **_started(unit, case, happening)}
        case Event.ACCEPT:
            return _started(unit, case, happening)
    if target.live:
        return _decided(unit, case.ticket, happening, target)
    return _finished(unit, case, happening, target)


def _hold_placed(unit: Unit, ticket: Ticket, happening: Happening) -> dict[str, Any]:
    assert happening.intent is not None
    authorized_at = happening.intent.authorized_at or happening.now
    expires_at = hold_deadline(ticket.terms, authorized_at, happening.intent.capture_before)
    code = new_code()
    unit.create_unread(
        documents.ref("ticket_codes", code),
        {
            "kind": "ticket",
            "ticket_ref": ticket_ref(ticket.id),
            "imecon_ref": user_ref(ticket.imecon),
            "room": ticket.doc.get("chat_room_ref"),
            "created_at": happening.now,
        },
    )
    user_lists.raise_request(unit, ticket, status="authorized", code=code, expires_at=expires_at, now=happening.now)
    PURCHASES.forgive(unit, ticket.buyer, ticket.doc["created_at"], happening.now)
    before = happening.intent.capture_before
    unit.merge_blindly(
        payment_ref(happening.intent.id),
        payment_fields(ticket, "requires_capture", captureBefore=before, authorizedAt=authorized_at),
    )
    return {
        "ticket_code": code,
        "authorized_at": authorized_at,
        "expires_at": expires_at,
        "payment_intent_id": happening.intent.id,
        "due_action": "void",
        "due_at": expires_at,
    }


def _redeemed(unit: Unit, case: LoadedTicket, happening: Happening) -> dict[str, Any]:
    ticket, room = case.ticket, case.room
    assert room is not None
    waiting = room_fields(ticket, happening.now)
    if room.exists:
        unit.update_as_read(room, {**waiting, "created_at": room["created_at"]})
    else:
        unit.create(room, waiting)
    user_lists.use_code(unit, ticket)
    unit.merge_blindly(documents.ref("ticket_codes", ticket.code or ""), {"room": room.ref})
    return {"used_at": happening.now, "chat_room_ref": room.ref}


def room_fields(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """A chat room that waits for the consultant."""
    return {
        "status": "pending",
        "user_ref": user_ref(ticket.buyer),
        "imecon_ref": user_ref(ticket.imecon),
        "ticket_ref": ticket_ref(ticket.id),
        "created_at": now,
        "expires_at": ticket.time("expires_at"),
        "started_at": None,
        "ends_at": None,
    }


def _started(unit: Unit, case: LoadedTicket, happening: Happening) -> dict[str, Any]:
    ticket, now = case.ticket, happening.now
    ends_at = now + timedelta(minutes=ticket.terms.session_minutes)
    unit.merge_blindly(
        room_ref(ticket.room_id),
        {"status": "active", "ticket_ref": ticket_ref(ticket.id), "started_at": now, "ends_at": ends_at},
    )
    user_lists.clear(unit, ticket, case.buyer)
    return {"started_at": now, "due_action": "end", "due_at": ends_at}


def _decided(unit: Unit, ticket: Ticket, happening: Happening, target: State) -> dict[str, Any]:
    """The one decision about the money, stored with all that carrying it out needs."""
    now = happening.now
    if target.status is Status.ACTIVE:
        _end_room(unit, ticket, now)
    elif target.status is Status.USED:
        unit.merge_blindly(room_ref(ticket.room_id), {"status": "cancelled"})
    changes: dict[str, Any] = {
        "decision": target.decision,
        "decided_at": now,
        "due_action": "resume",
        "due_at": now + RESUME_AFTER,
    }
    if target.decision is Decision.CAPTURE:
        changes["capture_amount"] = happening.capture_amount or ticket.amount
    else:
        changes["cancel_reason"] = _cancel_reason(ticket, happening)
    return changes


def _finished(unit: Unit, case: LoadedTicket, happening: Happening, target: State) -> dict[str, Any]:
    """The end: the lock, the flags and the room go with the ticket, and the payment shows what became of the money."""
    ticket, now, before = case.ticket, happening.now, case.ticket.state
    if before.status in (Status.AUTHORIZED, Status.USED):
        user_lists.clear(unit, ticket, case.buyer)
    if before == ACTIVE:
        _end_room(unit, ticket, now)
    elif before.status is Status.USED:
        closed = "ended" if target == COMPLETED else "cancelled"
        unit.merge_blindly(room_ref(ticket.room_id), {"status": closed})
    unit.delete_blindly(lock_ref(ticket.buyer, ticket.imecon))
    changes: dict[str, Any] = {"due_action": None, "due_at": None}
    if target == COMPLETED:
        changes["completed_at"] = now
    else:
        changes["cancel_reason"] = ticket.doc.get("cancel_reason") or _cancel_reason(ticket, happening)
    if ticket.perk:
        _give_back(unit, ticket, happening)
        return changes
    return {**changes, **_settled(unit, ticket, happening, target, before)}


def _settled(unit: Unit, ticket: Ticket, happening: Happening, target: State, before: State) -> dict[str, Any]:
    intent, now = happening.intent, happening.now
    changes: dict[str, Any] = {}
    if target == COMPLETED:
        assert intent is not None
        more = {"amountCaptured": intent.amount_received, "capturedAt": now}
        changes["capture_amount"] = intent.amount_received
        if ticket.time("started_at") is None or before.decision is Decision.VOID:
            _alert(unit, "captured_unserved", ticket, intent.amount_received)
    else:
        more = {"amountCaptured": 0, "canceledAt": now}
        if before.status is Status.ACTIVE and before.decision is not Decision.VOID:
            _alert(unit, "hold_lost", ticket, ticket.amount)
            changes["cancel_reason"] = "hold_lost"
    if intent is not None:
        changes["payment_intent_id"] = intent.id
        unit.merge_blindly(
            payment_ref(intent.id), payment_fields(ticket, "captured" if target == COMPLETED else "canceled", **more)
        )
    return changes


def _alert(unit: Unit, message: str, ticket: Ticket, amount: int) -> None:
    unit.after_commit(
        lambda: log.error(message, ticket=ticket.id, paymentIntent=ticket.payment_intent_id, amount=amount)
    )


def _end_room(unit: Unit, ticket: Ticket, now: datetime) -> None:
    started = ticket.time("started_at") or now
    ends_at = min(now, started + timedelta(minutes=ticket.terms.session_minutes))
    unit.merge_blindly(room_ref(ticket.room_id), {"status": "ended", "ends_at": ends_at})


def _cancel_reason(ticket: Ticket, happening: Happening) -> str:
    if happening.reason is not None:
        return happening.reason
    if happening.event is Event.EXPIRE:
        return "unpaid" if ticket.state == PENDING else "expired"
    if happening.intent is not None:
        return f"stripe:{happening.intent.cancellation_reason or 'canceled'}"
    return _CANCEL_REASONS.get(happening.event, "cancelled")


def _give_back(unit: Unit, ticket: Ticket, happening: Happening) -> None:
    """A perk use that got no consultation counts as not used, unless the buyer gave it up.

    Only the pair's lock remembers the code. It changes with the ticket alone, whose compare-and-set guards this.
    """
    by_others = happening.event is Event.CANCEL and happening.actor != ticket.buyer
    if not by_others and happening.event not in (Event.DECLINE, Event.EXPIRE, Event.ABANDON):
        return
    (lock,) = documents.read(lock_ref(ticket.buyer, ticket.imecon))
    if not (name := lock.get("ticket_code")):
        return
    (code,) = documents.read(documents.ref("ticket_codes", name))
    if code.exists:
        unit.merge_blindly(code.ref, {"redeemed_count": firestore.Increment(-1)})
        unit.delete_blindly(documents.ref("ticket_codes", name, "redemptions", ticket.buyer))
