"""What happens to a purchase: an event of the state machine, or a note in its history, with what it brings along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from checkout.states import Event
from common.history import Change
from payments.objects import CheckoutSession


class Note(StrEnum):
    """Changes of a purchase or a device that move no state, for their history."""

    CREATE = "create"
    ADOPT = "adopt"
    CONFIRM = "confirm"
    LOOK = "look"
    BEGIN_CREDIT = "begin_credit"
    BIND = "bind"
    REBIND = "rebind"
    MOVE = "move"
    NEW_CODE = "new_code"
    REBUILD = "rebuild"
    BLANK = "blank"
    LEAVE = "leave"
    RELEASE = "release"


@dataclass(frozen=True)
class Happening:
    """An event with what it brings along.

    Attributes:
        event: which.
        actor: a uid, ``schedule`` or ``stripe``, for the history.
        now: the server's time.
        session: the session that a fact comes from.
        paid_at: when it was paid.
        at_device: whether its device's owner waits for the answer, so that a pass may begin at once.
        reason: why it ends.
    """

    event: Event
    actor: str
    now: datetime
    session: CheckoutSession | None = None
    paid_at: datetime | None = None
    at_device: bool = False
    reason: str | None = None

    def change(self, reason: str | None = None) -> Change:
        """What the history says of it."""
        return Change(self.event, self.actor, self.now, reason or self.reason)
