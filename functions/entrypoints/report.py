"""What a reconciliation did and found, as ``reconciliations/{time}`` shows it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from common import clock, documents, log
from common.alerts import Alert
from common.clock import TOKYO
from common.schedule_runs import Run
from payments import open_differences
from payments.domain import Compared

REPORTED_DIFFERENCES = 200


@dataclass
class Stage:
    """How far one part of a run came.

    Attributes:
        items: how many things it looked at.
        seconds: how long that took.
        complete: whether it left nothing for the next run.
    """

    items: int = 0
    seconds: float = 0.0
    complete: bool = False

    @contextmanager
    def timed(self) -> Iterator[None]:
        """Add the time that the block takes."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.seconds += time.monotonic() - began


@dataclass
class Report:
    """The counts of a run, how far its stages came, and what it put right.

    Attributes:
        started_at: when it began; the document is named by it, in Tokyo's time.
        repaired: what was only shown wrongly, and is right by now.
    """

    started_at: datetime
    events_recovered: int = 0
    intents: int = 0
    tickets: int = 0
    failed: int = 0
    captured_at_stripe: int = 0
    captured_in_firestore: int = 0
    stages: dict[str, Stage] = field(default_factory=dict)
    repaired: list[dict[str, Any]] = field(default_factory=list)

    def stage(self, name: str) -> Stage:
        """The stage of this name, which is not complete until it says so."""
        return self.stages.setdefault(name, Stage())

    def count(self, found: Compared) -> None:
        """Add a purchase."""
        self.intents += found.at_stripe
        self.tickets += not found.at_stripe
        self.captured_at_stripe += found.captured_at_stripe
        self.captured_in_firestore += found.captured_in_firestore

    def publish(self) -> Run:
        """Write it, with every difference that is open, and tell a person if there is something to look at."""
        kept, count = open_differences.told(REPORTED_DIFFERENCES)
        differences = [*self.repaired, *kept]
        counts = self._counts(len(self.repaired) + count)
        name = f"{self.started_at.astimezone(TOKYO):%Y-%m-%dT%H:%M:%S}"
        documents.ref("reconciliations", name).set(
            {
                **counts,
                "started_at": self.started_at,
                "finished_at": clock.now(),
                "stages": {name: asdict(stage) for name, stage in self.stages.items()},
                "differences": differences[:REPORTED_DIFFERENCES],
            }
        )
        incomplete = self.failed or not counts["complete"]
        if differences:
            log.error(Alert.RECONCILE_DIFFERENCES, **counts)
        if incomplete:
            log.error(Alert.RECONCILE_INCOMPLETE, **counts)
        if not (differences or incomplete):
            log.info("reconciled", **counts)
        return Run(done=self._items, failed=self.failed, complete=counts["complete"])

    @property
    def _items(self) -> int:
        return sum(stage.items for stage in self.stages.values())

    def _counts(self, difference_count: int) -> dict[str, Any]:
        seconds = sum(stage.seconds for stage in self.stages.values())
        return {
            "events_recovered": self.events_recovered,
            "intents": self.intents,
            "tickets": self.tickets,
            "failed": self.failed,
            "captured_at_stripe": self.captured_at_stripe,
            "captured_in_firestore": self.captured_in_firestore,
            "complete": all(stage.complete for stage in self.stages.values()),
            "difference_count": difference_count,
            "items_per_second": round(self._items / seconds, 1) if seconds else 0.0,
        }
