"""A tier of an event: one kind of place, its price, and how its places are spread over blocks."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from google.cloud import firestore

from admission.block import HELD_BACK
from admission.records import block_ref
from common.documents import DocumentView

PLACES_A_BLOCK = 20
BLOCKS_A_TIER = 250
MOST_BLOCKS = 400
"""Of an event: closing and opening it writes all of them in one commit, which takes 500 writes."""
SEATS_A_ROW = 40


class Tier(DocumentView):
    """``event_tiers/{event}.{tier}``.

    ``rows`` is there for seats: a block is a row then. ``block_size`` is how many numbers a block has for places; how
    many of them are sold its own ``size`` says.
    """

    @property
    def event_id(self) -> str:
        return str(self.doc["event_id"])

    @property
    def name(self) -> str:
        return str(self.doc["tier"])

    @property
    def price(self) -> int:
        return int(self.doc["price"])

    @property
    def size(self) -> int:
        return int(self.doc["size"])

    @property
    def version(self) -> int:
        return int(self.doc["version"])

    @property
    def block_count(self) -> int:
        return int(self.doc["block_count"])

    @property
    def block_size(self) -> int:
        return int(self.doc["block_size"])

    @property
    def rows(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.doc.get("rows") or []
        return found

    @property
    def waiting(self) -> bool:
        """Whether what comes free is for those on its waiting list alone."""
        return bool(self.doc.get("waiting"))

    def block(self, number: int) -> firestore.DocumentReference:
        return block_ref(self.event_id, self.name, number)

    def blocks(self) -> list[firestore.DocumentReference]:
        """All of them, in order."""
        return [self.block(number) for number in range(self.block_count)]

    def row_of(self, seat: str) -> int | None:
        """The number of the block that a seat is in; ``None`` if there is no such seat."""
        row, _, number = seat.rpartition("-")
        for index, each in enumerate(self.rows):
            if each["row"] == row and number == str(int(number)) and 1 <= int(number) <= each["seats"]:
                return index
        return None


def layout(size: int, rows: Sequence[dict[str, Any]], all_sizes: int) -> dict[str, int]:
    """How many blocks a tier has, and how large they are.

    Args:
        all_sizes: the places of the whole event, whose blocks must fit into one commit.
    """
    if rows:
        return {"block_count": len(rows), "block_size": max(each["seats"] for each in rows)}
    block_size = max(PLACES_A_BLOCK, math.ceil(size / BLOCKS_A_TIER), math.ceil(all_sizes / (MOST_BLOCKS - 20)))
    return {"block_count": math.ceil(size / block_size), "block_size": block_size}


def new_blocks(tier: Tier) -> Iterator[tuple[firestore.DocumentReference, dict[str, Any]]]:
    """The blocks of a tier that goes on sale."""
    for number in range(tier.block_count):
        block = new_block(tier, number, min(tier.block_size, tier.size - number * tier.block_size))
        block["places"] = {name: {"o": HELD_BACK, "u": None} for name in _kept(tier, number, block)}
        yield tier.block(number), block


def _kept(tier: Tier, number: int, block: dict[str, Any]) -> list[str]:
    """The places of a new block that the organiser keeps from sale: certain seats, or the last numbers of the tier."""
    if tier.rows:
        return [seat for seat in tier.doc.get("held_back_seats") or () if seat in block["labels"]]
    sold = max(0, tier.size - int(tier.doc.get("held_back") or 0) - number * tier.block_size)
    return [str(place) for place in range(sold + 1, block["size"] + 1)]


def new_block(tier: Tier, number: int, size: int) -> dict[str, Any]:
    """A block of which nothing is sold."""
    block: dict[str, Any] = {"closed": False, "tier_version": tier.version, "places": {}, "version": 1, "size": size}
    block["waiting"] = tier.waiting
    if tier.rows:
        row = tier.rows[number]
        block |= {"size": row["seats"], "labels": [f"{row['row']}-{seat}" for seat in range(1, row["seats"] + 1)]}
    return block
