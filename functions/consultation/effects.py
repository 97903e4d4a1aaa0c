"""What each transition writes besides the ticket's state: its payment, room, lock, code, and the buyer's lists."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from common import documents, incidents
from common.alerts import Alert
from common.codes import new_code
from common.documents import Unit, user_ref
from consultation import chat_room, shares, user_lists
from consultation.happening import Happening, Note
from consultation.limits import PURCHASES
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import NAME
from consultation.payment_document import payment_fields
from consultation.records import code_ref, lock_ref, payment_ref, redemption_ref, ticket_ref
from consultation.states import ACTIVE, COMPLETED, PENDING, Decision, Event, Kind, State, Status
from consultation.terms import hold_deadline
from consultation.ticket import Ticket
from payments import open_differences
from payments.purchase import RESUME_AFTER

MISSING_LOOKED_FOR_AGAIN = timedelta(days=1)
_CANCEL_REASONS: dict[Event | Note, str] = {
    Event.DECLINE: "declined",
    Event.ABANDON: "ended_early",
    Event.PAYMENT_MISSING: "payment_missing",
    Event.WRITE_OFF: "payment_missing",
}


def effects(unit: Unit, loaded: LoadedTicket, happening: Happening, target: State) -> dict[str, Any]:
    """The transition's own changes of the ticket; what else it writes is planned on the way."""
    match happening.event:
        case Event.HOLD_PLACED:
            return _hold_placed(unit, loaded, happening)
        case Event.REDEEM:
            return _redeemed(unit, loaded, happening)
        case Event.REOPEN:
            return {"used_at": happening.now, **_started(unit, loaded, happening)}
        case Event.ACCEPT:
            return _started(unit, loaded, happening)
        case Event.PAYMENT_MISSING if target.live:
            return _cannot_be_captured(loaded.ticket, happening)
    if target.live:
        return _decided(unit, loaded.ticket, happening, target)
    return _finished(unit, loaded, happening, target)


def _hold_placed(unit: Unit, loaded: LoadedTicket, happening: Happening) -> dict[str, Any]:
    assert happening.intent is not None
    ticket = loaded.ticket
    authorized_at = happening.intent.authorized_at or happening.now
    expires_at = hold_deadline(ticket.terms, authorized_at, happening.intent.capture_before)
    code = new_code()
    unit.create_unread(
        code_ref(code),
        {
            "kind": "ticket",
            "ticket_ref": ticket_ref(ticket.id),
            "imecon_ref": user_ref(ticket.imecon),
            "room": ticket.doc.get("chat_room_ref"),
            "created_at": happening.now,
        },
    )
    user_lists.raise_request(
        unit, ticket, loaded.lists, status="authorized", code=code, expires_at=expires_at, now=happening.now
    )
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


def _redeemed(unit: Unit, loaded: LoadedTicket, happening: Happening) -> dict[str, Any]:
    ticket, room = loaded.ticket, loaded.room
    assert room is not None
    chat_room.open_pending(unit, ticket, room, happening.now)
    user_lists.use_code(unit, ticket, loaded.lists)
    unit.merge_blindly(code_ref(ticket.code or ""), {"room": room.ref})
    return {"used_at": happening.now, "chat_room_ref": room.ref}


def _started(unit: Unit, loaded: LoadedTicket, happening: Happening) -> dict[str, Any]:
    ticket, now = loaded.ticket, happening.now
    ends_at = now + timedelta(minutes=ticket.terms.session_minutes)
    chat_room.start(unit, ticket, now, ends_at)
    user_lists.clear(unit, ticket, loaded.lists)
    return {"started_at": now, "due_action": "end", "due_at": ends_at}


def _decided(unit: Unit, ticket: Ticket, happening: Happening, target: State) -> dict[str, Any]:
    """The one decision about the money, stored with all that carrying it out needs."""
    now = happening.now
    if target.status is Status.ACTIVE:
        chat_room.end(unit, ticket, now)
    elif target.status is Status.USED:
        chat_room.close(unit, ticket, "cancelled")
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
    if happening.intent is not None:
        changes["payment_intent_id"] = happening.intent.id
        unit.merge_blindly(payment_ref(happening.intent.id), payment_fields(ticket, ticket.payment_status))
    if happening.event is Event.CANCEL and happening.actor == ticket.buyer and ticket.state != PENDING:
        PURCHASES.count_again(unit, ticket.buyer, ticket.doc["created_at"], now)
    return changes


def _cannot_be_captured(ticket: Ticket, happening: Happening) -> dict[str, Any]:
    """Stripe is asked again every day, in case it was the wrong key that found nothing."""
    now = happening.now
    return {"payment_missing_at": ticket.time("payment_missing_at") or now, "due_at": now + MISSING_LOOKED_FOR_AGAIN}


def _finished(unit: Unit, loaded: LoadedTicket, happening: Happening, target: State) -> dict[str, Any]:
    """The end: the lock, the lists and the room go with the ticket, and the payment shows what became of the money."""
    ticket, now, before = loaded.ticket, happening.now, loaded.ticket.state
    if before.status in (Status.AUTHORIZED, Status.USED):
        user_lists.clear(unit, ticket, loaded.lists)
    if before == ACTIVE:
        chat_room.end(unit, ticket, now)
    elif before.status is Status.USED:
        chat_room.close(unit, ticket, "ended" if target == COMPLETED else "cancelled")
    unit.delete_blindly(lock_ref(ticket.buyer, ticket.imecon))
    changes: dict[str, Any] = {"due_action": None, "due_at": None}
    if target == COMPLETED:
        changes["completed_at"] = now
    else:
        changes["cancel_reason"] = ticket.doc.get("cancel_reason") or _cancel_reason(ticket, happening)
    if ticket.kind is Kind.PERK:
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
            _tell(unit, Alert.CAPTURED_UNSERVED, ticket, intent.id, intent.amount_received)
            open_differences.note(unit, NAME, ticket.id)
    else:
        more = {"amountCaptured": 0, "canceledAt": now}
        in_session = before.status is Status.ACTIVE and before.decision is not Decision.VOID
        if in_session and happening.event is Event.CANCELED:
            lost = intent.id if intent is not None else ticket.payment_intent_id
            _tell(unit, Alert.HOLD_LOST, ticket, lost, ticket.amount)
            changes["cancel_reason"] = "hold_lost"
    if known := intent.id if intent is not None else ticket.payment_intent_id:
        changes["payment_intent_id"] = known
        unit.merge_blindly(
            payment_ref(known), payment_fields(ticket, "captured" if target == COMPLETED else "canceled", **more)
        )
    return changes


def _tell(unit: Unit, alert: Alert, ticket: Ticket, payment: str | None, amount: int) -> None:
    what = {"ticket": ticket.id, "paymentIntent": payment, "amount": amount}
    incidents.opened(unit, alert, NAME, ticket.id, what)


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
    code, use = documents.read(code_ref(name), redemption_ref(name, ticket.buyer))
    if code.exists:
        shares.give_back(unit, code, use)
        unit.delete_blindly(use.ref)
