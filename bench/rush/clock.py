"""Simulated time: processes are generators that yield how long they wait, and the earliest goes on first."""

from __future__ import annotations

import heapq
import math
import random
from collections.abc import Generator
from typing import TypeVar

from bench.rush.parameters import Spread

T = TypeVar("T")
Process = Generator[float | None, None, T]
"""Yields seconds to wait, or None to wait until it is woken."""
_Z99 = 2.326


class Clock:
    """What time it is, and who goes on when. One seed gives one story."""

    def __init__(self, seed: int) -> None:
        self.now = 0.0
        self.random = random.Random(seed)
        self._due: list[tuple[float, int, Process[None]]] = []
        self._started = 0
        self._running: Process[None] | None = None

    def start(self, process: Process[None], after: float = 0.0) -> None:
        """Let it run, or go on, in so many seconds."""
        self._started += 1
        heapq.heappush(self._due, (self.now + after, self._started, process))

    @property
    def running(self) -> Process[None]:
        """Who is asking: to be woken by `start` after yielding None."""
        assert self._running is not None
        return self._running

    def run(self) -> None:
        """Until nobody waits for a time any more."""
        while self._due:
            self.now, _, self._running = heapq.heappop(self._due)
            try:
                wait = next(self._running)
            except StopIteration:
                continue
            if wait is not None:
                self.start(self._running, wait)

    def sample(self, spread: Spread) -> float:
        """Seconds of a lognormal distribution."""
        return spread.median * math.exp(self.random.gauss(0, math.log(spread.p99 / spread.median) / _Z99))
