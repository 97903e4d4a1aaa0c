"""The naive twin: one document with the number of places left, changed in a transaction.

Firestore's transactions lock what they read, so callers stand in line for that document from reading to commit. Expired
orders are given back by a schedule, in a transaction each.
"""

from __future__ import annotations

from collections import deque

from bench.rush.clock import Clock, Process
from bench.rush.firestore import Document, Firestore, Seen
from bench.rush.order import Answer, Order, Status
from bench.rush.parameters import Rush
from bench.rush.platform import Instance

_CALL_SECONDS = 60.0


class Counter:
    """`available_seats` of the event."""

    def __init__(self, clock: Clock, rush: Rush, db: Firestore) -> None:
        self._clock, self._rush, self._db = clock, rush, db
        self._document = Document()
        self._left = rush.places
        self._locked = False
        self._line: deque[Process[None]] = deque()
        self._sold = 0

    def hold(self, _instance: Instance, order: Order) -> Process[Answer]:
        came = self._clock.now
        yield from self._lock()
        if self._clock.now - came > _CALL_SECONDS:
            self._unlock()
            return Answer.BUSY
        yield self._db.read(2)
        answer = Answer.SOLD_OUT
        if self._left >= order.places:
            held = yield from self._change(-order.places)
            answer = Answer.HELD if held else Answer.BUSY
        self._unlock()
        if answer is Answer.HELD:
            order.expires_at = self._clock.now + self._rush.hold_seconds
            self._clock.start(self._expire(order), self._rush.hold_seconds + self._rush.grace_seconds)
        return answer

    def confirm(self, _instance: Instance, order: Order) -> Process[bool]:
        yield self._db.read(1)
        if order.status is Status.PENDING and (
            yield from self._db.commit([Seen(order, order.version)], others=1 + order.places)
        ):
            order.status = Status.PAID
            self._sold += order.places
        elif order.status is Status.EXPIRED:
            order.status = Status.VOIDED
        return order.status is not Status.PENDING

    def faults(self) -> dict[str, int]:
        return {"oversold": max(0, self._sold - self._rush.places), "stranded": 0, "without places": 0}

    def _change(self, places: int) -> Process[bool]:
        changed = yield from self._db.commit([Seen(self._document, self._document.version)], others=1)
        self._left += places * changed
        return changed

    def _expire(self, order: Order) -> Process[None]:
        while order.status is Status.PENDING:
            yield from self._lock()
            yield self._db.read(2)
            if order.status is Status.PENDING and (yield from self._change(order.places)):
                order.status = Status.EXPIRED
            self._unlock()

    def _lock(self) -> Process[None]:
        if self._locked:
            self._line.append(self._clock.running)
            yield None
        self._locked = True

    def _unlock(self) -> None:
        """Hand the lock to the next in line; nobody can come between, because it stays locked."""
        if self._line:
            self._clock.start(self._line.popleft())
        else:
            self._locked = False
