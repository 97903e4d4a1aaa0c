"""The app of one person: calls functions, and tries again as apps do when the network or the server fails it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any

import httpx

from devkit.client import CallableError
from devkit.soak.gate import Gate
from devkit.soak.tally import Tally
from devkit.stack import Stack

# Longer together than a killed server needs to come back on a busy machine.
_TRIES = 12
_LONGEST_PAUSE_SECONDS = 4.0


class GaveUp(Exception):
    """Every try failed: the person closes the app and leaves things as they are."""


class App:
    """Calls for one user of a served stack, counted in `tally`."""

    def __init__(self, stack: Stack, tally: Tally, gate: Gate) -> None:
        self._stack = stack
        self._tally = tally
        self._gate = gate

    def call(self, name: str, data: Any, uid: str, claims: Mapping[str, Any] | None = None) -> Any:
        """The callable's result after as many tries as it takes.

        Raises CallableError for a refusal, and GaveUp when no try was answered.
        """
        for attempt in range(_TRIES):
            self._tally.add("calls")
            try:
                with self._gate.passing():
                    return self._stack.call(name, data, uid=uid, claims=claims)
            except CallableError as error:
                if error.http < 500 and error.status != "ABORTED":
                    raise
                problem = error.reason or f"HTTP {error.http}"
            except httpx.TransportError as error:
                problem = type(error).__name__
            self._tally.add("retries")
            self._tally.add(f"retried/{problem}")
            # Not the journey's own numbers: its choices must not depend on how often it had to try again.
            time.sleep(random.uniform(0.1, min(0.2 * 2**attempt, _LONGEST_PAUSE_SECONDS)))  # noqa: S311
        raise GaveUp(name)
