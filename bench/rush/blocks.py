"""The inventory of event tickets: places in blocks, taken by compare-and-set, held until a time and no longer.

A hold writes its blocks, the order and the buyer in one commit. Only a look at all blocks may say sold out, and the
threads of an instance share it for a moment. A hold that has ended is taken over, together with its order.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple, cast

from bench.rush.clock import Clock, Process
from bench.rush.firestore import Document, Firestore, Seen
from bench.rush.order import Answer, Order, Status
from bench.rush.parameters import Rush
from bench.rush.platform import Instance

_HOLD_WRITES = 3  # the order, its history, the buyer
_CONFIRM_WRITES = 4  # beside a ticket for each place: history, the buyer, push, mail


class Block(Document):
    """Some places, and who holds how many of them until when."""

    __slots__ = ("holds", "size", "taken")

    def __init__(self, size: int) -> None:
        super().__init__()
        self.size, self.taken = size, 0
        self.holds: dict[Order, tuple[int, float]] = {}

    def put(self, order: Order, places: int, until: float) -> None:
        self.holds[order] = places, until
        self.taken += places

    def drop(self, order: Order) -> None:
        self.taken -= self.holds.pop(order, (0, 0.0))[0]

    def keep(self, order: Order) -> None:
        """Its places are final."""
        if order in self.holds:
            self.holds[order] = self.holds[order][0], math.inf

    def ended(self, before: float) -> list[tuple[Order, int]]:
        """Who held places until then, the longest ended first."""
        found = [(until, at) for at, (_, until) in enumerate(self.holds.values()) if until <= before]
        holds = list(self.holds.items()) if found else []
        return [(holds[at][0], holds[at][1][0]) for _, at in sorted(found)]

    def seen(self, before: float) -> _SeenBlock:
        free = self.size - self.taken + sum(places for places, until in self.holds.values() if until <= before)
        return _SeenBlock(self, self.version, free)

    def next_end(self, before: float) -> float:
        """When the next hold ends that has not ended by then."""
        return min((until for _, until in self.holds.values() if until > before), default=math.inf)


class _SeenBlock(NamedTuple):
    block: Block
    version: int
    free: int


class _Tier:
    """The blocks of one tier. What a reading finds is counted anew only where something has changed."""

    def __init__(self, sizes: Sequence[int]) -> None:
        self.blocks = [Block(size) for size in sizes]
        self.places = sum(sizes)
        self._number = {block: number for number, block in enumerate(self.blocks)}
        self._seen = [block.seen(0.0) for block in self.blocks]
        self._changed = dict[Block, None]()
        self._next_end = math.inf

    def changed(self, blocks: Iterable[Document]) -> None:
        self._changed.update(dict.fromkeys(cast("Iterable[Block]", blocks)))

    def seen(self, before: float) -> list[_SeenBlock]:
        """All blocks as they are now."""
        if before >= self._next_end:
            self._next_end = math.inf
            self.changed(self.blocks)
        for block in self._changed:
            self._seen[self._number[block]] = block.seen(before)
            self._next_end = min(self._next_end, block.next_end(before))
        self._changed.clear()
        return self._seen


class Look:
    """What one look at all blocks of a tier saw, for the threads that wait for it."""

    def __init__(self) -> None:
        self.seen: list[_SeenBlock] = []
        self.left = 0
        self.read_at: float | None = None
        self.waiting: list[Process[None]] = []


_Plan = list[tuple[_SeenBlock, int]]


class Blocks:
    """The blocks of all tiers of the event."""

    def __init__(self, clock: Clock, rush: Rush, db: Firestore) -> None:
        self._clock, self._rush, self._db = clock, rush, db
        self._tiers = [_Tier(sizes) for sizes in rush.block_sizes]
        self.looks = 0
        self._paid: list[Order] = []

    def hold(self, instance: Instance, order: Order, *, late: bool = False) -> Process[Answer]:
        """Hold places; for an order that expired and was paid for late, they are final in the same commit."""
        tier, random = self._tiers[order.tier], self._clock.random
        for round_ in range(self._rush.rounds):
            chosen = random.sample(range(len(tier.blocks)), min(self._rush.looked_at, len(tier.blocks)))
            yield self._db.read(2 + len(chosen))
            if late and order.status is not Status.EXPIRED:
                return Answer.HELD  # the webhook or confirmOrder, whichever came first, has done it
            itself = [Seen(order, order.version)] if late else []
            all_seen = tier.seen(self._before)
            seen = [all_seen[number] for number in chosen]
            yield instance.compute(self._rush.cpu_place * sum(block.block.size for block in seen))
            plan = self._plan(seen, order.places)
            if not plan:
                look = yield from self._look_at_all(instance, order.tier)
                if look.left < order.places:
                    return Answer.SOLD_OUT
                plan = self._plan(look.seen, order.places)
            if (yield from self._take(order, itself, plan)):
                return Answer.HELD
            instance.looks.pop(order.tier, None)
            yield random.uniform(0, 0.01 * 2 ** min(round_, 5))
        return Answer.BUSY

    def confirm(self, instance: Instance, order: Order) -> Process[bool]:
        for _ in range(self._rush.rounds):
            yield self._db.read(1)
            as_read = [Seen(order, order.version)]
            if order.status is Status.PENDING:
                if (yield from self._db.commit(as_read, order.blocks, _CONFIRM_WRITES + order.places)):
                    self._paid_for(order)
                    return True
            elif order.status is not Status.EXPIRED:
                return True
            else:
                answer = yield from self.hold(instance, order, late=True)
                if answer is Answer.HELD:
                    return True
                as_read = [Seen(order, order.version)]
                # Meanwhile another call may have found places for it.
                if order.status is not Status.EXPIRED:
                    continue
                if answer is Answer.SOLD_OUT and (yield from self._db.commit(as_read, others=1)):
                    order.status = Status.VOIDED
                    return True
        return False

    def faults(self) -> dict[str, int]:
        blocks = [block for tier in self._tiers for block in tier.blocks]
        sold = [sum(n for order, (n, _) in b.holds.items() if order.status is Status.PAID) for b in blocks]
        kept = dict.fromkeys(self._paid, 0)
        stranded = 0
        for block in blocks:
            for order, (places, until) in block.holds.items():
                if order.status is Status.PAID:
                    kept[order] += places
                elif order.status is not Status.PENDING or until == math.inf:
                    stranded += places
        return {
            "oversold": sum(max(0, count - block.size) for count, block in zip(sold, blocks, strict=True)),
            "stranded": stranded,
            "without places": sum(count != order.places for order, count in kept.items()),
        }

    @property
    def _before(self) -> float:
        """What was held until then may be taken over."""
        return self._clock.now - self._rush.grace_seconds

    def _look_at_all(self, instance: Instance, number: int) -> Process[Look]:
        look: Look | None = instance.looks.get(number)
        if look is None or (
            look.read_at is not None and self._clock.now > look.read_at + self._rush.look_shared_seconds
        ):
            look, tier = Look(), self._tiers[number]
            instance.looks[number] = look
            self.looks += 1
            yield self._db.read(len(tier.blocks))
            look.seen, read_at = list(tier.seen(self._before)), self._clock.now
            look.left = sum(block.free for block in look.seen)
            yield instance.compute(self._rush.cpu_place * tier.places)
            look.read_at = read_at
            for process in look.waiting:
                self._clock.start(process)
        elif look.read_at is None:
            look.waiting.append(self._clock.running)
            yield None
        return look

    def _plan(self, seen: Sequence[_SeenBlock], places: int) -> _Plan:
        """All from one block, if one of them has room; otherwise from several; nothing, if all together have not."""
        if room := [block for block in seen if block.free >= places]:
            return [(self._clock.random.choice(room), places)]
        if sum(block.free for block in seen) < places:
            return []
        plan: _Plan = []
        for block in sorted(seen, key=lambda block: -block.free):
            if places and block.free:
                plan.append((block, min(block.free, places)))
                places -= plan[-1][1]
        return plan

    def _take(self, order: Order, itself: list[Seen], plan: _Plan) -> Process[bool]:
        """Commit the plan. The order is new, or `itself` as it was read: then it is paid in the same commit."""
        now = self._clock.now
        as_read = itself + [Seen(block.block, block.version) for block, _ in plan]
        ended = self._in_the_way(plan)
        if ended:
            yield self._db.read(len(ended))
            as_read += [Seen(other, other.version) for other in ended]
            if any(other.status is not Status.PENDING for other in ended):
                return False
        written = {seen.document for seen in as_read}
        others = list({block: None for other in ended for block in other.blocks if block not in written})
        if not (yield from self._db.commit(as_read, others, _HOLD_WRITES)):
            return False
        for other in ended:
            other.status = Status.EXPIRED
            for document in other.blocks:
                cast("Block", document).drop(other)
        order.expires_at = now + self._rush.hold_seconds
        order.blocks = [block.block for block, _ in plan]
        for block, places in plan:
            block.block.put(order, places, order.expires_at)
        self._tiers[order.tier].changed([*order.blocks, *others])
        if itself:
            self._paid_for(order)
        return True

    def _in_the_way(self, plan: _Plan) -> list[Order]:
        """The orders whose holds have ended and whose places the plan needs."""
        found = dict[Order, None]()
        for (block, _, _), places in plan:
            missing = places - (block.size - block.taken)
            for order, held in block.ended(self._before):
                if missing <= 0:
                    break
                found[order] = None
                missing -= held
        return list(found)

    def _paid_for(self, order: Order) -> None:
        order.status = Status.PAID
        self._paid.append(order)
        for document in order.blocks:
            cast("Block", document).keep(order)
        self._tiers[order.tier].changed(order.blocks)
