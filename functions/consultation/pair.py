"""A pair has one live ticket at a time, which its lock names: is that one over, and how an unpaid one makes way."""

from __future__ import annotations

from common import clock
from common.documents import Doc, LostRace
from common.errors import Refusal
from consultation.decisions import ask_stripe, bring_up_to_date, decide_and_carry_out
from consultation.happening import Happening
from consultation.loaded_ticket import LoadedTicket
from consultation.orphans import locked_ticket
from consultation.states import PENDING, Event
from consultation.ticket import Ticket
from payments.failures import Rejected, Unavailable
from payments.reasons import PaymentReason


def holder(lock: Doc) -> LoadedTicket:
    """The ticket that a pair's lock names, after what a schedule would do next. It may be over by now.

    Raises:
        Refusal: ``PAYMENT_UNAVAILABLE`` while a decision about its money is not carried out.
        LostRace: its ticket was gone, and it is released.
    """
    try:
        loaded = locked_ticket(lock)
    except Unavailable as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    if loaded is None:
        raise LostRace
    bring_up_to_date(loaded)
    _refuse_undone(loaded)
    return loaded


def make_way(loaded: LoadedTicket, reason: str) -> None:
    """Close an unpaid purchase for the sake of another, unless its card is held by now.

    Raises:
        Refusal: ``PAYMENT_UNAVAILABLE``: Stripe did not say whether it is, or did not close it yet.
    """
    try:
        give_up(loaded, loaded.ticket.buyer, reason)
    except (Unavailable, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    _refuse_undone(loaded)


def give_up(loaded: LoadedTicket, actor: str, reason: str) -> None:
    """Void an unpaid purchase, unless its card is held by now: Stripe is asked first. Afterwards it is as it then is.

    Raises:
        Unavailable: Stripe did not say. Nothing was decided.
        Rejected: likewise.
    """
    ask_stripe(loaded)

    def void(ticket: Ticket) -> Happening | None:
        if ticket.state != PENDING:
            return None
        return Happening(Event.CANCEL, actor, clock.now(), reason=reason)

    decide_and_carry_out(loaded, void)


def _refuse_undone(loaded: LoadedTicket) -> None:
    if loaded.ticket.state.decision is not None:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)
