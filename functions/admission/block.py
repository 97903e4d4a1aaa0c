"""A block: some places of a tier, and who has them. Pure.

A place is free while nobody's name is on it, and again when a hold on it has ended by the clock: no job has to run for
that. A hold that has ended is left alone for a short while, because its payment may be on its way.
"""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from common.documents import Doc, DocumentView

GRACE = timedelta(minutes=2)
"""How long after its end nobody takes a hold over."""

HELD_BACK = "held_back"
"""Stands for the order of places that the organiser keeps from sale. No order has that id."""

Held = dict[str, Any]
"""``{"o": order, "u": until}``; ``u`` is ``None`` for good."""


def over(held: Held | None, now: datetime) -> bool:
    """Whether a place is free for others."""
    return held is None or (held["u"] is not None and now >= held["u"] + GRACE)


class Block(DocumentView):
    """``event_blocks/{event}.{tier}.{n}``.

    ``places`` by name: the labels of a row, or numbers from 1. Of the numbers at most ``size`` are taken at once.
    """

    @property
    def size(self) -> int:
        return int(self.doc["size"])

    @property
    def version(self) -> int:
        return int(self.doc["version"])

    @property
    def closed(self) -> bool:
        return bool(self.doc["closed"])

    @property
    def waiting(self) -> bool:
        """Whether what is free is for those on the tier's waiting list alone."""
        return bool(self.doc.get("waiting"))

    def for_those_who_wait(self) -> Block:
        """The block as its places are to them."""
        return Block(Doc(self.doc.ref, {**(self.doc.data or {}), "waiting": False}, self.doc.update_time))

    def copy(self) -> Block:
        """The block, with places that can be changed."""
        return Block(Doc(self.doc.ref, {**(self.doc.data or {}), "places": dict(self.places)}, self.doc.update_time))

    def resize(self, size: int) -> None:
        """Change the size of a copy."""
        self.doc.data = {**(self.doc.data or {}), "size": size}

    @property
    def tier_version(self) -> int:
        return int(self.doc["tier_version"])

    @property
    def labels(self) -> list[str] | None:
        found: list[str] | None = self.doc.get("labels")
        return found

    @property
    def places(self) -> dict[str, Held | None]:
        found: dict[str, Held | None] = self.doc["places"]
        return found

    @property
    def held_back(self) -> list[str]:
        """The names of places that the organiser keeps from sale."""
        return [name for name, held in self.places.items() if held is not None and held["o"] == HELD_BACK]

    def taken(self, now: datetime) -> int:
        return sum(not over(held, now) for held in self.places.values())

    @property
    def orders(self) -> set[str]:
        """The ids of the orders that have places, or hold some, also where a hold has ended."""
        return {str(held["o"]) for held in self.places.values() if held is not None} - {HELD_BACK}

    @property
    def named(self) -> int:
        """How many places have somebody's name on them, also of holds that have ended."""
        return sum(held is not None for held in self.places.values())

    def left(self, now: datetime) -> int:
        return 0 if self.waiting else max(0, self.size - self.taken(now))

    def free(self, now: datetime, numbers: int) -> list[str]:
        """The names of free places, those that nobody's ended hold is on before the others.

        Args:
            numbers: how many numbers there are in a block without labels.
        """
        names = self.labels or [str(number) for number in range(1, numbers + 1)]
        unused = [name for name in names if self.places.get(name) is None]
        ended = [name for name in names if self.places.get(name) is not None and over(self.places[name], now)]
        # An order whose hold has ended may still be paid as long as nobody takes it over: it counts until then.
        return (unused[: max(0, self.size - self.named)] + ended)[: self.left(now)]

    def adjacent(self, count: int, now: datetime) -> list[str] | None:
        """The best seats side by side; ``None`` if there are none.

        Those that leave no single seat alone, then those that leave room for pairs, then the ones in the middle.
        """
        labels = self.labels or []
        free = [not self.waiting and over(self.places.get(label), now) for label in labels]
        starts = [start for start in range(len(labels) - count + 1) if all(free[start : start + count])]

        def runs(start: int) -> tuple[int, int]:
            """How many free seats stay together at its left and at its right."""
            left = next((n for n in range(start) if not free[start - 1 - n]), start)
            right = next((n for n, each in enumerate(free[start + count :]) if not each), len(free) - start - count)
            return left, right

        def badness(start: int) -> tuple[int, int, float]:
            beside = runs(start)
            alone, odd = sum(each == 1 for each in beside), sum(each % 2 for each in beside)
            return alone, odd, abs(2 * start + count - len(labels)) + random.random() / 2  # noqa: S311

        best = min(starts, key=badness, default=None)
        return None if best is None else labels[best : best + count]
