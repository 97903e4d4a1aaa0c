"""The ticket, the aggregate of a consultation: a typed view of ``tickets/{id}`` and the ids around it.

A ticket's id is ``{buyer uid}.{random}``. So the buyer's own document is known from the id alone and can be read in the
same round trip; an id says nothing the consultant does not see in ``user_ref`` anyway.
"""

from __future__ import annotations

import functools
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from google.cloud import firestore

from common import documents
from common.documents import Doc, user_ref
from consultation.states import Decision, State, Status
from payments.objects import PaymentIntent

PaymentStatus = Literal["created", "requires_capture", "captured", "canceled"]
RoomStatus = Literal["pending", "active", "ended", "cancelled"]
_PAYMENT_STATUS: dict[Status, PaymentStatus] = {
    Status.PENDING_PAYMENT: "created",
    Status.COMPLETED: "captured",
    Status.CANCELLED: "canceled",
}

MINIMUM_JPY = 50
CAPTURE_MARGIN = timedelta(minutes=60)


@dataclass(frozen=True)
class Terms:
    """What was promised when the ticket was bought, frozen on it. A later change of the type does not reach it.

    Attributes:
        session_minutes: length of the session.
        min_session_minutes: a consultant who ends earlier than this charges nothing.
        resume_minutes: how long after its end a room can be reopened.
        hold_hours: how long an authorization waits for its session.
        pending_minutes: how long an unpaid purchase stays open.
    """

    session_minutes: int = 30
    min_session_minutes: int = 3
    resume_minutes: int = 60
    hold_hours: int = 72
    pending_minutes: int = 60

    @classmethod
    def of(cls, fields: dict[str, Any]) -> Terms:
        """From a ticket type's or a ticket's fields; what they lack has the default."""
        return cls(**{name: int(fields[name]) for name in cls.__dataclass_fields__ if fields.get(name) is not None})


def new_ticket_id(uid: str) -> str:
    """A fresh id for a ticket of this buyer."""
    return f"{uid}.{secrets.token_hex(12)}"


def buyer_of(ticket_id: str) -> str:
    """The buyer's uid, which a ticket's id begins with."""
    return ticket_id.rpartition(".")[0]


def ticket_ref(ticket_id: str) -> firestore.DocumentReference:
    """``tickets/{id}``, the aggregate."""
    return documents.ref("tickets", ticket_id)


def history_ref(ticket_id: str, version: int) -> firestore.DocumentReference:
    """The history line of one version of a ticket."""
    return documents.ref("tickets", ticket_id, "history", str(version))


def room_ref(room_id: str) -> firestore.DocumentReference:
    """``chat_rooms/{id}``: the id of the ticket that first opened it."""
    return documents.ref("chat_rooms", room_id)


def payment_ref(payment_intent_id: str) -> firestore.DocumentReference:
    """``payment_intents/{pi_…}``, the payment as the app reads it."""
    return documents.ref("payment_intents", payment_intent_id)


def lock_ref(uid: str, imecon_id: str) -> firestore.DocumentReference:
    """The pair's lock, which lets one live ticket exist between two people.

    Unambiguous because consultants' ids may not begin or end with ``_`` or hold ``__`` (``ImeconId``).
    """
    return documents.ref("ticket_locks", f"{uid}__{imecon_id}")


@functools.cache
def _state(status: str, decision: str | None) -> State:
    """There are few, and each call asks some twenty times."""
    return State(Status(status), Decision(decision) if decision else None)


