"""A bounded pool for schedules, whose threads keep the run's log fields and Stripe pace."""

from __future__ import annotations

import contextvars
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 8
AHEAD = 2 * WORKERS


class Workers:
    """Calls a function for many items on a few threads. Takes only a few items ahead of the work."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._context = contextvars.copy_context()

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The results, in the order of the items. The threads stay busy while the next items are fetched."""
        running: deque[Future[R]] = deque()
        for item in items:
            if len(running) == AHEAD:
                yield running.popleft().result()
            running.append(self._pool.submit(self._context.copy().run, work, item))
        while running:
            yield running.popleft().result()


@contextmanager
def workers() -> Iterator[Workers]:
    """A pool for the run that this context is."""
    with ThreadPoolExecutor(WORKERS) as pool:
        yield Workers(pool)
