"""A small world in memory in which everything agrees, with a ticket in every state, for the invariants to look at."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import stripe

from common import documents
from common.documents import Doc
from consultation.ticket import Ticket
from devkit.world import ConsultationRecords
from payments.objects import PaymentIntent

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
EARLIER = NOW - timedelta(hours=1)
IMECON = "imecon-1"

_STRIPE = {
    "pending_payment": "requires_payment_method",
    "completed": "succeeded",
    "cancelled": "canceled",
}
_PAYMENT = {"pending_payment": "created", "completed": "captured", "cancelled": "canceled"}
_STEPS = {
    "pending_payment": ["pending_payment"],
    "authorized": ["pending_payment", "authorized"],
    "used": ["pending_payment", "authorized", "used"],
    "active": ["pending_payment", "authorized", "used", "active"],
    "completed": ["pending_payment", "authorized", "used", "active", "completed"],
    "cancelled": ["pending_payment", "authorized", "cancelled"],
}


def healthy() -> ConsultationRecords:
    """One paid ticket in each state, each of a buyer named after it, and two perk tickets of one code."""
    world = ConsultationRecords(
        now=NOW,
        intents={},
        tickets={},
        payments={},
        disputes={},
        rooms={},
        locks={},
        codes={},
        lists={},
        users={IMECON: {"dm_requests": []}, "passer-by": {}},
        histories={},
        requests=set(),
        redemptions={},
    )
    for status in _STEPS:
        add_paid(world, status)
    add_perk(world)
    return world


def intent(id_: str, status: str, received: int = 0) -> PaymentIntent:
    """A PaymentIntent of 5,000 JPY, as the SDK gives it."""
    fields = {
        "id": id_,
        "object": "payment_intent",
        "status": status,
        "amount": 5000,
        "currency": "jpy",
        "amount_received": received,
        "metadata": {},
        "created": int(EARLIER.timestamp()),
    }
    return PaymentIntent.from_stripe(stripe.PaymentIntent.construct_from(fields, "sk_test_local"))


def add_paid(world: ConsultationRecords, status: str, *, buyer: str | None = None) -> str:
    """A paid ticket in `status` with all that belongs to it; returns its id, `{status}.t` for its own buyer."""
    buyer = buyer or status
    id_, pi, code = f"{status}.t" if buyer == status else f"{buyer}.{status}", f"pi_{buyer}_{status}", f"C-{status}"
    steps = _STEPS[status]
    redeemed, started, done = "used" in steps, "active" in steps, status in ("completed", "cancelled")
    paid = "authorized" in steps
    captured = 5000 if status == "completed" else 0
    _put_ticket(
        world,
        id_,
        buyer,
        steps,
        payment_intent_id=pi,
        create_params={"amount": 5000},
        amount=5000,
        ticket_code=code if paid else None,
        decision={"completed": "capture", "cancelled": "void"}.get(status),
        cancel_reason="expired" if status == "cancelled" else None,
        chat_room_ref=documents.ref("chat_rooms", id_) if redeemed else None,
        used_at=EARLIER if redeemed else None,
        started_at=NOW - timedelta(minutes=10) if started else None,
        due_action=None if done else "void",
        due_at=None if done else LATER,
    )
    world.intents[pi] = intent(pi, _STRIPE.get(status, "requires_capture"), captured)
    world.payments[pi] = {
        "status": _PAYMENT.get(status, "requires_capture"),
        "userId": buyer,
        "ticketId": id_,
        "amount": 5000,
        "amountCaptured": captured,
    }
    if paid:
        room = documents.ref("chat_rooms", id_) if redeemed else None
        world.codes[code] = {"kind": "ticket", "ticket_ref": documents.ref("tickets", id_), "room": room}
    if redeemed:
        _put_room(world, id_, {"used": "pending", "active": "active", "completed": "ended"}[status])
    if status in ("authorized", "used"):
        world.users[IMECON]["dm_requests"].append({"user_id": buyer, "ticket_code": code})
        world.requests.add((IMECON, id_))
        _put_lists(world, buyer, [id_], [code] if status == "authorized" else [])
    return id_


def add_perk(world: ConsultationRecords) -> None:
    """A perk code used by two: one waits for the consultant, the other's consultation is over."""
    _put_ticket(world, "perk.t", "perk", ["used"], used_at=EARLIER, due_action="void", due_at=LATER)
    _put_room(world, "perk.t", "pending")
    _put_lists(world, "perk", ["perk.t"], [])
    world.requests.add((IMECON, "perk.t"))
    _put_ticket(world, "done.t", "done", ["used", "active", "completed"], used_at=EARLIER, started_at=EARLIER)
    _put_room(world, "done.t", "ended")
    world.codes["PERK"] = {"kind": "perk", "created_at": EARLIER, "redeemed_count": 2, "max_redemptions": 2}
    world.redemptions["PERK"] = 2


def rewrite(world: ConsultationRecords, ticket_id: str, **fields: Any) -> None:
    """Change fields of a ticket's document."""
    world.tickets[ticket_id].doc.data = {**(world.tickets[ticket_id].doc.data or {}), **fields}


def _put_ticket(world: ConsultationRecords, id_: str, buyer: str, steps: list[str], **fields: Any) -> None:
    data = {
        "kind": "paid" if "payment_intent_id" in fields else "perk",
        "status": steps[-1],
        "user_ref": documents.ref("users", buyer),
        "imecon_ref": documents.ref("users", IMECON),
        "version": len(steps),
        "terms": {},
        **fields,
    }
    world.tickets[id_] = Ticket(Doc(documents.ref("tickets", id_), data, None))
    world.histories[id_] = {
        number: {"from": steps[number - 2] if number > 1 else None, "to": step}
        for number, step in enumerate(steps, start=1)
    }
    world.users.setdefault(buyer, {})
    world.lists.setdefault(buyer, {})
    if steps[-1] not in ("completed", "cancelled"):
        world.locks[f"{buyer}__{IMECON}"] = {"ticket_id": id_}


def _put_lists(world: ConsultationRecords, buyer: str, pending: list[str], codes: list[str]) -> None:
    world.lists[buyer] = {"pending_ticket_ids": [*pending], "available_ticket_codes": [*codes]}
    world.users[buyer] |= {**world.lists[buyer], "has_pending_consultation": bool(pending)}


def _put_room(world: ConsultationRecords, id_: str, status: str) -> None:
    world.rooms[id_] = {"status": status, "ticket_ref": documents.ref("tickets", id_)}
