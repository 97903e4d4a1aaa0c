"""What must hold between Stripe, tickets, payments, rooms, codes and people's lists when nothing is under way.

Pure. Source: the rules of money. The records are, by document id where nothing else is said:

- ``now``: the server's time.
- ``intents``: Stripe's PaymentIntents.
- ``tickets``, ``payments``, ``rooms``, ``codes``; ``locks`` by pair.
- ``disputes``: the statuses of each PaymentIntent's disputes, newest first.
- ``lists``: ``consultation_lists``, empty for a buyer who has none; ``users``, as far as they are there.
- ``histories``: the lines of each ticket, by version.
- ``redemptions``: how many people used each perk code.
- ``requests``: ``(consultant, ticket id)`` of every pending consultation.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from common import history
from common.invariants import rule
from consultation.states import AUTHORIZED, CANCELLED, COMPLETED, USED, Decision, Kind, Status
from consultation.ticket import Ticket
from payments import aftermath, objects
from payments.disputes import LOST, costs_money, status_that_counts
from payments.objects import PaymentIntent

Fields = dict[str, Any]
ONE_SWEEP = timedelta(minutes=5)
_UNSERVED_ENDS = ("ended_early", "hold_lost", "payment_missing")


@rule
def money(intents: dict[str, PaymentIntent], tickets: dict[str, Ticket], payments: dict[str, Fields]) -> Iterator[str]:
    """Captured at Stripe, captured payment and completed ticket are one fact; so are the three ways of cancelled."""
    paid = {ticket.payment_intent_id: ticket for ticket in tickets.values() if ticket.payment_intent_id}
    for id_, fact in intents.items():
        ticket = paid.get(id_)
        if ticket is None:
            if not fact.at_rest:
                yield f"{id_}: {fact.status} at Stripe but no ticket has it"
            continue
        expected = _expected_status(ticket)
        if fact.status not in expected:
            yield f"{id_}: {fact.status} at Stripe, ticket {ticket.id} is {ticket.state}"
        payment = payments.get(id_)
        if payment is None:
            yield f"{id_}: no payment document"
            continue
        if payment["status"] != ticket.payment_status:
            yield f"{id_}: payment is {payment['status']}, ticket {ticket.id} is {ticket.state}"
        if payment["amount"] != fact.amount:
            yield f"{id_}: {fact.amount} JPY asked for at Stripe, {payment['amount']} on the payment"
        if payment.get("amountCaptured", 0) != fact.amount_received:
            yield f"{id_}: {fact.amount_received} JPY at Stripe, {payment.get('amountCaptured', 0)} on the payment"
        yield from _after_the_capture(fact, payment)
        if payment["userId"] != ticket.buyer or payment["ticketId"] != ticket.id:
            yield f"{id_}: payment names {payment['userId']}, {payment['ticketId']}"
    for id_ in set(payments) - set(intents):
        if payments[id_]["status"] != "canceled":
            yield f"{id_}: payment unknown at Stripe"
    for id_, ticket in paid.items():
        if id_ not in intents and ticket.state != CANCELLED:
            yield f"{ticket.id}: {id_} is unknown at Stripe"


def _after_the_capture(fact: PaymentIntent, payment: Fields) -> Iterator[str]:
    """The payment shows the refunds that stand, and each dispute. A charge once disputed may say so for ever."""
    if not fact.charge_known:
        return
    refunded = payment.get("amountRefunded", 0)
    if refunded != fact.amount_refunded:
        yield f"{fact.id}: {fact.amount_refunded} JPY refunded at Stripe, {refunded} on the payment"
    if fact.disputed and payment.get("disputeStatus") is None:
        yield f"{fact.id}: disputed at Stripe, the payment does not show it"
    if payment.get("disputed") and not fact.disputed:
        yield f"{fact.id}: nobody ever disputed it at Stripe, the payment says so"


def _expected_status(ticket: Ticket) -> tuple[str, ...]:
    match ticket.state.status:
        case Status.PENDING_PAYMENT:
            return ("requires_payment_method", "requires_action", "requires_confirmation", "processing")
        case Status.COMPLETED:
            return (objects.CAPTURED,)
        case Status.CANCELLED:
            return (objects.CANCELED,)
    return (objects.HELD,)


@rule
def dispute_statuses(payments: dict[str, Fields], disputes: dict[str, list[str]]) -> Iterator[str]:
    """A payment shows the dispute that counts, as it stands."""
    for id_, payment in payments.items():
        shown, counts = payment.get("disputeStatus"), status_that_counts(disputes.get(id_, []))
        if shown != counts:
            yield f"{id_}: its dispute is {counts} at Stripe, {shown} on the payment"
        if payment.get("disputed", False) != costs_money(counts):
            yield f"{id_}: its dispute is {counts} at Stripe, disputed is {payment.get('disputed')}"


@rule
def lifecycle(
    now: datetime, tickets: dict[str, Ticket], intents: dict[str, PaymentIntent], payments: dict[str, Fields]
) -> Iterator[str]:
    """Every unfinished ticket is due in time for something, a finished one for its refund; no session is voided."""
    for ticket in tickets.values():
        due_at, state = ticket.time("due_at"), ticket.state
        if state.live and (due_at is None or not ticket.doc.get("due_action")):
            yield f"{ticket.id}: {state} but nothing is due"
        refunding = state == COMPLETED and ticket.kind is Kind.PAID and ticket.refund_due and due_at is not None
        if not (state.live or refunding) and (due_at is not None or ticket.doc.get("due_action")):
            yield f"{ticket.id}: {state} but something is due"
        if (state.live or refunding) and due_at is not None and now > due_at + ONE_SWEEP:
            yield f"{ticket.id}: {state}, overdue since {due_at}"
        reason = ticket.doc.get("cancel_reason")
        if state.status is Status.CANCELLED and ticket.time("started_at") and reason not in _UNSERVED_ENDS:
            yield f"{ticket.id}: a session was voided, {reason}"
        known = ticket.payment_intent_id or ""
        if (
            state == COMPLETED
            and ticket.decision is Decision.VOID
            and ticket.kind is Kind.PAID
            and not aftermath.returned(intents.get(known), payments.get(known, {}))
        ):
            yield f"{ticket.id}: captured after a void was decided"


@rule
def refunds(tickets: dict[str, Ticket], payments: dict[str, Fields]) -> Iterator[str]:
    """What was decided to be given back was, unless a dispute took it."""
    for ticket in tickets.values():
        payment = payments.get(ticket.payment_intent_id or "", {})
        if ticket.refund_due or payment.get("disputeStatus") == LOST:
            continue
        if payment.get("amountRefunded", 0) < ticket.refund_total:
            shown = payment.get("amountRefunded", 0)
            yield f"{ticket.id}: {ticket.refund_total} JPY were to be given back, {shown} are on the payment"


@rule
def histories(tickets: dict[str, Ticket], histories: dict[str, dict[int, Fields]]) -> Iterator[str]:
    """Gapless, and ending where the ticket is."""
    for ticket in tickets.values():
        for problem in history.problems(ticket.version, ticket.state.status, histories.get(ticket.id, {})):
            yield f"{ticket.id}: {problem}"


@rule
def rooms(tickets: dict[str, Ticket], rooms: dict[str, Fields]) -> Iterator[str]:
    """A ticket opens at most one room, and the room shows what the ticket is."""
    for id_, room in rooms.items():
        ticket = tickets.get(room["ticket_ref"].id)
        if ticket is None or ticket.room_id != id_:
            yield f"room {id_}: its ticket does not have it"
        elif room["status"] != ticket.room_status:
            yield f"room {id_}: {room['status']}, ticket {ticket.id} is {ticket.state}"
    for ticket in tickets.values():
        if ticket.time("used_at") and ticket.room_id not in rooms:
            yield f"{ticket.id}: redeemed without a room"


@rule
def locks(tickets: dict[str, Ticket], locks: dict[str, Fields]) -> Iterator[str]:
    """A pair is locked exactly while it has a live ticket."""
    live = {f"{ticket.buyer}__{ticket.imecon}": ticket.id for ticket in tickets.values() if ticket.state.live}
    if len(live) != sum(ticket.state.live for ticket in tickets.values()):
        yield "two live tickets for one pair"
    held = {id_: lock["ticket_id"] for id_, lock in locks.items()}
    for id_ in sorted(set(live) | set(held)):
        if live.get(id_) != held.get(id_):
            yield f"lock {id_}: holds {held.get(id_)}, live is {live.get(id_)}"


@rule
def codes(tickets: dict[str, Ticket], codes: dict[str, Fields], redemptions: dict[str, int]) -> Iterator[str]:
    """Every paid ticket has its one code, and a perk code counts its uses."""
    for ticket in tickets.values():
        if ticket.code is not None and ticket.code not in codes:
            yield f"{ticket.id}: its code is gone"
    for id_, code in codes.items():
        if code["kind"] == "perk":
            if code["redeemed_count"] != redemptions.get(id_, 0):
                yield f"perk code of {code['created_at']}: {code['redeemed_count']} counted, not as many used it"
            if code["redeemed_count"] > code["max_redemptions"]:
                yield f"perk code of {code['created_at']}: used too often"
        elif (owner := tickets.get(code["ticket_ref"].id)) is None or owner.code != id_:
            yield f"a code's ticket {code['ticket_ref'].id} does not have it"
        elif owner.time("used_at") and code["room"].id != owner.room_id:
            yield f"{owner.id}: its code opened another room"


@rule
def user_lists(tickets: dict[str, Ticket], lists: dict[str, Fields], users: dict[str, Fields]) -> Iterator[str]:
    """A buyer's lists are what their tickets say, and what ``users`` show says the same."""
    bought: dict[str, list[Ticket]] = defaultdict(list)
    wanted: dict[str, list[Ticket]] = defaultdict(list)
    for ticket in _waiting(tickets):
        bought[ticket.buyer].append(ticket)
        wanted[ticket.imecon].append(ticket)
    kept = [(f"consultation_lists/{uid}", uid, doc) for uid, doc in lists.items()]
    for path, uid, doc in [*kept, *((f"users/{uid}", uid, doc) for uid, doc in users.items())]:
        pending = [ticket.id for ticket in bought[uid]]
        if not _same(doc.get("pending_ticket_ids", []), pending):
            yield f"{path}: pending {doc.get('pending_ticket_ids')}, tickets {pending}"
        codes = [ticket.code for ticket in bought[uid] if ticket.state.status is Status.AUTHORIZED]
        if not _same(doc.get("available_ticket_codes", []), codes):
            yield f"{path}: available_ticket_codes differ from the tickets"
    for uid, user in users.items():
        if user.get("has_pending_consultation", False) is not bool(bought[uid]):
            yield f"users/{uid}: has_pending_consultation is {user.get('has_pending_consultation')}"
        asked = [{"user_id": ticket.buyer, "ticket_code": ticket.code} for ticket in wanted[uid] if ticket.code]
        if not _same(user.get("dm_requests", []), asked):
            yield f"users/{uid}: dm_requests differ from the tickets"


def _same(found: Any, expected: list[Any]) -> bool:
    """Whether a list holds what is expected, in any order. What ``users`` hold may be anything."""
    return isinstance(found, list) and len(found) == len(expected) and all(each in found for each in expected)


@rule
def requests(tickets: dict[str, Ticket], requests: set[tuple[str, str]]) -> Iterator[str]:
    """A consultant sees a request exactly while somebody waits for them."""
    expected = {(ticket.imecon, ticket.id) for ticket in _waiting(tickets)}
    for imecon, ticket_id in sorted(expected ^ requests):
        problem = "missing" if (imecon, ticket_id) in expected else "left over"
        yield f"pending_consultations of {imecon}: {ticket_id} is {problem}"


def _waiting(tickets: dict[str, Ticket]) -> list[Ticket]:
    return [ticket for ticket in tickets.values() if ticket.state.status in (AUTHORIZED.status, USED.status)]


RULES = (money, dispute_statuses, lifecycle, refunds, histories, rooms, locks, codes, user_lists, requests)
