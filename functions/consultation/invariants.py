"""What must hold between Stripe, tickets, payments, rooms, codes, flags and points when nothing is under way. Pure.

One module for the tests, for the demo's last table and for the reconciliation, so that all three mean the same.
Source: the rules of money. Each violation is one line for people, and names the ids it is about.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from consultation.states import AUTHORIZED, COMPLETED, USED, Decision, Status
from consultation.ticket import Ticket
from payments import objects
from payments.objects import PaymentIntent
from points import invariants as points_invariants
from points.invariants import Points

Fields = dict[str, Any]
ONE_SWEEP = timedelta(minutes=5)
_UNSERVED_ENDS = ("ended_early", "hold_lost")


@dataclass
class World:
    """Everything a check looks at, by document id. What is not loaded is not checked.

    Attributes:
        now: the server's time.
        intents: Stripe's PaymentIntents by id.
        histories: the history lines of each ticket, by version.
        requests: ``(consultant, ticket id)`` of every pending consultation, if loaded.
        redemptions: how many people used each perk code.
        points: the points programme, if loaded.
    """

    now: datetime
    intents: dict[str, PaymentIntent]
    tickets: dict[str, Ticket]
    payments: dict[str, Fields]
    locks: dict[str, Fields]
    histories: dict[str, dict[int, Fields]]
    rooms: dict[str, Fields] | None = None
    codes: dict[str, Fields] | None = None
    users: dict[str, Fields] = field(default_factory=dict)
    requests: set[tuple[str, str]] | None = None
    redemptions: dict[str, int] = field(default_factory=dict)
    points: Points | None = None


def violations(world: World) -> list[str]:
    """Every rule that does not hold. Empty when all is well."""
    return sorted(
        [
            *_money(world),
            *_lifecycle(world),
            *_history(world),
            *_rooms(world),
            *_locks(world),
            *_codes(world),
            *_flags(world),
            *(points_invariants.violations(world.points) if world.points is not None else ()),
        ]
    )


def _money(world: World) -> Iterator[str]:
    """Captured at Stripe, captured payment and completed ticket are one fact; so are the three ways of cancelled."""
    paid = {ticket.payment_intent_id: ticket for ticket in world.tickets.values() if ticket.payment_intent_id}
    for id_, fact in world.intents.items():
        ticket = paid.get(id_)
        if ticket is None:
            if not fact.at_rest:
                yield f"{id_}: {fact.status} at Stripe but no ticket has it"
            continue
        expected = _expected_status(ticket)
        if fact.status not in expected:
            yield f"{id_}: {fact.status} at Stripe, ticket {ticket.id} is {ticket.state}"
        payment = world.payments.get(id_)
        if payment is None:
            yield f"{id_}: no payment document"
            continue
        if payment["status"] != ticket.payment_status:
            yield f"{id_}: payment is {payment['status']}, ticket {ticket.id} is {ticket.state}"
        if payment["amount"] != fact.amount:
            yield f"{id_}: {fact.amount} JPY asked for at Stripe, {payment['amount']} on the payment"
        if payment.get("amountCaptured", 0) != fact.amount_received:
            yield f"{id_}: {fact.amount_received} JPY at Stripe, {payment.get('amountCaptured', 0)} on the payment"
        if payment["userId"] != ticket.buyer or payment["ticketId"] != ticket.id:
            yield f"{id_}: payment names {payment['userId']}, {payment['ticketId']}"
    for id_ in set(world.payments) - set(world.intents):
        yield f"{id_}: payment unknown at Stripe"
    for id_, ticket in paid.items():
        if id_ not in world.intents:
            yield f"{ticket.id}: {id_} is unknown at Stripe"


def _expected_status(ticket: Ticket) -> tuple[str, ...]:
    match ticket.state.status:
        case Status.PENDING_PAYMENT:
            return ("requires_payment_method", "requires_action", "requires_confirmation", "processing")
        case Status.COMPLETED:
            return (objects.CAPTURED,)
        case Status.CANCELLED:
            return (objects.CANCELED,)
    return (objects.HELD,)


def _lifecycle(world: World) -> Iterator[str]:
    """Every unfinished ticket is due for something in time, no finished one is, and no session is voided."""
    for ticket in world.tickets.values():
        due_at, state = ticket.time("due_at"), ticket.state
        if state.live and (due_at is None or not ticket.doc.get("due_action")):
            yield f"{ticket.id}: {state} but nothing is due"
        if not state.live and (due_at is not None or ticket.doc.get("due_action")):
            yield f"{ticket.id}: {state} but something is due"
        if state.live and due_at is not None and world.now > due_at + ONE_SWEEP:
            yield f"{ticket.id}: {state}, overdue since {due_at}"
        reason = ticket.doc.get("cancel_reason")
        if state.status is Status.CANCELLED and ticket.time("started_at") and reason not in _UNSERVED_ENDS:
            yield f"{ticket.id}: a session was voided, {reason}"
        fact = world.intents.get(ticket.payment_intent_id or "")
        if (
            state == COMPLETED
            and ticket.decision is Decision.VOID
            and not ticket.perk
            and not (fact and fact.given_back)
        ):
            yield f"{ticket.id}: captured after a void was decided"


def _history(world: World) -> Iterator[str]:
    """Gapless: one line a version, each beginning where the one before ended."""
    for ticket in world.tickets.values():
        lines = world.histories.get(ticket.id, {})
        if sorted(lines) != list(range(1, ticket.version + 1)):
            yield f"{ticket.id}: history {sorted(lines)} for version {ticket.version}"
            continue
        states = [None, *(lines[version]["to"] for version in sorted(lines))]
        if any(lines[version]["from"] != states[version - 1] for version in lines):
            yield f"{ticket.id}: history does not connect"
        if states[-1] != ticket.state.status:
            yield f"{ticket.id}: history ends in {states[-1]}, status is {ticket.state.status}"


def _rooms(world: World) -> Iterator[str]:
    """A ticket opens at most one room, and the room shows what the ticket is."""
    if world.rooms is None:
        return
    for id_, room in world.rooms.items():
        ticket = world.tickets.get(room["ticket_ref"].id)
        if ticket is None or ticket.room_id != id_:
            yield f"room {id_}: its ticket does not have it"
        elif room["status"] != ticket.room_status:
            yield f"room {id_}: {room['status']}, ticket {ticket.id} is {ticket.state}"
    for ticket in world.tickets.values():
        if ticket.time("used_at") and ticket.room_id not in world.rooms:
            yield f"{ticket.id}: redeemed without a room"


def _locks(world: World) -> Iterator[str]:
    """A pair is locked exactly while it has a live ticket."""
    live = {f"{ticket.buyer}__{ticket.imecon}": ticket.id for ticket in world.tickets.values() if ticket.state.live}
    if len(live) != sum(ticket.state.live for ticket in world.tickets.values()):
        yield "two live tickets for one pair"
    held = {id_: lock["ticket_id"] for id_, lock in world.locks.items()}
    for id_ in sorted(set(live) | set(held)):
        if live.get(id_) != held.get(id_):
            yield f"lock {id_}: holds {held.get(id_)}, live is {live.get(id_)}"


def _codes(world: World) -> Iterator[str]:
    """Every paid ticket has its one code, and a perk code counts its uses."""
    if world.codes is None:
        return
    for ticket in world.tickets.values():
        if ticket.code is not None and ticket.code not in world.codes:
            yield f"{ticket.id}: its code is gone"
    for id_, code in world.codes.items():
        if code["kind"] == "perk":
            if code["redeemed_count"] != world.redemptions.get(id_, 0):
                yield f"perk code of {code['created_at']}: {code['redeemed_count']} counted, not as many used it"
            if code["redeemed_count"] > code["max_redemptions"]:
                yield f"perk code of {code['created_at']}: used too often"
        elif (owner := world.tickets.get(code["ticket_ref"].id)) is None or owner.code != id_:
            yield f"a code's ticket {code['ticket_ref'].id} does not have it"
        elif owner.time("used_at") and code["room"].id != owner.room_id:
            yield f"{owner.id}: its code opened another room"


def _flags(world: World) -> Iterator[str]:
    """What ``users`` show equals what the tickets say."""
    waiting = [ticket for ticket in world.tickets.values() if ticket.state.status in (AUTHORIZED.status, USED.status)]
    bought: dict[str, list[Ticket]] = defaultdict(list)
    wanted: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in waiting:
        bought[ticket.buyer].append(ticket)
        wanted[ticket.imecon].append(ticket)
    for uid, user in world.users.items():
        mine = bought[uid]
        codes = {ticket.code for ticket in mine if ticket.state.status is Status.AUTHORIZED}
        if set(user.get("available_ticket_codes", [])) != codes:
            yield f"users/{uid}: available_ticket_codes differ from the tickets"
        if set(user.get("pending_ticket_ids", [])) != {ticket.id for ticket in mine}:
            yield f"users/{uid}: pending {user.get('pending_ticket_ids')}, tickets {[ticket.id for ticket in mine]}"
        if user.get("has_pending_consultation", False) != bool(mine):
            yield f"users/{uid}: has_pending_consultation is {user.get('has_pending_consultation')}"
        asked = {(ticket.buyer, ticket.code) for ticket in wanted[uid] if ticket.code}
        shown = {(request["user_id"], request["ticket_code"]) for request in user.get("dm_requests", [])}
        if asked != shown:
            yield f"users/{uid}: dm_requests differ from the tickets"
    asked_for = {(ticket.imecon, ticket.id) for ticket in waiting}
    for imecon, ticket_id in sorted(asked_for ^ (asked_for if world.requests is None else world.requests)):
        problem = "missing" if (imecon, ticket_id) in asked_for else "left over"
        yield f"pending_consultations of {imecon}: {ticket_id} is {problem}"
