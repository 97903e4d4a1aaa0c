"""A bounded pool for schedules, whose threads keep the run's log fields and Stripe pace."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import islice
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")

WORKERS = 8
BATCH = 100


class Workers:
    """Calls a function for many items on a few threads. Takes no more than a batch of items ahead of the work."""

    def __init__(self, pool: ThreadPoolExecutor) -> None:
        self._pool = pool
        self._context = contextvars.copy_context()

    def each(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """The results, in the order of the items."""
        ahead = iter(items)
        while batch := list(islice(ahead, BATCH)):
            yield from self._pool.map(lambda item: self._context.copy().run(work, item), batch)


@contextmanager
def workers() -> Iterator[Workers]:
    """A pool for the run that this context is."""
    with ThreadPoolExecutor(WORKERS) as pool:
        yield Workers(pool)
