"""Calls that start at the same instant, each in its own thread, behind one barrier."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devkit.client import CallableError

Call = Callable[[], Any]


def at_once(calls: Sequence[Call]) -> list[Any]:
    """The answers in the order of the calls; a refusal is returned as its `CallableError`, anything else raises."""
    barrier = threading.Barrier(len(calls))

    def run(call: Call) -> Any:
        barrier.wait(timeout=30)
        try:
            return call()
        except CallableError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(answers: Sequence[Any]) -> list[str | None]:
    """The reasons of those that were refused."""
    return [answer.reason for answer in answers if isinstance(answer, CallableError)]


def successes(answers: Sequence[Any]) -> list[Any]:
    """The answers of those that were not."""
    return [answer for answer in answers if not isinstance(answer, CallableError)]
