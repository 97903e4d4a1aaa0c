"""Refunds of captured consultations, by administrators: decided on the ticket, carried out at Stripe, and settled.

What was decided stands on the ticket: ``refund_number`` (of this decision), ``refund_amount``, ``refund_total`` (what
is given back altogether then), ``refund_decided_at``, ``refund_id`` (Stripe's) and ``refund_refused`` (why Stripe made
none). While it is not carried out the ticket is due for it. What became of it later the payment shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

from common import clock, documents
from common.documents import Doc, LostRace, Unit
from common.errors import Refusal
from common.retry import run_until_committed
from consultation import aftermath
from consultation.decisions import load_up_to_date
from consultation.happening import Happening, Note
from consultation.origin import NAME
from consultation.records import payment_ref
from consultation.states import COMPLETED
from consultation.ticket import REFUND, Ticket
from consultation.transition import record
from payments import aftermath as money
from payments import attempts, origin, payment_intents, refunds
from payments.decisions import decide_then_call
from payments.disputes import LOST
from payments.failures import Missing, Rejected, Unavailable
from payments.inspection import Inspected
from payments.purchase import RESUME_AFTER
from payments.reasons import PaymentReason
from payments.refunds import Refunded, not_refundable, wrong_amount

REPEATED_WITHIN = timedelta(minutes=10)
"""So long the same amount asked for again is the same refund: the answer was lost, or two people press the button."""


@dataclass
class _Loaded:
    """A completed ticket with its payment."""

    ticket: Ticket
    payment: Doc

    @property
    def purchase(self) -> Ticket:
        return self.ticket

    def reload(self) -> None:
        ticket, self.payment = documents.read(self.ticket.doc.ref, self.payment.ref)
        if not ticket.exists:
            raise LostRace
        self.ticket = Ticket(ticket)

    @property
    def refunded(self) -> int:
        """JPY given back, with what is under way."""
        return int(self.payment.get("amountRefunded") or 0)


def refund(by: str, purchase: Inspected, amount: int | None) -> Refunded:
    """Give back JPY of a captured payment, by default all that is left. If Stripe is away a schedule carries it out.

    Raises:
        Refusal: ``PAYMENT_NOT_REFUNDABLE``, ``REFUND_AMOUNT_INVALID``, ``REFUND_ALREADY_DECIDED``.
    """
    loaded = _captured(purchase)
    decide_then_call(loaded, lambda now: _decide(by, now, amount), partial(_carry_out, by_schedule=False))
    ticket = loaded.ticket
    if refused := ticket.doc.get("refund_refused"):
        raise not_refundable(refused)
    return Refunded(ticket.refund_amount, loaded.refunded, bool(loaded.payment.get("refundPending")), ticket.refund_due)


def resume(ticket: Ticket) -> Ticket:
    """Carry out the refund that a ticket is due for. The ticket as it then is."""
    payment, doc = documents.read(payment_ref(str(ticket.payment_intent_id)), ticket.doc.ref)
    loaded = _Loaded(Ticket(doc), payment)
    decide_then_call(loaded, lambda _: None, partial(_carry_out, by_schedule=True))
    return loaded.ticket


def _captured(purchase: Inspected) -> _Loaded:
    """The completed ticket, with what Stripe says of its money now, if it answers."""
    found, payment = load_up_to_date(purchase.doc.id), purchase.payment
    if found is None or payment is None:
        raise not_refundable("unknown")
    if found.ticket.state != COMPLETED:
        raise not_refundable("not_captured")
    try:
        if money.outdated(payment.data or {}, payment_intents.retrieve(payment.id)):
            aftermath.bring_up_to_date(found.ticket)
    except Missing as error:
        raise not_refundable("payment_missing") from error
    except (Unavailable, Rejected):
        # What is on record decides, and Stripe itself refuses what is too much.
        pass
    loaded = _Loaded(found.ticket, payment)
    loaded.reload()
    return loaded


def _decide(by: str, loaded: _Loaded, amount: int | None) -> None:
    ticket, now = loaded.ticket, clock.now()
    if _is_decided(loaded, amount):
        return
    if loaded.payment.get("disputed"):
        raise not_refundable("disputed")
    left = ticket.captured - loaded.refunded
    if left <= 0:
        raise not_refundable("refunded")
    amount = left if amount is None else amount
    if not 0 < amount <= left:
        raise wrong_amount(ticket.captured, left)
    unit = Unit()
    changes = {
        "refund_number": int(ticket.doc.get("refund_number") or 0) + 1,
        "refund_amount": amount,
        "refund_total": loaded.refunded + amount,
        "refund_decided_at": now,
        "refund_id": None,
        "refund_refused": None,
        "due_action": REFUND,
        "due_at": now + RESUME_AFTER,
        "tries": 0,
    }
    record(unit, ticket, Happening(Note.REFUND, by, now), changes)
    unit.commit()


def _is_decided(loaded: _Loaded, amount: int | None) -> bool:
    """Whether this is the refund that is decided already, or was just made and did not fail since."""
    ticket = loaded.ticket
    same = ticket.refund_total >= ticket.captured if amount is None else ticket.refund_amount == amount
    if ticket.refund_due:
        if not same:
            raise Refusal(PaymentReason.REFUND_ALREADY_DECIDED, amount=ticket.refund_amount)
        return True
    decided_at = ticket.time("refund_decided_at")
    recent = decided_at is not None and clock.now() < decided_at + REPEATED_WITHIN
    stands = ticket.doc.get("refund_id") is not None and loaded.refunded >= ticket.refund_total
    return same and recent and stands


def _carry_out(loaded: _Loaded, *, by_schedule: bool) -> None:
    """Ask Stripe for the refund that is decided, show what became of it, and end the decision."""
    ticket = loaded.ticket
    if not ticket.refund_due:
        return
    number, refund_id, refused = ticket.doc["refund_number"], None, None
    try:
        refund_id = _made(loaded)
    except Rejected as rejected:
        refused = rejected.code or "rejected"
    except Missing:
        refused = "payment_missing"
    if refused != "payment_missing":
        aftermath.bring_up_to_date(loaded.ticket)
    loaded.reload()
    end = partial(_end, loaded, number, refund_id, refused, by_schedule=by_schedule)
    run_until_committed(end, loaded.reload)


def _made(loaded: _Loaded) -> str:
    """The refund's id, by whichever repetition of it Stripe made it."""
    ticket, number = loaded.ticket, loaded.ticket.doc["refund_number"]
    payment_intent_id, amount = str(ticket.payment_intent_id), ticket.refund_amount
    metadata = origin.metadata(NAME, {"ticket_id": ticket.id, "refund": str(number)})
    return attempts.create(
        loaded,
        lambda key: refunds.create(payment_intent_id, metadata, key, amount),
        lambda _: refunds.find(payment_intent_id, metadata),
        f"{REFUND}:{number}",
        "refund_decided_at",
    )


def _end(loaded: _Loaded, number: int, refund_id: str | None, refused: str | None, *, by_schedule: bool) -> None:
    """End the decision, unless somebody else did. What came to nothing and nobody was told of is for a person."""
    ticket = loaded.ticket
    if not ticket.refund_due or ticket.doc["refund_number"] != number:
        return
    unit, note = Unit(), Note.REFUNDED if refused is None else Note.REFUND_REFUSED
    failed = loaded.refunded < ticket.refund_total and loaded.payment.get("disputeStatus") != LOST
    if failed and (refused is None or by_schedule):
        aftermath.tell_refund_failed(unit, ticket)
    changes: dict[str, Any] = {"refund_id": refund_id, "refund_refused": refused, "due_action": None, "due_at": None}
    if refused is not None:
        changes["refund_total"] = loaded.refunded
    record(unit, ticket, Happening(note, "stripe", clock.now(), reason=refused), changes)
    unit.commit()
