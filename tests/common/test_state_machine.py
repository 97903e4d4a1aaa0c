"""A table of moves decides about every pair of state and event."""

from __future__ import annotations

from itertools import product

import pytest

from common.state_machine import Outcome, StateMachine, Verdict

DOOR: StateMachine[str, str] = StateMachine(
    moves={("open", "shut"): "closed", ("closed", "unlock"): "open"},
    repeated=frozenset({("closed", "shut")}),
    facts=frozenset({"wind"}),
)


@pytest.mark.parametrize(
    ("state", "event", "outcome"),
    [
        ("open", "shut", Outcome(Verdict.MOVE, "closed")),
        ("closed", "shut", Outcome(Verdict.REPEAT, "closed")),
        ("open", "wind", Outcome(Verdict.IGNORE, "open")),
        ("open", "unlock", Outcome(Verdict.REFUSE, "open")),
        ("gone", "shut", Outcome(Verdict.REFUSE, "gone")),
    ],
)
def test_what_an_event_does(state: str, event: str, outcome: Outcome[str]) -> None:
    assert DOOR.decide(state, event) == outcome


def test_only_a_move_changes_the_state() -> None:
    for state, event in product(("open", "closed", "gone"), ("shut", "unlock", "wind")):
        outcome = DOOR.decide(state, event)
        assert (outcome.verdict is Verdict.MOVE) == (outcome.state != state)
