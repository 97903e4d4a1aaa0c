"""The pool of the schedules: it takes only a few items ahead of the work, so that memory stays flat."""

from __future__ import annotations

import threading
from collections.abc import Iterator

from common.worker_pool import AHEAD, workers


def test_items_are_taken_only_a_few_ahead_of_the_work() -> None:
    """The first item is not done until many more could have been taken."""
    taken: list[int] = []
    done = threading.Event()

    def items() -> Iterator[int]:
        for number in range(10 * AHEAD):
            taken.append(number)
            if number > AHEAD:
                done.set()
            yield number

    def work(number: int) -> int:
        if number == 0:
            done.wait(timeout=2)
        return number

    with workers() as pool:
        first = next(results := pool.each(work, items()))
        assert (first, len(taken) <= AHEAD + 1) == (0, True)
        assert [first, *results] == list(range(10 * AHEAD))


def test_results_come_in_the_order_of_the_items() -> None:
    slow = threading.Event()

    def work(number: int) -> int:
        if number == 0:
            slow.wait(timeout=1)
        elif number == 3:
            slow.set()
        return number

    with workers() as pool:
        assert list(pool.each(work, range(6))) == list(range(6))
