"""What a customer can do with an award, in every state."""

from __future__ import annotations

import pytest

from points.states import AWARD, AwardEvent, AwardStatus

TABLE = {
    ("pending", "accept"): ("move", "accepted"),
    ("pending", "decline"): ("move", "declined"),
    ("accepted", "accept"): ("repeat", "accepted"),
    ("accepted", "decline"): ("refuse", "accepted"),
    ("declined", "accept"): ("refuse", "declined"),
    ("declined", "decline"): ("repeat", "declined"),
}


@pytest.mark.parametrize("status", AwardStatus)
@pytest.mark.parametrize("event", AwardEvent)
def test_every_state_and_event_has_the_outcome_of_the_table(status: AwardStatus, event: AwardEvent) -> None:
    outcome = AWARD.decide(status, event)
    assert (outcome.verdict, outcome.state) == TABLE[status, event]
