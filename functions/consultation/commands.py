"""Commands of people about a ticket: applied, carried out at Stripe, or refused with a reason."""

from __future__ import annotations

from collections.abc import Callable

from common.state_machine import Verdict
from consultation.decisions import decide_and_carry_out
from consultation.happening import Happening
from consultation.loaded_ticket import LoadedTicket
from consultation.refusals import refusal
from consultation.ticket import Ticket


def command(loaded: LoadedTicket, choose: Callable[[Ticket], Happening]) -> Ticket:
    """The ticket after a command. If Stripe cannot be reached it is decided, and the schedule carries it out.

    Args:
        choose: what is wanted of the ticket as it is now. May refuse.

    Raises:
        Refusal: the ticket's state has no row for it.
    """
    outcome = decide_and_carry_out(loaded, choose)
    if outcome is None or outcome.verdict is Verdict.REFUSE:
        raise refusal(loaded.ticket)
    return loaded.ticket
