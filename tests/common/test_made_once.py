"""Made once and kept, also by threads that come at the same moment."""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from common.made_once import MadeOnce

THREADS = 16


def made_at_once(keep: Callable[[Callable[[], object]], Callable[[], object]]) -> list[object]:
    """What that many threads are given that ask at the same moment."""
    together = threading.Barrier(THREADS)

    def make() -> object:
        time.sleep(0.05)
        return object()

    kept = keep(make)

    def ask(_: int) -> object:
        together.wait(10)
        return kept()

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(ask, range(THREADS)))


def test_threads_at_the_same_moment_are_given_the_same() -> None:
    assert len(set(made_at_once(MadeOnce))) == 1


def test_control_a_cache_lets_each_make_its_own() -> None:
    assert len(set(made_at_once(functools.cache))) > 1


def test_each_set_of_arguments_has_its_own_until_it_is_forgotten() -> None:
    made: list[tuple[str, int]] = []

    @MadeOnce
    def client(key: str, size: int) -> list[str]:
        made.append((key, size))
        return [key]

    assert client("a", 1) is client("a", 1)
    assert client("a", 1) is not client("b", 1)
    assert client("a", 2) is not client("a", 1)
    assert (made, len(client)) == ([("a", 1), ("b", 1), ("a", 2)], 3)
    first = client("a", 1)
    client.forget()
    assert len(client) == 0
    assert client("a", 1) is not first


def test_what_could_not_be_made_is_tried_again() -> None:
    tries = iter((False, True))

    @MadeOnce
    def make() -> str:
        if not next(tries):
            raise OSError("not yet")
        return "made"

    with pytest.raises(OSError, match="not yet"):
        make()
    assert make() == "made"
