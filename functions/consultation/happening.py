"""What happens to a ticket: an event of the state machine, or a note in its history, with what it brings along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from common.history import Change
from consultation.states import Event
from payments.objects import PaymentIntent


class Note(StrEnum):
    """Changes of a ticket that move no state, for its history."""

    PURCHASE = "purchase"
    EXTEND = "extend"
    ADOPT = "adopt"
    REBUILD = "rebuild"
    BLANK = "blank"
    REFUND = "refund"
    REFUNDED = "refunded"
    REFUND_REFUSED = "refund_refused"


@dataclass(frozen=True)
class Happening:
    """An event with what it brings along.

    Attributes:
        event: which. A note only for changes that move no state.
        actor: a uid, ``schedule`` or ``stripe``, for the history.
        now: the server's time.
        intent: the PaymentIntent a fact comes from.
        capture_amount: JPY to capture, where not all of it.
        reason: why it is cancelled, where the event alone does not say.
    """

    event: Event | Note
    actor: str
    now: datetime
    intent: PaymentIntent | None = None
    capture_amount: int | None = None
    reason: str | None = None

    def change(self, reason: str | None = None) -> Change:
        """What the history says of it."""
        return Change(self.event, self.actor, self.now, reason)