class Ticket:
    """A ticket document with its fields typed. It always shows what its ``Doc`` holds, also after a commit."""

    def __init__(self, doc: Doc) -> None:
        self.doc = doc

    @property
    def id(self) -> str:
        return self.doc.id

    @property
    def state(self) -> State:
        return _state(self.doc["status"], self.doc.get("decision") if self._open else None)

    @property
    def _open(self) -> bool:
        return self.doc["status"] not in (Status.COMPLETED, Status.CANCELLED)

    @property
    def version(self) -> int:
        return int(self.doc.get("version", 0))

    @property
    def buyer(self) -> str:
        return str(self.doc["user_ref"].id)

    @property
    def imecon(self) -> str:
        return str(self.doc["imecon_ref"].id)

    @property
    def perk(self) -> bool:
        return self.doc.get("create_params") is None

    @property
    def terms(self) -> Terms:
        return Terms.of(self.doc.get("terms", {}))

    @property
    def amount(self) -> int:
        return int(self.doc.get("amount", 0))

    @property
    def code(self) -> str | None:
        code: str | None = self.doc.get("ticket_code")
        return code

    @property
    def payment_intent_id(self) -> str | None:
        known: str | None = self.doc.get("payment_intent_id")
        return known

    @property
    def ends_at(self) -> datetime | None:
        """When the session ends or ended; ``None`` before it starts."""
        started = self.time("started_at")
        if started is None:
            return None
        planned = started + timedelta(minutes=self.terms.session_minutes)
        ended = self.time("decided_at") or self.time("completed_at")
        return planned if ended is None else min(planned, ended)

    @property
    def room_status(self) -> RoomStatus:
        """The chat room's status that the ticket's state implies."""
        state = self.state
        if state.status is Status.ACTIVE and state.decision is None:
            return "active"
        if state.status is Status.USED and state.decision is None:
            return "pending"
        return "ended" if self.time("started_at") or state.status is Status.COMPLETED else "cancelled"

    @property
    def payment_status(self) -> PaymentStatus:
        """What ``payment_intents/{id}.status`` is while the ticket is in its state."""
        return _PAYMENT_STATUS.get(self.state.status, "requires_capture")

    @property
    def decision(self) -> Decision | None:
        """The decision made, kept on a finished ticket too."""
        decision = self.doc.get("decision")
        return Decision(decision) if decision else None

    @property
    def room_id(self) -> str:
        """The chat room's id: the ticket's own, or that of the room it reopens."""
        room = self.doc.get("chat_room_ref")
        return self.id if room is None else str(room.id)

    def time(self, field: str) -> datetime | None:
        value: datetime | None = self.doc.get(field)
        return value

    def passed(self, field: str, now: datetime) -> bool:
        """Whether the deadline in ``field`` is reached. The deadline itself is too late."""
        deadline = self.time(field)
        return deadline is not None and now >= deadline

    @property
    def attempt(self) -> int:
        """Counts the idempotency keys used up: it grows only after a saved error was replayed."""
        return int(self.doc.get("attempt", 1))

    def key(self, operation: str) -> str:
        """The idempotency key of an operation in the ticket's present attempt."""
        return f"{self.id}:{operation}:{self.attempt}"

    def is_party(self, uid: str) -> bool:
        return uid in (self.buyer, self.imecon)


def purchase_metadata(
    ticket_id: str, uid: str, imecon_id: str, ticket_type: str, room_id: str | None, terms: Terms
) -> dict[str, str]:
    """The PaymentIntent's metadata: the server's own, and enough to rebuild every record from it.

    It names the project, because several may share an account, and none may touch another's payments.
    Stripe drops keys with an empty value, so what is absent has no key.
    """
    return {
        "project": documents.project(),
        "ticket_id": ticket_id,
        "user_id": uid,
        "imecon_id": imecon_id,
        "ticket_type": ticket_type,
        "terms": json.dumps(asdict(terms), separators=(",", ":")),
        **({"chat_room_id": room_id} if room_id else {}),
    }


def purchase_fields(metadata: dict[str, str], params: dict[str, Any], now: datetime) -> dict[str, Any]:
    """The fields of a ticket just bought, from the very metadata that its PaymentIntent carries."""
    terms = Terms.of(json.loads(metadata["terms"]))
    room = metadata.get("chat_room_id")
    return {
        "user_ref": user_ref(metadata["user_id"]),
        "imecon_ref": user_ref(metadata["imecon_id"]),
        "type": metadata["ticket_type"],
        "amount": params["amount"],
        "currency": params["currency"],
        "create_params": params,
        "terms": asdict(terms),
        "chat_room_ref": room_ref(room) if room else None,
        "payment_intent_id": None,
        "ticket_code": None,
        "decision": None,
        "attempt": 1,
        "created_at": now,
        "expires_at": now + timedelta(minutes=terms.pending_minutes),
    }


def params_of(intent: PaymentIntent) -> dict[str, Any]:
    """The parameters a PaymentIntent was created with, for a ticket rebuilt from it."""
    return create_params(intent.amount, intent.currency, intent.metadata)


def create_params(amount: int, currency: str, metadata: dict[str, str]) -> dict[str, Any]:
    """What is sent to create the hold. Cards only, and captured by us alone."""
    return {
        "amount": amount,
        "currency": currency,
        "capture_method": "manual",
        # payment_method_types, its predecessor, is refused since API version 2026-09-30.endive.
        "allowed_payment_method_types": ["card"],
        "metadata": metadata,
    }


def hold_deadline(terms: Terms, authorized_at: datetime, capture_before: datetime | None) -> datetime:
    """When an unused hold is voided: after ``hold_hours``, but early enough that a session begun at the last moment
    can still be captured before the bank releases the hold."""
    deadline = authorized_at + timedelta(hours=terms.hold_hours)
    if capture_before is None:
        return deadline
    return min(deadline, capture_before - timedelta(minutes=terms.session_minutes) - CAPTURE_MARGIN)


def unserved(ticket: Ticket, uid: str, now: datetime) -> bool:
    """Whether the consultant (only they count) stops so early that there was no service to pay for."""
    started = ticket.time("started_at")
    if started is None or uid != ticket.imecon:
        return False
    return now < started + timedelta(minutes=ticket.terms.min_session_minutes)
