"""Perk codes: consultations given away. No Stripe at any step, so every move is one commit.

The code is on neither the ticket nor the consultant's ``dm_requests``, because others may still use it; only the
pair's lock, which nobody can read, remembers it so that a use can be given back.
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

from google.cloud import firestore

from common import cache, clock, documents
from common.callable import Caller
from common.documents import Doc, Unit, user_ref
from common.errors import Refusal
from consultation import push_messages, user_lists
from consultation.answers import RoomView
from consultation.reasons import ConsultationReason
from consultation.states import USED, Event
from consultation.ticket import Terms, Ticket, history_ref, lock_ref, new_ticket_id, room_ref, ticket_ref
from consultation.transition import Happening, history_line, room_fields

TICKET_TYPE = "dm_consultation"


def redemption_ref(code: str, uid: str) -> firestore.DocumentReference:
    """The document that lets a user use a campaign's code once."""
    return documents.ref("ticket_codes", code, "redemptions", uid)


def redeem(caller: Caller, wanted: str | None, code: Doc, redemption: Doc) -> RoomView:
    """Use a perk code once: a ticket in ``used`` with its room, in one commit."""
    imecon_id = _imecon(caller, wanted, code)
    _check(code, redemption)
    kind, imecon, lock = cache.read(
        documents.ref("ticket_types", TICKET_TYPE),
        documents.ref("imecons", imecon_id),
        beside=(lock_ref(caller.uid, imecon_id),),
    )
    if not imecon.get("active"):
        raise Refusal(ConsultationReason.IMECON_UNAVAILABLE)
    if lock.exists:
        raise Refusal(ConsultationReason.CONSULTATION_IN_PROGRESS, ticket_id=lock["ticket_id"])
    ticket = Doc(ticket_ref(new_ticket_id(caller.uid)), None, None)
    unit = Unit()
    _plan(unit, ticket, caller.uid, imecon_id, Terms.of(kind.data or {}))
    unit.create(lock, {"ticket_id": ticket.id, "ticket_code": code.id})
    unit.create(redemption, {"ticket_ref": ticket.ref, "redeemed_at": clock.now()})
    unit.update_as_read(code, {"redeemed_count": code["redeemed_count"] + 1})
    unit.commit()
    return RoomView.of(Ticket(ticket))


def _imecon(caller: Caller, wanted: str | None, code: Doc) -> str:
    fixed = code.get("imecon_ref")
    imecon_id = fixed.id if fixed is not None else wanted
    if imecon_id is None:
        raise Refusal(ConsultationReason.IMECON_REQUIRED)
    if wanted is not None and wanted != imecon_id:
        raise Refusal(ConsultationReason.IMECON_UNAVAILABLE)
    if imecon_id == caller.uid:
        raise Refusal(ConsultationReason.SELF_PURCHASE)
    return str(imecon_id)


def _check(code: Doc, redemption: Doc) -> None:
    if redemption.exists:
        raise Refusal(ConsultationReason.CODE_ALREADY_REDEEMED, chat_room_id=redemption["ticket_ref"].id)
    if clock.now() >= code["valid_until"]:
        raise Refusal(ConsultationReason.CODE_EXPIRED)
    if code["redeemed_count"] >= code["max_redemptions"]:
        raise Refusal(ConsultationReason.CODE_EXHAUSTED)


def _plan(unit: Unit, ticket: Doc, uid: str, imecon_id: str, terms: Terms) -> None:
    now = clock.now()
    expires_at = now + timedelta(hours=terms.hold_hours)
    fields = {
        "user_ref": user_ref(uid),
        "imecon_ref": user_ref(imecon_id),
        "status": USED.status,
        "type": TICKET_TYPE,
        "amount": 0,
        "currency": "jpy",
        "terms": asdict(terms),
        "chat_room_ref": room_ref(ticket.id),
        "created_at": now,
        "used_at": now,
        "expires_at": expires_at,
        "due_action": "void",
        "due_at": expires_at,
        "version": 1,
    }
    planned = Ticket(Doc(ticket.ref, fields, None))
    unit.create(ticket, fields)
    unit.create_unread(history_ref(ticket.id, 1), history_line(None, USED.status, Happening(Event.REDEEM, uid, now)))
    unit.create_unread(room_ref(ticket.id), room_fields(planned, now))
    user_lists.raise_request(unit, planned, status="used", code=None, expires_at=expires_at, now=now)
    push_messages.notify(unit, planned, Event.REDEEM, 1, now)
