"""What the daily reconciliation compares of purchases: each PaymentIntent with its ticket and what is around it.

What a lost webhook, an outage or a hand in the dashboard left behind is brought in by the same door as ever
(``settle``); what is then still different no rule allows to repair.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents
from common.documents import Doc
from common.invariants import Violation, violations
from common.pages import PAGE, page_after
from consultation import list_walk, surroundings
from consultation.aftermath import bring_up_to_date
from consultation.decisions import load_up_to_date
from consultation.invariants import RULES
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import TicketOrigin
from consultation.rebuild import named_by
from consultation.records import payment_ref, ticket_ref
from consultation.settle import settle, settle_missing
from consultation.states import COMPLETED, PAID_STATES
from consultation.ticket import Ticket
from payments import aftermath, objects, payment_intents
from payments.domain import Compared, Listed, Listing, Walk
from payments.failures import Missing
from payments.objects import PaymentIntent
from payments.open_differences import PURCHASES

_LIVE = sorted({state.status.value for state in PAID_STATES if state.live})


def judge_listed(facts: Sequence[PaymentIntent]) -> list[Compared | None]:
    """Compare a page of PaymentIntents with their tickets, changing nothing.

    Which ticket a PaymentIntent belongs to our own record of it says; its metadata only where there is none.
    """
    payments = documents.read_page(payment_ref(fact.id) for fact in facts)
    named = {fact.id: _ticket_of(fact, payments[payment_ref(fact.id).path]) for fact in facts}
    tickets = _tickets(id_ for id_ in named.values() if id_)
    paired = {fact.id: tickets.get(named[fact.id] or "") for fact in facts}
    own = [ticket for id_, ticket in paired.items() if ticket is not None and ticket.payment_intent_id == id_]
    records = surroundings.records(own, {fact.id: fact for fact in facts}, payments)
    around = dict(zip((ticket.id for ticket in own), records, strict=True))
    return [_judged(fact, paired[fact.id], around) for fact in facts]


def _ticket_of(fact: PaymentIntent, payment: Doc) -> str | None:
    origin = TicketOrigin.of(fact.origin)
    return named_by(payment) or (origin.ticket_id if origin is not None else None)


def claimed(facts: Sequence[PaymentIntent]) -> set[str]:
    """Those of a page of PaymentIntents, by id, that a payment of ours is on record for, whoever made them."""
    payments = documents.read_page(payment_ref(fact.id) for fact in facts)
    return {payment.id for payment in payments.values() if named_by(payment)}


def _tickets(ids: Any) -> dict[str, Ticket]:
    found = documents.read_page(ticket_ref(id_) for id_ in ids)
    return {doc.id: Ticket(doc) for doc in found.values() if doc.exists}


def _judged(fact: PaymentIntent, ticket: Ticket | None, around: Mapping[str, dict[str, Any]]) -> Compared | None:
    if ticket is None:
        return None
    if ticket.payment_intent_id != fact.id:
        # One that another took the place of, and that nobody can pay or take any more.
        return Compared(fact.id, fact.amount_received, at_stripe=True) if fact.at_rest else None
    records = around[ticket.id]
    if aftermath.outdated(_payment(fact, records), fact):
        return None
    return _compared(ticket, fact, records)


def _payment(fact: PaymentIntent, records: Mapping[str, Any]) -> dict[str, Any]:
    payment: dict[str, Any] = records["payments"].get(fact.id, {})
    return payment


def compare_listed(fact: PaymentIntent) -> Compared:
    """Settle a PaymentIntent, and compare its ticket with it."""
    ticket = settle(fact)
    if ticket is None or ticket.payment_intent_id != fact.id:
        return Compared(fact.id, fact.amount_received, differences=tuple(_astray(fact, ticket)), at_stripe=True)
    (records,) = surroundings.records([ticket], {fact.id: fact})
    if aftermath.outdated(_payment(fact, records), fact):
        bring_up_to_date(ticket)
        (records,) = surroundings.records([ticket], {fact.id: fact})
    return _compared(ticket, fact, records)


def _compared(ticket: Ticket, fact: PaymentIntent | None, records: dict[str, Any]) -> Compared:
    differences = violations(RULES, records)
    if fact is None:
        return Compared(ticket.id, differences=tuple(differences))
    captured = int(ticket.doc.get("capture_amount") or 0) if ticket.payment_status == "captured" else 0
    lines = (*differences, *_unserved(ticket, fact, _payment(fact, records)))
    return Compared(ticket.id, fact.amount_received, captured, lines, at_stripe=True)


def _astray(fact: PaymentIntent, ticket: Ticket | None) -> Iterator[str]:
    """A payment that no ticket has: a buyer who has another one, or none, must not pay it."""
    if fact.at_rest:
        return
    if ticket is not None:
        yield f"{fact.id}: {fact.status}, but ticket {ticket.id} has another payment"
    elif fact.status == objects.CAPTURED:
        yield f"{fact.id}: {fact.status} and has no ticket"


def _unserved(ticket: Ticket, fact: PaymentIntent, payment: Mapping[str, Any]) -> Iterator[str]:
    """Money for no session, while the buyer does not have it back: also again, when its refund failed.

    Its alert followed the commit, and may have died with the process.
    """
    if ticket.state == COMPLETED and ticket.time("started_at") is None and not aftermath.returned(fact, payment):
        line = f"{fact.id}: {fact.amount_received} JPY were captured, but ticket {ticket.id} had no session"
        yield Violation(line, "unserved")


def live_after(id_: str) -> list[str]:
    """Some tickets that are not finished."""
    query = documents.collection("tickets").where(filter=FieldFilter("status", "in", _LIVE))
    return [found.id for found in page_after(query, id_, 10 * PAGE)]


def judge_live(ids: Sequence[str]) -> list[Compared | None]:
    """Compare a page of tickets that Stripe did not list: those without a payment at once, the others one by one."""
    tickets = _tickets(ids)
    unpaid = [ticket for ticket in tickets.values() if ticket.payment_intent_id is None]
    around = dict(zip((ticket.id for ticket in unpaid), surroundings.records(unpaid, {}), strict=True))
    return [_compared(tickets[id_], None, around[id_]) if id_ in around else None for id_ in ids]


def compare(id_: str) -> Compared:
    """Bring a ticket up to date, and compare it; or a PaymentIntent that no ticket has, by its own id."""
    if "." not in id_:
        return _compare_payment(id_) or Compared(id_)
    loaded = load_up_to_date(id_)
    if loaded is None:
        # Nothing is left to compare, unless there is a payment of it.
        paid = page_after(_payments().where(filter=FieldFilter("ticketId", "==", id_)), "", 1)
        return (_compare_payment(paid[0].id) if paid else None) or Compared(id_)
    lists = list_walk.compare(loaded.ticket.buyer)
    found = _compare_loaded(loaded)
    lines = dict.fromkeys((*found.differences, *lists.differences))
    return replace(found, differences=tuple(lines), repaired=lists.repaired)


def _payments() -> Any:
    return documents.collection("payment_intents")


def _compare_payment(payment_intent_id: str) -> Compared | None:
    """``None`` for one that Stripe does not know."""
    try:
        return compare_listed(payment_intents.retrieve(payment_intent_id))
    except Missing:
        return None


def _compare_loaded(loaded: LoadedTicket) -> Compared:
    known = loaded.ticket.payment_intent_id
    found = _compare_payment(known) if known is not None else None
    if found is not None:
        return found
    if known is not None:
        # What cannot be closed for it the rules call a difference.
        settle_missing(loaded)
    (records,) = surroundings.records([loaded.ticket], {})
    return _compared(loaded.ticket, None, records)


LISTED = Listed(
    Listing("payment_intents", payment_intents.pages, payment_intents.retrieve), compare_listed, judge_listed, claimed
)
LIVE = Walk(PURCHASES, live_after, compare, judge_live)
