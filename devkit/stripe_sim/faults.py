"""Injected faults and rate limits: what goes wrong between a client and Stripe."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

from devkit.stripe_sim.errors import Json, rate_limited

ARRIVAL_KINDS = ("drop_before", "429", "lock_timeout")
"""Nothing is executed and nothing is saved under the idempotency key."""
EXECUTION_KINDS = ("delay", "500", "500_after")
"""Act once the request holds its idempotency key, never on a replay.

`500` has no effect, `500_after` has; both are saved.
"""
ANSWER_KINDS = ("drop_after",)
"""The request is done and saved, or replayed, but its answer is lost."""
KINDS = ARRIVAL_KINDS + EXECUTION_KINDS + ANSWER_KINDS

PROFILES: dict[str, tuple[int | None, int | None]] = {
    "off": (None, None),
    "sandbox": (25, 25),
    "live": (100, 25),
}
"""Requests per second: for the account, for one endpoint (docs.stripe.com/rate-limits)."""


@dataclass
class Fault:
    """One rule. `method` and `path` are regular expressions matched in full; `times` None means always."""

    kind: str
    method: str = ".*"
    path: str = ".*"
    times: int | None = 1
    skip: int = 0
    seconds: float = 0.0

    def __post_init__(self) -> None:
        """Rejects rules that could never act."""
        if self.kind not in KINDS:
            raise ValueError(f"unknown fault kind {self.kind!r}; one of {', '.join(KINDS)}")
        if self.kind == "delay" and self.seconds <= 0:
            raise ValueError("a delay needs seconds > 0")
        if self.skip < 0 or (self.times is not None and self.times < 1):
            raise ValueError("times must be at least 1 (or none, for always) and skip at least 0")
        try:
            re.compile(self.method)
            re.compile(self.path)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error

    def matches(self, method: str, path: str) -> bool:
        """Whether the rule is about this request."""
        return re.fullmatch(self.method, method) is not None and re.fullmatch(self.path, path) is not None


class Faults:
    """The queue of rules: the first that matches and is not used up acts, one rule per request."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Fault] = []
        self._cleared = threading.Event()

    def add(self, fault: Fault) -> None:
        """Appends a rule."""
        with self._lock:
            self._rules.append(fault)

    def take(self, kinds: tuple[str, ...], method: str, path: str) -> Fault | None:
        """The rule that acts on this request in this phase, counted as used."""
        with self._lock:
            for rule in self._rules:
                if rule.kind not in kinds or not rule.matches(method, path):
                    continue
                if rule.skip > 0:
                    rule.skip -= 1
                    continue
                if rule.times is not None:
                    rule.times -= 1
                    if rule.times <= 0:
                        self._rules.remove(rule)
                return rule
        return None

    def as_json(self) -> list[Json]:
        """The rules that are still waiting."""
        with self._lock:
            return [asdict(rule) for rule in self._rules]

    def wait(self, seconds: float) -> None:
        """Delays a request, at most until the rules are cleared."""
        self._cleared.wait(seconds)

    def clear(self) -> None:
        """Removes every rule and ends the delays under way."""
        with self._lock:
            self._rules.clear()
            cleared, self._cleared = self._cleared, threading.Event()
        cleared.set()


class RateLimiter:
    """Requests per second of real time, for the account and for each endpoint; off by default."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, deque[float]] = {}
        self.per_second: int | None = None
        self.per_endpoint: int | None = None

    def configure(self, per_second: int | None, per_endpoint: int | None) -> None:
        """Sets both limits (None: no limit) and forgets the past second."""
        for limit in (per_second, per_endpoint):
            if limit is not None and limit < 1:
                raise ValueError("a rate limit must be at least 1 request per second")
        with self._lock:
            self.per_second, self.per_endpoint = per_second, per_endpoint
            self._seen.clear()

    def check(self, endpoint: str) -> None:
        """Counts one request; raises `ApiError` 429 when it is over a limit."""
        if self.per_second is None and self.per_endpoint is None:
            return
        with self._lock:
            for bucket, limit in (("global-rate", self.per_second), (endpoint, self.per_endpoint)):
                if limit is not None and self._recent(bucket) >= limit:
                    raise rate_limited("global-rate" if bucket == "global-rate" else "endpoint-rate")
            for bucket in ("global-rate", endpoint):
                self._seen.setdefault(bucket, deque()).append(time.monotonic())

    def as_json(self) -> dict[str, Any]:
        """The limits in force."""
        return {"per_second": self.per_second, "per_endpoint": self.per_endpoint}

    def _recent(self, bucket: str) -> int:
        seen = self._seen.setdefault(bucket, deque())
        horizon = time.monotonic() - 1.0
        while seen and seen[0] < horizon:
            seen.popleft()
        return len(seen)
