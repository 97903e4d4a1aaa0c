"""The states of events, orders and tickets: what happens in which state. Pure data and pure functions.

An order's state is its ``status`` together with its ``decision`` about the money, which is made in the commit that
moves the places, before Stripe is asked to act on it. ``docs/states.md`` is generated from the tables.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from common.state_machine import StateMachine


class EventStatus(StrEnum):
    """``events/{id}.status``."""

    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EventCommand(StrEnum):
    """What an organiser does with an event."""

    PUBLISH = "publish"
    CLOSE = "close"
    CANCEL = "cancel"


_E, _C = EventStatus, EventCommand

EVENT = StateMachine(
    {
        (_E.DRAFT, _C.PUBLISH): _E.PUBLISHED,
        (_E.CLOSED, _C.PUBLISH): _E.PUBLISHED,
        (_E.PUBLISHED, _C.CLOSE): _E.CLOSED,
        **{(before, _C.CANCEL): _E.CANCELLED for before in (_E.DRAFT, _E.PUBLISHED, _E.CLOSED)},
    },
    repeated=frozenset({(_E.PUBLISHED, _C.PUBLISH), (_E.CLOSED, _C.CLOSE), (_E.CANCELLED, _C.CANCEL)}),
)


class TicketStatus(StrEnum):
    """``event_tickets/{id}.status``."""

    VALID = "valid"
    USED = "used"
    CANCELLED = "cancelled"


class TicketEvent(StrEnum):
    """What can happen to a ticket."""

    ENTER = "enter"
    LEAVE = "leave"
    COME_BACK = "come_back"
    UNDO = "undo"
    CANCEL = "cancel"
    END = "end"


_T = TicketStatus

TICKET = StateMachine(
    {
        (_T.VALID, TicketEvent.ENTER): _T.USED,
        (_T.VALID, TicketEvent.LEAVE): _T.VALID,
        (_T.USED, TicketEvent.LEAVE): _T.USED,
        (_T.USED, TicketEvent.COME_BACK): _T.USED,
        (_T.USED, TicketEvent.UNDO): _T.VALID,
        (_T.VALID, TicketEvent.CANCEL): _T.CANCELLED,
        **{(before, TicketEvent.END): _T.CANCELLED for before in (_T.VALID, _T.USED)},
    },
    repeated=frozenset({(_T.VALID, TicketEvent.UNDO), (_T.CANCELLED, TicketEvent.CANCEL)}),
    facts=frozenset({TicketEvent.END}),
)
"""Whether somebody is in with a ticket is a field of its own. Where an earlier entry stands, a ticket stays used when a
later one is taken back."""


class OrderStatus(StrEnum):
    """``event_orders/{id}.status``, as the app shows it."""

    PENDING_PAYMENT = "pending_payment"
    PAID = "paid"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class Decision(StrEnum):
    """What will be done at Stripe."""

    CAPTURE = "capture"
    VOID = "void"
    REFUND = "refund"


class OrderEvent(StrEnum):
    """What can happen to an order: commands, deadlines, and facts from Stripe."""

    ABANDON = "abandon"
    EXPIRE = "expire"
    TAKEN_OVER = "taken_over"
    ACCEPTED = "accepted"
    AUTHORIZED = "authorized"
    TAKEN_AGAIN = "taken_again"
    LATE_IN_VAIN = "late_in_vain"
    WRONG_AMOUNT = "wrong_amount"
    CAPTURED = "captured"
    CANCELED = "canceled"
    MISSING = "missing"
    MONEY_BACK = "money_back"
    MONEY_GONE = "money_gone"
    PART_RETURNED = "part_returned"
    ALL_RETURNED = "all_returned"
    PART_GIVEN_UP = "part_given_up"
    ALL_GIVEN_UP = "all_given_up"
    EVENT_CANCELLED = "event_cancelled"


@dataclass(frozen=True)
class State:
    """An order's status and the decision made about it."""

    status: OrderStatus
    decision: Decision | None = None

    def __str__(self) -> str:
        return f"{self.status}, {self.decision}" if self.decision else str(self.status)


