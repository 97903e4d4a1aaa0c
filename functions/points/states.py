"""The states of an award. Pure data; ``docs/states.md`` is generated from it.

A pending award lapses by the clock (``expiresAt``): from then on it can be neither accepted nor declined.
"""

from __future__ import annotations

from enum import StrEnum

from common.state_machine import StateMachine


class AwardStatus(StrEnum):
    """``point_awards/{id}.status``, as the app shows it."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class AwardEvent(StrEnum):
    """What the customer can do with an award."""

    ACCEPT = "accept"
    DECLINE = "decline"


AWARD = StateMachine(
    moves={
        (AwardStatus.PENDING, AwardEvent.ACCEPT): AwardStatus.ACCEPTED,
        (AwardStatus.PENDING, AwardEvent.DECLINE): AwardStatus.DECLINED,
    },
    repeated=frozenset(
        {(AwardStatus.ACCEPTED, AwardEvent.ACCEPT), (AwardStatus.DECLINED, AwardEvent.DECLINE)},
    ),
)
