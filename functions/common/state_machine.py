"""State machines as tables: what an event does in a state. Pure.

A domain declares the moves and what its people may repeat; everything else follows, so that every pair of state and
event has an answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

S = TypeVar("S")
E = TypeVar("E")


class Verdict(StrEnum):
    """What becomes of an event."""

    MOVE = "move"
    REPEAT = "repeat"
    IGNORE = "ignore"
    REFUSE = "refuse"


@dataclass(frozen=True)
class Outcome(Generic[S]):
    """The verdict on an event, and the state it leaves."""

    verdict: Verdict
    state: S


@dataclass(frozen=True)
class StateMachine(Generic[S, E]):
    """The table of one kind of document.

    Attributes:
        moves: the state an event leads to.
        repeated: commands whose outcome already stands: the stored result is the answer, and nothing changes.
        facts: true statements about the past, and deadlines: where they have no move they are ignored, never refused.
    """

    moves: Mapping[tuple[S, E], S]
    repeated: frozenset[tuple[S, E]] = frozenset()
    facts: frozenset[E] = frozenset()

    def decide(self, state: S, event: E) -> Outcome[S]:
        """What ``event`` does in ``state``. Total: every pair has an answer."""
        target = self.moves.get((state, event))
        if target is not None:
            return Outcome(Verdict.MOVE, target)
        if event in self.facts:
            return Outcome(Verdict.IGNORE, state)
        return Outcome(Verdict.REPEAT if (state, event) in self.repeated else Verdict.REFUSE, state)
