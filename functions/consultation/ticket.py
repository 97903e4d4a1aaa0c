"""The ticket, the aggregate of a consultation: how one begins, and a typed view of ``tickets/{id}``."""

from __future__ import annotations

import functools
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Literal

from common.documents import user_ref
from consultation.origin import NAME, TicketOrigin
from consultation.records import room_ref
from consultation.states import CAPTURING, Decision, Kind, State, Status
from consultation.terms import Terms
from payments.purchase import Purchase

REFUND = "refund"
"""``due_action`` of a completed ticket whose refund is decided and not carried out yet."""
PaymentStatus = Literal["created", "requires_capture", "captured", "canceled"]
RoomStatus = Literal["pending", "active", "ended", "cancelled"]
_PAYMENT_STATUS: dict[Status, PaymentStatus] = {
    Status.PENDING_PAYMENT: "created",
    Status.COMPLETED: "captured",
    Status.CANCELLED: "canceled",
}


def new_ticket(
    kind: Kind,
    origin: TicketOrigin,
    now: datetime,
    *,
    amount: int = 0,
    currency: str = "jpy",
    create_params: dict[str, Any] | None = None,
    **own: Any,
) -> dict[str, Any]:
    """The fields of a ticket that begins: one that waits for its payment, or one whose code was given away.

    Args:
        amount: JPY, none for a perk.
        create_params: what Stripe will be sent, for one that is paid.
        own: what the app wants kept on it.
    """
    paid, terms = kind is Kind.PAID, origin.terms
    waits = timedelta(minutes=terms.pending_minutes) if paid else timedelta(hours=terms.hold_hours)
    room = origin.chat_room_id or (None if paid else origin.ticket_id)
    return {
        "kind": kind,
        "user_ref": user_ref(origin.user_id),
        "imecon_ref": user_ref(origin.imecon_id),
        "type": origin.ticket_type,
        "terms": asdict(terms),
        "status": Status.PENDING_PAYMENT if paid else Status.USED,
        "decision": None,
        "amount": amount,
        "currency": currency,
        "create_params": create_params,
        "payment_intent_id": None,
        "attempt": 1,
        "ticket_code": None,
        "chat_room_ref": room_ref(room) if room else None,
        "created_at": now,
        "used_at": None if paid else now,
        "expires_at": now + waits,
        "due_action": "void",
        "due_at": now + waits,
        **own,
    }


@functools.cache
def _state(status: str, decision: str | None) -> State:
    """There are few, and each call asks some twenty times."""
    return State(Status(status), Decision(decision) if decision else None)


class Ticket(Purchase):
    """A ticket document with its fields typed. It always shows what its ``Doc`` holds, also after a commit."""

    domain = NAME

    @property
    def state(self) -> State:
        return _state(self.doc["status"], self.doc.get("decision") if self._open else None)

    @property
    def _open(self) -> bool:
        return self.doc["status"] not in (Status.COMPLETED, Status.CANCELLED)

    @property
    def kind(self) -> Kind:
        return Kind(self.doc["kind"])

    @property
    def type(self) -> str:
        return str(self.doc["type"])

    @property
    def buyer(self) -> str:
        return str(self.doc["user_ref"].id)

    @property
    def imecon(self) -> str:
        return str(self.doc["imecon_ref"].id)

    @property
    def terms(self) -> Terms:
        return Terms.of(self.doc.get("terms", {}))

    @property
    def amount(self) -> int:
        return int(self.doc.get("amount", 0))

    @property
    def currency(self) -> str:
        return str(self.doc.get("currency") or "jpy")

    @property
    def code(self) -> str | None:
        code: str | None = self.doc.get("ticket_code")
        return code

    @property
    def ends_at(self) -> datetime | None:
        """When the session ends or ended; ``None`` before it starts."""
        started = self.time("started_at")
        if started is None:
            return None
        planned = started + timedelta(minutes=self.terms.session_minutes)
        ended = self.time("decided_at") or self.time("completed_at")
        return planned if ended is None else max(started, min(planned, ended))

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
        """The chat room's id, also of one to come: the ticket's own, or that of the room it reopens."""
        return self.known_room_id or self.id

    @property
    def known_room_id(self) -> str | None:
        """The chat room's id once there is one."""
        room = self.doc.get("chat_room_ref")
        return None if room is None else str(room.id)

    @property
    def captured(self) -> int:
        """JPY taken of a completed ticket."""
        return int(self.doc.get("capture_amount") or 0)

    @property
    def refund_due(self) -> bool:
        """Whether a refund is decided and not carried out yet."""
        return bool(self.doc.get("due_action") == REFUND)

    @property
    def refund_amount(self) -> int:
        """JPY of the last refund that was decided here."""
        return int(self.doc.get("refund_amount") or 0)

    @property
    def refund_total(self) -> int:
        """JPY that should have been given back altogether since then."""
        return int(self.doc.get("refund_total") or 0)

    @property
    def payment_missing(self) -> bool:
        """Whether it is to be captured, and Stripe does not know its payment."""
        return self.state == CAPTURING and self.time("payment_missing_at") is not None

    def is_party(self, uid: str) -> bool:
        return uid in (self.buyer, self.imecon)


def unserved(ticket: Ticket, uid: str, now: datetime) -> bool:
    """Whether the consultant (only they count) stops so early that there was no service to pay for.

    Where the clock was set back since the start, nobody knows how long it took, and it counts as a service.
    """
    started = ticket.time("started_at")
    if started is None or uid != ticket.imecon:
        return False
    return started <= now < started + timedelta(minutes=ticket.terms.min_session_minutes)