PENDING = State(OrderStatus.PENDING_PAYMENT)
CAPTURING = State(OrderStatus.PAID, Decision.CAPTURE)
PAID = State(OrderStatus.PAID)
VOIDING = State(OrderStatus.EXPIRED, Decision.VOID)
EXPIRED = State(OrderStatus.EXPIRED)
REFUNDING = State(OrderStatus.EXPIRED, Decision.REFUND)
CANCELLED = State(OrderStatus.CANCELLED)
RETURNING = State(OrderStatus.PAID, Decision.REFUND)
CANCELLING = State(OrderStatus.CANCELLED, Decision.REFUND)
STATES = (PENDING, CAPTURING, PAID, RETURNING, VOIDING, EXPIRED, REFUNDING, CANCELLING, CANCELLED)

_O = OrderEvent

ORDER = StateMachine(
    {
        **{(PENDING, event): VOIDING for event in (_O.ABANDON, _O.EXPIRE, _O.TAKEN_OVER, _O.WRONG_AMOUNT)},
        (PENDING, _O.ACCEPTED): PAID,
        (PENDING, _O.AUTHORIZED): CAPTURING,
        (PENDING, _O.CAPTURED): PAID,
        (PENDING, _O.CANCELED): EXPIRED,
        (PENDING, _O.MISSING): EXPIRED,
        (VOIDING, _O.TAKEN_AGAIN): CAPTURING,
        (VOIDING, _O.CAPTURED): REFUNDING,
        (VOIDING, _O.CANCELED): EXPIRED,
        (VOIDING, _O.MISSING): EXPIRED,
        (EXPIRED, _O.TAKEN_AGAIN): CAPTURING,
        (EXPIRED, _O.LATE_IN_VAIN): VOIDING,
        (EXPIRED, _O.CAPTURED): REFUNDING,
        (CAPTURING, _O.CAPTURED): PAID,
        (CAPTURING, _O.CANCELED): CANCELLED,
        (CAPTURING, _O.MISSING): CANCELLED,
        (REFUNDING, _O.MONEY_BACK): EXPIRED,
        (PENDING, _O.EVENT_CANCELLED): VOIDING,
        **{(before, _O.PART_RETURNED): RETURNING for before in (PAID, RETURNING)},
        **{(before, _O.ALL_RETURNED): CANCELLING for before in (PAID, RETURNING)},
        **{(before, _O.EVENT_CANCELLED): CANCELLING for before in (PAID, RETURNING)},
        (PAID, _O.PART_GIVEN_UP): PAID,
        (PAID, _O.ALL_GIVEN_UP): CANCELLED,
        (RETURNING, _O.PART_GIVEN_UP): RETURNING,
        (RETURNING, _O.ALL_GIVEN_UP): CANCELLING,
        (RETURNING, _O.MONEY_BACK): PAID,
        (CANCELLING, _O.MONEY_BACK): CANCELLED,
        **{(before, _O.MONEY_GONE): EXPIRED for before in (PENDING, VOIDING)},
        **{(before, _O.MONEY_GONE): CANCELLED for before in (CAPTURING, PAID, RETURNING)},
    },
    repeated=frozenset((state, _O.ABANDON) for state in STATES if state != PENDING),
    facts=frozenset(OrderEvent)
    - {_O.ABANDON, _O.PART_RETURNED, _O.ALL_RETURNED, _O.PART_GIVEN_UP, _O.ALL_GIVEN_UP, _O.EVENT_CANCELLED},
)
"""``accepted``: an offer that costs nothing is taken up. ``taken_again``: paid late, while places were still free.
``late_in_vain``: paid late, and there were none. ``returned`` is for money, ``given_up`` without. ``money_back``: what
was decided to be given back was. ``money_gone``: all of it was, by a hand in the dashboard, or because a dispute was
lost.
"""
