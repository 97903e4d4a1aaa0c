"""Firestore: how long reads and commits take, what one document bears, and how fast traffic may grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from bench.rush.clock import Clock, Process
from bench.rush.parameters import Rush

_WINDOW_SECONDS = 10


class Document:
    """What is written more than once: its version, and how many writes it has taken."""

    __slots__ = ("_counted", "_window", "next_write", "version")

    def __init__(self) -> None:
        self.version = 0
        self.next_write = 0.0
        self._window = -1
        self._counted = 0

    def count(self, now: float) -> int:
        """Note a write; how many there were in these ten seconds."""
        window = int(now / _WINDOW_SECONDS)
        self._counted = self._counted + 1 if window == self._window else 1
        self._window = window
        return self._counted


class Seen(NamedTuple):
    """A document as it was read."""

    document: Document
    version: int


class Firestore:
    """One database."""

    def __init__(self, clock: Clock, rush: Rush) -> None:
        self._clock, self._rush = clock, rush
        self._second = -1
        self._operations = 0.0
        self._before = 0.0
        self.reads = 0
        self.writes = 0
        self.commits = 0
        self.lost = 0
        self.aborted = 0
        self.most_operations = 0.0
        self.most_writes = 0

    @property
    def hottest_writes_a_second(self) -> float:
        """Of the document that was written most in some ten seconds."""
        return self.most_writes / _WINDOW_SECONDS

    def read(self, documents: int) -> float:
        """How long it takes to read so many documents in one trip."""
        self.reads += documents
        return self._clock.sample(self._rush.read) * self._slowed(documents)

    def commit(self, as_read: Sequence[Seen], blind: Sequence[Document] = (), others: int = 0) -> Process[bool]:
        """One commit: it holds if every document `as_read` is unchanged.

        Args:
            as_read: documents written under the condition that they are as they were read.
            blind: documents written without a condition.
            others: how many documents are written besides, which nobody else writes.
        """
        documents = [seen.document for seen in as_read] + list(blind)
        wait = self._claim(documents)
        if wait > self._rush.contention_seconds:
            yield self._rush.contention_seconds
            self.aborted += 1
            return False
        self.commits += 1
        yield wait + self._clock.sample(self._rush.commit) * self._slowed(len(documents) + others)
        if self._rush.guarded and any(seen.document.version != seen.version for seen in as_read):
            self.lost += 1
            return False
        self.writes += len(documents) + others
        self.note_writes(documents)
        return True

    def note_writes(self, documents: Sequence[Document]) -> None:
        """These documents are written now."""
        for document in documents:
            document.version += 1
            self.most_writes = max(self.most_writes, document.count(self._clock.now))

    def _claim(self, documents: Sequence[Document]) -> float:
        """How long the most written of them has to wait. A try counts as a write does, unless it is aborted at once."""
        gap = 1 / self._rush.document_writes
        allowance = (self._rush.document_burst - 1) * gap
        now = self._clock.now
        wait = max((document.next_write - allowance - now for document in documents), default=0.0)
        if wait <= self._rush.contention_seconds:
            for document in documents:
                document.next_write = max(document.next_write, now) + gap
        return max(wait, 0.0)

    def _slowed(self, operations: int) -> float:
        """By what factor everything takes longer, by the operations of the last second and what is allowed by now."""
        second = int(self._clock.now)
        if second != self._second:
            self._before = self._operations if second == self._second + 1 else 0.0
            self._second, self._operations = second, 0.0
        self._operations += operations
        self.most_operations = max(self.most_operations, self._operations)
        allowed = self._rush.served_before * 1.5 ** int(self._clock.now / 300)
        return min(max(1.0, max(self._before, self._operations) / allowed), self._rush.slowest_factor)
