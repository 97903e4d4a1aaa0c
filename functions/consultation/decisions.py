"""Carries out a decision at Stripe and settles the result. Whoever resumes it does exactly the same.

Everything needed stands on the ticket, so the process that decided need not survive: a call that is cut short is found
again by ``due_at`` and finished here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from common import clock, log
from common.documents import LostRace, Unit
from common.retry import Busy, run_until_committed
from consultation.loaded_ticket import LoadedTicket
from consultation.settle import settle
from consultation.states import Decision, Event, Outcome, Verdict
from consultation.ticket import Ticket
from consultation.transition import Happening, Note, apply, write
from payments import gateway, objects
from payments.objects import PaymentIntent

CREATE_REPLAY = timedelta(hours=20)
"""Stripe may forget idempotency keys after 24 h; past this a create is looked up instead of replayed."""
_CLOCK_SKEW = timedelta(minutes=10)


def carry_out(case: LoadedTicket) -> Ticket:
    """Do at Stripe what the ticket's decision says, and settle it.

    Trouble at Stripe is not the caller's: the decision stands and the schedule resumes it. So the ticket is returned
    as it is then, still undone.
    """
    ticket = case.ticket
    if ticket.perk or ticket.state.decision is None:
        return ticket
    try:
        fact = _at_stripe(case)
        if fact is None:
            return _never_existed(case)
        return settle(fact, case=case) or ticket
    except (gateway.Unavailable, LostRace, Busy):
        log.warning("decision left to the schedule", ticket=ticket.id, decision=str(ticket.decision))
    except (gateway.Rejected, gateway.Missing) as error:
        log.error("decision not carried out", ticket=ticket.id, decision=str(ticket.decision), problem=repr(error))
    return ticket


def _at_stripe(case: LoadedTicket) -> PaymentIntent | None:
    """The PaymentIntent after the decision was carried out; ``None`` if there never was one."""
    ticket = case.ticket
    if ticket.payment_intent_id is None:
        try:
            payment_intent_id = obtain(case).id
        except gateway.Rejected:
            found = _find(ticket)
            if found is None:
                return None
            payment_intent_id = found.id
    else:
        payment_intent_id = ticket.payment_intent_id
    try:
        return _act(ticket, payment_intent_id)
    except gateway.Rejected as rejected:
        fact = gateway.retrieve(payment_intent_id)
        if fact.status in (objects.CAPTURED, objects.CANCELED) or not rejected.replayed:
            return fact
        next_attempt(case)
        return _act(case.ticket, payment_intent_id)


def _act(ticket: Ticket, payment_intent_id: str) -> PaymentIntent:
    if ticket.decision is Decision.CAPTURE:
        return gateway.capture(payment_intent_id, int(ticket.doc["capture_amount"]), ticket.key("capture"))
    return gateway.cancel(payment_intent_id, ticket.key("void"))


def obtain(case: LoadedTicket) -> PaymentIntent:
    """The PaymentIntent of a ticket that has none on record: its create replayed, or found past the replay window.

    Raises:
        gateway.Rejected: Stripe refuses to create it.
        gateway.Unavailable: try again later.
    """
    ticket = case.ticket
    created_at = ticket.time("created_at")
    assert created_at is not None
    if clock.now() - created_at > CREATE_REPLAY:
        return _find(ticket) or _create_anew(case)
    try:
        return gateway.create(ticket.doc["create_params"], ticket.key("create"))
    except gateway.Rejected as rejected:
        if not rejected.replayed:
            raise
    # A saved error answers this key for ever. The PaymentIntent may exist all the same, so look before a new attempt.
    return _find(ticket) or _create_anew(case)


def _create_anew(case: LoadedTicket) -> PaymentIntent:
    next_attempt(case)
    return gateway.create(case.ticket.doc["create_params"], case.ticket.key("create"))


def _find(ticket: Ticket) -> PaymentIntent | None:
    created_at = ticket.time("created_at")
    assert created_at is not None
    return gateway.find(ticket.id, created_at - _CLOCK_SKEW)


def next_attempt(case: LoadedTicket) -> None:
    """Take the next attempt's idempotency keys by compare-and-set, or those a twin of this call has just taken."""
    tried = case.ticket.attempt
    stale: list[bool] = []

    def advance() -> None:
        if stale:
            case.refresh()
        stale.append(True)
        if case.ticket.attempt == tried:
            unit = Unit()
            happening = Happening(Note.NEXT_ATTEMPT, "stripe", clock.now())
            write(unit, case.ticket, happening, {"attempt": tried + 1})
            unit.commit()

    run_until_committed(advance)


def _never_existed(case: LoadedTicket) -> Ticket:
    """Close a ticket for which Stripe neither has nor accepts a PaymentIntent: there is no money to settle."""
    unit = Unit()
    apply(unit, case, Happening(Event.CANCELED, "schedule", clock.now()))
    unit.commit()
    return case.ticket


Choose = Callable[[Ticket], Happening | None]
"""What should happen to a ticket as it is now; ``None`` for nothing. May refuse."""


def decide_and_carry_out(case: LoadedTicket, choose: Choose) -> Outcome | None:
    """Apply what ``choose`` says to the ticket, as often as it takes, and carry out the decision it may have made.

    Afterwards ``case`` holds the ticket as it now is.

    Returns:
        What the state machine said, or ``None`` when there was nothing to do.
    """
    stale: list[bool] = []

    def decide() -> Outcome | None:
        if stale:
            case.refresh()
        stale.append(True)
        happening = choose(case.ticket)
        if happening is None:
            return None
        unit = Unit()
        outcome = apply(unit, case, happening)
        if not unit.empty:
            unit.commit()
        return outcome

    outcome = run_until_committed(decide)
    if outcome is not None and outcome.verdict is Verdict.REFUSE:
        return outcome
    case.ticket = carry_out(case)
    return outcome


def passed_deadline(ticket: Ticket) -> Happening | None:
    """The deadline event of an undecided ticket that is past it."""
    now = clock.now()
    if ticket.state.decision is not None or not ticket.state.live or not ticket.passed("due_at", now):
        return None
    return Happening(Event.OVERDUE if ticket.doc.get("due_action") == "end" else Event.EXPIRE, "schedule", now)


def bring_up_to_date(case: LoadedTicket) -> None:
    """Do now what a schedule would do next: act on a passed deadline, or resume a decision that was cut short."""
    if case.ticket.state.decision is not None or passed_deadline(case.ticket) is not None:
        decide_and_carry_out(case, passed_deadline)
