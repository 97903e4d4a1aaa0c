"""What a process makes once and keeps: clients, and the app that verifies tokens."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar, TypeVarTuple

Args = TypeVarTuple("Args")
T = TypeVar("T")


class MadeOnce(Generic[*Args, T]):
    """Makes something at its first use and keeps it, for each set of (positional) arguments.

    Like ``functools.cache``, but once also when threads come at the same moment, as they do to an instance that has
    just started: that one lets each of them make its own.
    """

    def __init__(self, make: Callable[[*Args], T]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._made: dict[Hashable, T] = {}

    def __call__(self, *args: *Args) -> T:
        if args not in self._made:
            with self._lock:
                if args not in self._made:
                    self._made[args] = self._make(*args)
        return self._made[args]

    def __len__(self) -> int:
        return len(self._made)

    def forget(self) -> None:
        """Make it anew at the next use."""
        self._made.clear()
