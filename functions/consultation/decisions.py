"""Decisions about a ticket's money: made once, carried out at Stripe, and settled.

Everything needed stands on the ticket, so the process that decided need not survive: a call that is cut short is found
again by ``due_at`` and finished here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from common import clock, log
from common.documents import Unit
from common.state_machine import Outcome
from consultation import loaded_ticket
from consultation.happening import Happening
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import TicketOrigin
from consultation.settle import recorded_ticket, settle, settle_missing
from consultation.states import PENDING, Decision, Event, Kind, State
from consultation.ticket import Ticket
from consultation.transition import apply
from payments import attempts, payment_intents
from payments.decisions import choose_then_call
from payments.failures import Missing, Rejected, Unavailable
from payments.objects import PaymentIntent

Choose = Callable[[Ticket], Happening | None]
"""What should happen to a ticket as it is now; ``None`` for nothing. May refuse."""


def decide_and_carry_out(loaded: LoadedTicket, choose: Choose) -> Outcome[State] | None:
    """Apply what ``choose`` says to the ticket, as often as it takes, and carry out the decision it may have made.

    Afterwards ``loaded`` holds the ticket as it now is. Trouble at Stripe leaves it decided and undone.

    Returns:
        What the state machine said, or ``None`` when there was nothing to do.
    """
    return choose_then_call(loaded, lambda now: choose(now.ticket), apply, _carry_out)


def _carry_out(loaded: LoadedTicket) -> None:
    """Do at Stripe what the ticket's decision says, and settle it."""
    ticket = loaded.ticket
    if ticket.kind is Kind.PERK or ticket.state.decision is None:
        return
    payment_intent_id = _known_payment(loaded)
    if payment_intent_id is None:
        _close_without_payment(loaded)
        return
    try:
        fact = _act(loaded, payment_intent_id)
    except Missing:
        settle_missing(loaded)
        return
    settle(fact, loaded=loaded)


def _known_payment(loaded: LoadedTicket) -> str | None:
    """The PaymentIntent to act on; ``None`` if Stripe neither has nor accepts one."""
    ticket = loaded.ticket
    if ticket.payment_intent_id is not None:
        return ticket.payment_intent_id
    try:
        return obtain(loaded).id
    except Rejected:
        created_at = ticket.time("created_at")
        assert created_at is not None
        found = _created_for(ticket, created_at - attempts.CLOCK_SKEW)
        return found.id if found is not None else None


def _act(loaded: LoadedTicket, payment_intent_id: str) -> PaymentIntent:
    def capture(key: str) -> PaymentIntent:
        return payment_intents.capture(payment_intent_id, int(loaded.ticket.doc["capture_amount"]), key)

    def void(key: str) -> PaymentIntent:
        return payment_intents.cancel(payment_intent_id, key)

    operation, send = ("capture", capture) if loaded.ticket.decision is Decision.CAPTURE else ("void", void)
    return attempts.act(
        loaded, operation, send, lambda: payment_intents.retrieve(payment_intent_id), lambda fact: fact.ended
    )


def obtain(loaded: LoadedTicket) -> PaymentIntent:
    """The PaymentIntent of a ticket that has none on record: its create replayed, or found past the replay window.

    Raises:
        Rejected: Stripe refuses to create it.
        Unavailable: try again later.
    """
    ticket = loaded.ticket
    return attempts.create(
        loaded,
        lambda key: payment_intents.create(ticket.doc["create_params"], key),
        lambda since: _created_for(ticket, since),
    )


def _created_for(ticket: Ticket, since: datetime) -> PaymentIntent | None:
    """The newest PaymentIntent whose metadata names the ticket, unless it is on record as another's."""
    for fact in payment_intents.created_since(since):
        origin = TicketOrigin.of(fact.origin)
        if origin is not None and origin.ticket_id == ticket.id and recorded_ticket(fact.id) in (None, ticket.id):
            return fact
    return None


def _close_without_payment(loaded: LoadedTicket) -> None:
    """Close a ticket for which Stripe neither has nor accepts a PaymentIntent: there is no money to settle."""
    unit = Unit()
    apply(unit, loaded, Happening(Event.CANCELED, "schedule", clock.now()))
    unit.commit()


def passed_deadline(ticket: Ticket) -> Happening | None:
    """The deadline event of an undecided ticket that is past it."""
    now = clock.now()
    if ticket.state.decision is not None or not ticket.state.live or not ticket.passed("due_at", now):
        return None
    return Happening(Event.OVERDUE if ticket.doc.get("due_action") == "end" else Event.EXPIRE, "schedule", now)


def load_up_to_date(ticket_id: str) -> LoadedTicket | None:
    """A ticket after what a schedule would do next; ``None`` if there is none."""
    loaded = loaded_ticket.load(ticket_id)
    if loaded is not None:
        bring_up_to_date(loaded)
    return loaded


def bring_up_to_date(loaded: LoadedTicket) -> None:
    """Do now what a schedule would do next: act on a passed deadline, or resume a decision that was cut short."""
    if loaded.ticket.state.decision is None:
        if passed_deadline(loaded.ticket) is None:
            return
        if loaded.ticket.state == PENDING and not _unpaid(loaded):
            return
    decide_and_carry_out(loaded, passed_deadline)


def _unpaid(loaded: LoadedTicket) -> bool:
    """Whether Stripe says that a purchase past its deadline is unpaid. A hold that stands by now is taken up instead.

    Where Stripe does not say, nothing is let go of: it is asked again with the next sweep.
    """
    try:
        ask_stripe(loaded)
    except (Unavailable, Rejected):
        log.warning("deadline waits for stripe", ticket=loaded.ticket.id)
        return False
    return loaded.ticket.state == PENDING


def ask_stripe(loaded: LoadedTicket) -> None:
    """Bring an unpaid ticket in step with its payment as Stripe has it now, before it is let go of.

    Without a PaymentIntent on record nobody was given a secret to pay with.

    Raises:
        Unavailable: Stripe did not say.
        Rejected: likewise.
    """
    known = loaded.ticket.payment_intent_id
    if known is None:
        return
    try:
        settle(payment_intents.retrieve(known), loaded=loaded)
    except Missing:
        settle_missing(loaded)
