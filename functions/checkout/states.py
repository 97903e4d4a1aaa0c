"""The states of a purchase: which event moves which state where. Pure data and one pure function.

A purchase's state is its ``status`` together with its ``decision``, which is made once, before Stripe is asked to act
on it. What is paid stays paid; whether the money stays may change and change again, so ``fulfilled`` and ``revoked``
lead to each other.

``docs/states.md`` is generated from the table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.state_machine import Outcome, StateMachine


class Status(StrEnum):
    """``purchases/{id}.status``, as the app shows it."""

    OPEN = "open"
    PROCESSING = "processing"
    FULFILLED = "fulfilled"
    CLOSED = "closed"
    REFUNDED = "refunded"
    REVOKED = "revoked"


class Decision(StrEnum):
    """What will be done at Stripe."""

    EXPIRE = "expire"
    REFUND = "refund"


class Event(StrEnum):
    """What can happen to a purchase: commands of people, deadlines, and facts from Stripe."""

    CANCEL = "cancel"
    REPLACE = "replace"
    EXPIRE = "expire"
    REFUND = "refund"
    WRITE_OFF = "write_off"
    PAID = "paid"
    PAID_IN_VAIN = "paid_in_vain"
    AWAITING_PAYMENT = "awaiting_payment"
    PAYMENT_FAILED = "payment_failed"
    EXPIRED = "expired"
    MISSING = "missing"
    DISPUTED = "disputed"
    MONEY_GONE = "money_gone"
    MONEY_BACK = "money_back"
    MONEY_BACK_IN_VAIN = "money_back_in_vain"


COMMANDS = frozenset({Event.CANCEL, Event.REPLACE, Event.REFUND, Event.WRITE_OFF})


@dataclass(frozen=True)
class State:
    """A purchase's status and the decision made about it."""

    status: Status
    decision: Decision | None = None

    @property
    def waits(self) -> bool:
        """Whether it may still be paid in the usual way, so that it holds its device's lock."""
        return self.status in (Status.OPEN, Status.PROCESSING) and self.decision is not Decision.REFUND

    @property
    def unfinished(self) -> bool:
        """Whether something is due."""
        return self.waits or self.decision is not None

    def __str__(self) -> str:
        return f"{self.status}, {self.decision}" if self.decision else str(self.status)


OPEN = State(Status.OPEN)
PROCESSING = State(Status.PROCESSING)
FULFILLED = State(Status.FULFILLED)
CLOSED = State(Status.CLOSED)
REFUNDED = State(Status.REFUNDED)
REVOKED = State(Status.REVOKED)
EXPIRING = State(Status.OPEN, Decision.EXPIRE)
REFUNDING_OPEN, REFUNDING_PROCESSING, REFUNDING_CLOSED, REFUNDING_FULFILLED, REFUNDING_REFUNDED, REFUNDING_REVOKED = (
    State(before.status, Decision.REFUND) for before in (OPEN, PROCESSING, CLOSED, FULFILLED, REFUNDED, REVOKED)
)
_NEVER_GRANTED = (REFUNDING_OPEN, REFUNDING_PROCESSING, REFUNDING_CLOSED, REFUNDING_REFUNDED, REFUNDING_REVOKED)
REFUNDING = (*_NEVER_GRANTED, REFUNDING_FULFILLED)
STATES = (OPEN, EXPIRING, PROCESSING, FULFILLED, CLOSED, REFUNDED, REVOKED, *REFUNDING)

MOVES: dict[tuple[State, Event], State] = {
    **{(OPEN, event): EXPIRING for event in (Event.CANCEL, Event.REPLACE, Event.EXPIRE)},
    **{(before, Event.PAID): FULFILLED for before in (OPEN, EXPIRING, PROCESSING, CLOSED)},
    (OPEN, Event.PAID_IN_VAIN): REFUNDING_OPEN,
    (EXPIRING, Event.PAID_IN_VAIN): REFUNDING_OPEN,
    (PROCESSING, Event.PAID_IN_VAIN): REFUNDING_PROCESSING,
    (CLOSED, Event.PAID_IN_VAIN): REFUNDING_CLOSED,
    **{(before, Event.AWAITING_PAYMENT): PROCESSING for before in (OPEN, EXPIRING)},
    **{(before, Event.PAYMENT_FAILED): CLOSED for before in (OPEN, EXPIRING, PROCESSING)},
    **{(before, Event.EXPIRED): CLOSED for before in (OPEN, EXPIRING)},
    **{(before, Event.MISSING): CLOSED for before in (OPEN, EXPIRING, PROCESSING)},
    **{(before, Event.MISSING): before for before in REFUNDING},
    (FULFILLED, Event.REFUND): REFUNDING_FULFILLED,
    (REFUNDED, Event.REFUND): REFUNDING_REFUNDED,
    **{(before, end): REFUNDED for before in _NEVER_GRANTED for end in (Event.MONEY_GONE, Event.WRITE_OFF)},
    **{(REFUNDING_FULFILLED, end): REVOKED for end in (Event.MONEY_GONE, Event.WRITE_OFF)},
    (FULFILLED, Event.MONEY_GONE): REVOKED,
    (FULFILLED, Event.DISPUTED): REVOKED,
    (REFUNDING_FULFILLED, Event.DISPUTED): REFUNDING_REVOKED,
    (REVOKED, Event.REFUND): REFUNDING_REVOKED,
    (REVOKED, Event.MONEY_BACK): FULFILLED,
    (REVOKED, Event.MONEY_BACK_IN_VAIN): REFUNDING_REVOKED,
}
"""``paid_in_vain``: what it buys cannot be granted. ``money_gone``: it was refunded whole, or a dispute was lost.
``disputed``: a dispute is open; what was decided is still to be done if it is won. ``money_back``: the refund failed or
the dispute was won."""

_BOUGHT_OR_OVER = (PROCESSING, FULFILLED, CLOSED, REFUNDED, REVOKED, EXPIRING, *REFUNDING)
_MACHINE = StateMachine(
    MOVES,
    repeated=frozenset(
        {
            *((state, event) for state in _BOUGHT_OR_OVER for event in (Event.CANCEL, Event.REPLACE)),
            *((state, Event.REFUND) for state in REFUNDING),
        }
    ),
    facts=frozenset(Event) - COMMANDS,
)


def decide(state: State, event: Event) -> Outcome[State]:
    """What ``event`` does to a purchase in ``state``. Total: every pair has an answer."""
    return _MACHINE.decide(state, event)
