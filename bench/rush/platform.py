"""Cloud Run: instances with threads and one processor each, started when no thread is free, up to a limit."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

from bench.rush.clock import Clock, Process
from bench.rush.parameters import Rush

_TARGET = 0.6
"""The share of the threads that the platform wants busy."""


class Instance:
    """One process: its processor serves one thread after the other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._processor_free_at = 0.0
        self.busy = 0
        self.busy_since = 0.0
        self.looks: dict[int, Any] = {}
        """What the inventory remembers here of each tier (`blocks.Look`)."""

    def compute(self, seconds: float) -> float:
        """How long it takes to use the processor for so long, with the queue before it."""
        self._processor_free_at = max(self._clock.now, self._processor_free_at) + seconds
        return self._processor_free_at - self._clock.now


class _Waiting:
    def __init__(self, process: Process[None], since: float) -> None:
        self.process, self.since = process, since
        self.instance: Instance | None = None


class Service:
    """One function and its instances."""

    def __init__(self, clock: Clock, rush: Rush) -> None:
        self._clock, self._rush = clock, rush
        self._free: deque[Instance] = deque()
        self._waiting: deque[_Waiting] = deque()
        self._busy = 0
        self._wanted = 0
        self.instances = 0
        self.calls = 0
        self.refused = 0
        self.busy_seconds = 0.0
        """Of all instances, while they serve at least one call: what is charged."""
        for _ in range(rush.min_instances):
            self._wanted += 1
            self._offer()

    def enter(self) -> Process[Instance | None]:
        """A thread of an instance for this call, or None: the platform answers 429. Give it back by `leave`."""
        self.calls += 1
        if self._free:
            return self._take(self._free.popleft())
        waiting = _Waiting(self._clock.running, self._clock.now)
        self._waiting.append(waiting)
        self._scale()
        yield None
        return waiting.instance

    def leave(self, instance: Instance) -> None:
        """The call is answered: the thread serves the next one."""
        self._busy -= 1
        instance.busy -= 1
        if not instance.busy:
            self.busy_seconds += self._clock.now - instance.busy_since
        self._hand_over(instance)

    def _take(self, instance: Instance) -> Instance:
        self._busy += 1
        if not instance.busy:
            instance.busy_since = self._clock.now
        instance.busy += 1
        return instance

    def _hand_over(self, instance: Instance) -> None:
        while self._waiting:
            waiting = self._waiting.popleft()
            self._clock.start(waiting.process)
            if self._clock.now - waiting.since <= self._rush.pending_seconds:
                waiting.instance = self._take(instance)
                return
            self.refused += 1
        self._free.append(instance)

    def _scale(self) -> None:
        needed = math.ceil((self._busy + len(self._waiting)) / (self._rush.threads * _TARGET))
        while self._wanted < min(needed, self._rush.max_instances):
            self._wanted += 1
            self._clock.start(self._start())

    def _start(self) -> Process[None]:
        yield self._clock.sample(self._rush.cold_start)
        self._offer()

    def _offer(self) -> None:
        self.instances += 1
        instance = Instance(self._clock)
        for _ in range(self._rush.threads):
            self._hand_over(instance)
