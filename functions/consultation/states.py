"""The ticket's state machine: which event moves which state where. Pure data and one pure function.

A ticket's state is its ``status`` together with its ``decision``. A decision is made once, before Stripe is asked to
act on it, and it ends every race: whatever arrives later finds it made.

``docs/states.md`` is generated from these tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.state_machine import Outcome, StateMachine


class Kind(StrEnum):
    """How a ticket came about: paid for, or by a code that was given away."""

    PAID = "paid"
    PERK = "perk"


class Status(StrEnum):
    """``tickets/{id}.status``, as the app shows it."""

    PENDING_PAYMENT = "pending_payment"
    AUTHORIZED = "authorized"
    USED = "used"
    ACTIVE = "active"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Decision(StrEnum):
    """What will be done with the money. Final once set."""

    CAPTURE = "capture"
    VOID = "void"


class Event(StrEnum):
    """What can happen to a ticket: commands of people, deadlines, and facts from Stripe."""

    REDEEM = "redeem"
    REOPEN = "reopen"
    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    END = "end"
    CAPTURE = "capture"
    ABANDON = "abandon"
    EXPIRE = "expire"
    OVERDUE = "overdue"
    HOLD_PLACED = "hold_placed"
    CAPTURED = "captured"
    CANCELED = "canceled"
    PAYMENT_MISSING = "payment_missing"
    WRITE_OFF = "write_off"


FACTS = frozenset({Event.HOLD_PLACED, Event.CAPTURED, Event.CANCELED, Event.PAYMENT_MISSING})
"""True statements about the past at Stripe. They never raise and never move a state backwards."""

DEADLINES = frozenset({Event.EXPIRE, Event.OVERDUE})
"""Raised by the schedules, and by any call that finds a deadline passed."""


@dataclass(frozen=True)
class State:
    """A ticket's status and the decision made about its money."""

    status: Status
    decision: Decision | None = None

    @property
    def live(self) -> bool:
        return self.status not in (Status.COMPLETED, Status.CANCELLED)

    def __str__(self) -> str:
        return f"{self.status}, {self.decision}" if self.decision else str(self.status)


PENDING = State(Status.PENDING_PAYMENT)
AUTHORIZED = State(Status.AUTHORIZED)
USED = State(Status.USED)
ACTIVE = State(Status.ACTIVE)
CAPTURING = State(Status.ACTIVE, Decision.CAPTURE)
VOIDING_PENDING, VOIDING_AUTHORIZED, VOIDING_USED, VOIDING_ACTIVE = VOIDING = tuple(
    State(before.status, Decision.VOID) for before in (PENDING, AUTHORIZED, USED, ACTIVE)
)
COMPLETED = State(Status.COMPLETED)
CANCELLED = State(Status.CANCELLED)

PAID_STATES = (PENDING, AUTHORIZED, USED, ACTIVE, CAPTURING, *VOIDING, COMPLETED, CANCELLED)
PERK_STATES = (USED, ACTIVE, COMPLETED, CANCELLED)

_Table = dict[tuple[State, Event], State]


def _rows(
    sources: tuple[State, ...], events: tuple[Event, ...], target: State | None, decide: Decision | None = None
) -> _Table:
    """Rows for every source and event; ``decide`` keeps the source's status and sets its decision."""
    return {
        (source, event): target if target is not None else State(source.status, decide)
        for source in sources
        for event in events
    }


_LIVE = tuple(state for state in PAID_STATES if state.live)

PAID: _Table = {
    **_rows((PENDING,), (Event.HOLD_PLACED,), AUTHORIZED),
    **_rows((AUTHORIZED,), (Event.REDEEM,), USED),
    **_rows((AUTHORIZED,), (Event.REOPEN,), ACTIVE),
    **_rows((USED,), (Event.ACCEPT,), ACTIVE),
    **_rows((ACTIVE,), (Event.END, Event.CAPTURE, Event.OVERDUE), None, Decision.CAPTURE),
    **_rows((ACTIVE,), (Event.ABANDON,), None, Decision.VOID),
    **_rows((PENDING, AUTHORIZED, USED), (Event.CANCEL, Event.DECLINE, Event.EXPIRE), None, Decision.VOID),
    **_rows(_LIVE, (Event.CAPTURED,), COMPLETED),
    **_rows(_LIVE, (Event.CANCELED,), CANCELLED),
    **_rows((PENDING, *VOIDING), (Event.PAYMENT_MISSING,), CANCELLED),
    **_rows((CAPTURING,), (Event.PAYMENT_MISSING,), CAPTURING),
    **_rows((CAPTURING,), (Event.WRITE_OFF,), CANCELLED),
}
"""Tickets with a payment. Only an administrator writes off, and only what Stripe does not know."""

PERK: _Table = {
    **_rows((USED,), (Event.ACCEPT,), ACTIVE),
    **_rows((USED,), (Event.CANCEL, Event.DECLINE, Event.EXPIRE), CANCELLED),
    **_rows((ACTIVE,), (Event.END, Event.OVERDUE), COMPLETED),
    **_rows((ACTIVE,), (Event.ABANDON,), CANCELLED),
}
"""Tickets from a perk code: no payment, so every move ends in one commit."""

_VOIDED = (*VOIDING, CANCELLED)
REPEATED: frozenset[tuple[State, Event]] = frozenset(
    {
        (ACTIVE, Event.ACCEPT),
        *((state, event) for state in _VOIDED for event in (Event.CANCEL, Event.DECLINE)),
        *((state, event) for state in (CAPTURING, COMPLETED) for event in (Event.END, Event.ABANDON, Event.CAPTURE)),
        *((state, event) for state in (VOIDING_ACTIVE, CANCELLED) for event in (Event.END, Event.ABANDON)),
    }
)
"""Commands whose outcome already stands: the stored result is the answer, and nothing changes."""


_MACHINES = {
    kind: StateMachine(moves, REPEATED, FACTS | DEADLINES) for kind, moves in ((Kind.PAID, PAID), (Kind.PERK, PERK))
}


def decide(state: State, event: Event, kind: Kind = Kind.PAID) -> Outcome[State]:
    """What ``event`` does to a ticket of this kind in ``state``. Total: every pair has an answer."""
    return _MACHINES[kind].decide(state, event)
