"""What all threads of a soak share: the stack, what happened so far, and what clients were told for certain."""

import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from devkit.client import CallableError
from devkit.stack import Stack

ADMIN = {"admin": True}
# Longer together than a killed server needs to come back on a busy machine.
_TRIES = 12
_LONGEST_PAUSE_SECONDS = 4.0
_MOST_CALLS_AT_ONCE = 100


class GaveUp(Exception):
    """Every try failed: the person closes the app and leaves things as they are."""


class Tally:
    """Counts by name, and the answers that must still be true at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.counts: Counter[str] = Counter()
        self._told: dict[str, set[tuple[str, int]]] = defaultdict(set)

    def add(self, *names: str) -> None:
        with self._lock:
            self.counts.update(names)

    def promised(self, payment: Mapping[str, Any]) -> None:
        """Remember the decision in a payment that a client was shown: it is final, done or not."""
        if payment["payment_intent_id"] and payment["decision"]:
            with self._lock:
                self._told[payment["payment_intent_id"]].add((payment["decision"], payment["amount_captured"]))

    def broken_promises(self, payments: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """What clients were told and what is not so: `payments` are the payment documents by id."""
        broken = []
        for id_, told in self._told.items():
            payment = payments.get(id_, {})
            became = (payment.get("status"), payment.get("amountCaptured"))
            meant = {("captured", amount) if decision == "capture" else ("canceled", 0) for decision, amount in told}
            if len(told) > 1 or meant != {became}:
                broken.append(f"{id_}: clients were told {sorted(told)} (JPY), it became {became}")
        return broken


@dataclass
class Soak:
    """A soak under way. `perk_codes` are codes that a buyer may use instead of paying; `hands`: whether people's hands
    are among what goes wrong."""

    stack: Stack
    seed: int
    perk_codes: list[str]
    hands: bool = False
    tally: Tally = field(default_factory=Tally)
    under_way: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(_MOST_CALLS_AT_ONCE))
    """To be held by everything that calls a function."""

    @contextmanager
    def nothing_under_way(self) -> Iterator[None]:
        """Wait for the calls under way, and keep others out meanwhile. For one thread only."""
        for _ in range(_MOST_CALLS_AT_ONCE):
            self.under_way.acquire()
        try:
            yield
        finally:
            self.under_way.release(_MOST_CALLS_AT_ONCE)

    def call(self, name: str, data: Any, uid: str) -> Any:
        """A callable's result, tried again as apps do when the network or the server fails them.

        Raises CallableError for a refusal, and GaveUp when no try was answered.
        """
        for attempt in range(_TRIES):
            self.tally.add("calls")
            try:
                with self.under_way:
                    return self.stack.call(name, data, uid=uid, claims=ADMIN if uid == "admin" else None)
            except CallableError as error:
                if error.http < 500 and error.status != "ABORTED":
                    raise
                problem = error.reason or f"HTTP {error.http}"
            except httpx.TransportError as error:
                problem = type(error).__name__
            self.tally.add("retries", f"retries after {problem}")
            # Not the buyer's own numbers: what is chosen must not depend on how often it had to be tried again.
            time.sleep(random.uniform(0.1, min(0.2 * 2**attempt, _LONGEST_PAUSE_SECONDS)))  # noqa: S311
        raise GaveUp(name)
