"""Finding places: a few blocks at random, then all, and only then ``SOLD_OUT``.

Reads nothing itself: it says which blocks to read, and chooses places in what was read. What it remembers of blocks
only says where to look first, and for a quarter of a second that all were seen and how few places they had left.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from google.cloud import firestore

from admission.block import Block, Held
from admission.reasons import AdmissionReason
from admission.tier import Tier
from common.documents import Doc
from common.errors import Refusal

LOOK_AT = 3
SEEN_FOR = timedelta(milliseconds=250)

_memory = threading.Lock()
_surveying = threading.Lock()
_left: dict[str, dict[int, int]] = {}
"""By tier: what was left of each block when it was last read here."""
_seen: dict[str, tuple[datetime, int]] = {}
"""By tier: when all of its blocks were read, and what was left of them together."""
_tried: set[tuple[str, int]] = set()
"""Tier and number of the blocks that a search under way here wants to take places of."""


class TierChanged(Exception):
    """The blocks are of another version of the tier than the one that was remembered."""


@dataclass(frozen=True)
class Item:
    """One place of an order."""

    tier: str
    block: int
    place: str
    seat_number: str
    price: int

    def fields(self) -> dict[str, Any]:
        return dict(vars(self))


@dataclass(frozen=True)
class Wanted:
    """Places of one tier: so many, or certain seats.

    Attributes:
        price: JPY, of each.
        version: of the tier whose price that is; ``None`` for a price that was agreed before.
        adjacent: whether seats must be side by side.
    """

    tier: Tier
    quantity: int
    price: int
    version: int | None
    seats: tuple[str, ...] = ()
    adjacent: bool = False


@dataclass
class Taken:
    """Places chosen in blocks as they were read.

    Attributes:
        blocks: those that must change, by path, each with its places as they will be.
        evicted: orders whose ended holds were on these places.
    """

    items: list[Item] = field(default_factory=list)
    blocks: dict[str, tuple[Block, dict[str, Held | None]]] = field(default_factory=dict)
    evicted: set[str] = field(default_factory=set)

    def take(self, wanted: Wanted, number: int, block: Block, names: Sequence[str]) -> None:
        _, places = self.blocks.setdefault(block.doc.ref.path, (block, dict(block.places)))
        for name in names:
            if (held := places.get(name)) is not None:
                self.evicted.add(held["o"])
            places[name] = {"o": "", "u": None}
            seat = name if block.labels else str(number * wanted.tier.block_size + int(name))
            self.items.append(Item(wanted.tier.name, number, name, seat, wanted.price))


class Search:
    """One search for places. Read ``refs``, give them to ``choose``; look at all blocks where that says ``None``.

    A context manager, which ends when the places are taken: until then the other searches of this instance look at
    other blocks first. Of two that change one block at once, one would write in vain.
    """

    def __init__(self, wanted: Sequence[Wanted]) -> None:
        self._wanted = wanted
        self._surveyed = False
        self._own: set[tuple[str, int]] = set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with _memory:
            _tried.difference_update(self._own)

    def refs(self, now: datetime) -> list[firestore.DocumentReference]:
        """The blocks to read: those of named seats, or a few that may have room."""
        found: dict[str, firestore.DocumentReference] = {}
        for wanted in self._wanted:
            for number in self._numbers(wanted, now):
                found[wanted.tier.block(number).path] = wanted.tier.block(number)
        return list(found.values())

    def _numbers(self, wanted: Wanted, now: datetime) -> Sequence[int]:
        tier = wanted.tier
        if wanted.seats:
            return [_row(tier, seat) for seat in wanted.seats]
        if seen_sold_out(wanted, now):
            return ()
        known = _left.get(tier.doc.ref.path, {})
        likely = [number for number in range(tier.block_count) if known.get(number, wanted.quantity) >= wanted.quantity]
        if likely and self._surveyed and tier.rows:
            # Seats side by side may be in any of them.
            return likely
        if likely or not self._surveyed:
            return self._some(tier.doc.ref.path, likely)
        return _roomiest(known, wanted.quantity)

    def _some(self, path: str, likely: Sequence[int]) -> Sequence[int]:
        """A few blocks at random, one of which no other search here has for its own."""
        chosen = random.sample(likely, min(LOOK_AT, len(likely)))
        with _memory:
            free = [number for number in likely if (path, number) not in _tried]
            if free and not self._own & {(path, number) for number in chosen}:
                own = random.choice(free)  # noqa: S311
                self._own.add((path, own))
                _tried.add((path, own))
                chosen = [own, *(number for number in chosen if number != own)][:LOOK_AT]
        return chosen

    def survey(self, read: Callable[[Sequence[firestore.DocumentReference]], Sequence[Doc]], now: datetime) -> None:
        """Have all blocks read, once in a quarter of a second for all who search at the same time."""
        self._surveyed = True
        for wanted in self._wanted:
            path = wanted.tier.doc.ref.path
            with _surveying:
                at, _ = _seen.get(path, (None, 0))
                if wanted.seats or (at is not None and abs(now - at) < SEEN_FOR):
                    continue
                blocks = [Block(doc) for doc in read(wanted.tier.blocks()) if doc.exists]
                left = {number: block.left(now) for number, block in enumerate(blocks)}
                with _memory:
                    _left[path], _seen[path] = left, (now, sum(left.values()))

    def choose(self, read: Mapping[str, Doc], now: datetime) -> Taken | None:
        """Places for all that is wanted; ``None``: none were found in these blocks.

        Raises:
            TierChanged: the prices must be read anew.
            Refusal: ``EVENT_NOT_ON_SALE``, ``SOLD_OUT`` or ``SEAT_TAKEN``.
        """
        taken = Taken()
        for wanted in self._wanted:
            blocks = {n: Block(read[ref.path]) for n, ref in enumerate(wanted.tier.blocks()) if ref.path in read}
            if not wanted.seats and seen_sold_out(wanted, now):
                raise Refusal(AdmissionReason.SOLD_OUT, tier=wanted.tier.name)
            _check(wanted, blocks)
            chosen = _seats(wanted, blocks, now) if wanted.seats else self._any(wanted, blocks, now)
            if chosen is None:
                return None
            for number, names in chosen.items():
                taken.take(wanted, number, blocks[number], names)
        return taken

    def _any(self, wanted: Wanted, blocks: dict[int, Block], now: datetime) -> dict[int, list[str]] | None:
        left = {number: block.left(now) for number, block in blocks.items()}
        with _memory:
            _left.setdefault(wanted.tier.doc.ref.path, {}).update(left)
        if (found := _in_one_block(wanted, blocks, now, self._own)) is not None:
            return found
        if not self._surveyed or sum(left.values()) < wanted.quantity:
            return None
        if wanted.adjacent:
            raise Refusal(AdmissionReason.SOLD_OUT, tier=wanted.tier.name)
        return _over_blocks(wanted, blocks, now)


def among(wanted: Wanted, blocks: Mapping[int, Block], now: datetime) -> Taken | None:
    """Places in all blocks of a tier, as they were just read; ``None``: too few are left.

    Raises:
        TierChanged, Refusal: as ``Search.choose``.
    """
    _check(wanted, blocks)
    if sum(block.left(now) for block in blocks.values()) < wanted.quantity:
        return None
    taken = Taken()
    for number, names in (_in_one_block(wanted, blocks, now) or _over_blocks(wanted, blocks, now)).items():
        taken.take(wanted, number, blocks[number], names)
    return taken


def _roomiest(left: Mapping[int, int], quantity: int) -> list[int]:
    """The blocks that have so many places together, and one more, those with most left first."""
    chosen: list[int] = []
    found = 0
    for number in sorted(left, key=lambda each: (-left[each], random.random())):  # noqa: S311
        if left[number] and (found < quantity or len(chosen) < LOOK_AT):
            chosen.append(number)
            found += left[number]
    return chosen


def seen_sold_out(wanted: Wanted, now: datetime) -> bool:
    """Whether all blocks were seen a moment ago, with too few places left."""
    at, left = _seen.get(wanted.tier.doc.ref.path, (None, 0))
    return at is not None and abs(now - at) < SEEN_FOR and left < wanted.quantity


def released(tier_paths: Iterable[str]) -> None:
    """Look again: places of these tiers came free."""
    with _memory:
        for path in tier_paths:
            _seen.pop(path, None)
            _left.pop(path, None)


def forget() -> None:
    """Remember nothing."""
    with _memory:
        _seen.clear()
        _left.clear()


def _row(tier: Tier, seat: str) -> int:
    number = tier.row_of(seat)
    if number is None:
        raise Refusal(AdmissionReason.SEAT_TAKEN, seat_number=seat)
    return number


def _check(wanted: Wanted, blocks: Mapping[int, Block]) -> None:
    for block in blocks.values():
        if not block.exists:
            raise TierChanged
        if block.closed:
            raise Refusal(AdmissionReason.EVENT_NOT_ON_SALE)
        if wanted.version is not None and block.tier_version != wanted.version:
            raise TierChanged


def _seats(wanted: Wanted, blocks: Mapping[int, Block], now: datetime) -> dict[int, list[str]]:
    chosen: dict[int, list[str]] = {}
    for seat in wanted.seats:
        number = _row(wanted.tier, seat)
        if seat not in blocks[number].free(now, 0):
            raise Refusal(AdmissionReason.SEAT_TAKEN, seat_number=seat)
        chosen.setdefault(number, []).append(seat)
    return chosen


def _in_one_block(
    wanted: Wanted, blocks: Mapping[int, Block], now: datetime, own: Collection[tuple[str, int]] = ()
) -> dict[int, list[str]] | None:
    """Places in one block: one of its ``own``, or one that no other search here has for its own, if they will do."""
    path, numbers = wanted.tier.doc.ref.path, list(blocks)
    random.shuffle(numbers)
    for number in sorted(numbers, key=lambda each: ((path, each) not in own, (path, each) in _tried)):
        block = blocks[number]
        if block.left(now) < wanted.quantity:
            continue
        if block.labels is None:
            return {number: block.free(now, wanted.tier.block_size)[: wanted.quantity]}
        if (seats := block.adjacent(wanted.quantity, now)) is not None:
            return {number: seats}
    return None


def _over_blocks(wanted: Wanted, blocks: Mapping[int, Block], now: datetime) -> dict[int, list[str]]:
    """Split over as few blocks as will do: the fullest of free places first."""
    chosen: dict[int, list[str]] = {}
    need = wanted.quantity
    numbers = list(blocks)
    random.shuffle(numbers)
    for number in sorted(numbers, key=lambda each: -blocks[each].left(now)):
        names = blocks[number].free(now, wanted.tier.block_size)[:need]
        if names:
            chosen[number] = names
            need -= len(names)
        if not need:
            break
    return chosen
