"""Deciding again when a commit lost its race: bounded, jittered, always on fresh documents."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from common import documents, log
from common.alerts import Alert
from common.documents import LostRace
from common.errors import CallReason, Refusal

T = TypeVar("T")

ROUNDS = 12


class Busy(Refusal):
    """Every round of a race was lost. Nothing was written."""

    def __init__(self) -> None:
        super().__init__(CallReason.BUSY)


def run_until_committed(decide: Callable[[], T], reload: Callable[[], None] | None = None) -> T:
    """``decide()``, run again on fresh documents each time its commit loses a race.

    Args:
        decide: reads and commits, unless there is a ``reload``: then it finds its documents read.
        reload: reads them again, before every run but the first. May find that a race is still on (``LostRace``).

    Raises:
        Busy: every round was lost. If that was to one document that is always there already, it is reported, because
            no later round will win.
    """
    in_the_way = None
    for round_ in range(ROUNDS):
        try:
            if round_ and reload is not None:
                reload()
            return decide()
        except LostRace as lost:
            in_the_way = lost.creating if in_the_way is None else in_the_way & lost.creating
            time.sleep(random.uniform(0, 0.01 * 2 ** min(round_, 5)))  # noqa: S311  # jitter, not a secret
    if in_the_way:
        there = [doc.ref.path for doc in documents.read(*in_the_way) if doc.exists]
        log.error(Alert.WRITE_BLOCKED, documents=there)
    raise Busy
