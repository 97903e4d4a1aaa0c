"""Stripe: requests a second of each endpoint and of the account; what is too much is answered 429."""

from __future__ import annotations

from collections import Counter

from bench.rush.clock import Clock, Process
from bench.rush.parameters import Rush, Spread

_REFUSAL = Spread(0.05, 0.2)


class _Bucket:
    """So many a second, and so many at once."""

    def __init__(self, rate: float) -> None:
        self._rate, self._most = rate, max(1.0, rate)
        self._left, self._at = self._most, 0.0

    def full(self, now: float) -> bool:
        self._left = min(self._most, self._left + (now - self._at) * self._rate)
        self._at = now
        return self._left >= 1

    def take(self) -> None:
        self._left -= 1


class Stripe:
    """One account."""

    def __init__(self, clock: Clock, rush: Rush) -> None:
        self._clock, self._rush = clock, rush
        self._account = _Bucket(rush.stripe_account)
        self._endpoints: dict[str, _Bucket] = {}
        self.asked: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()

    def ask(self, endpoint: str) -> Process[bool]:
        """Whether the request was served."""
        self.asked[endpoint] += 1
        bucket = self._endpoints.setdefault(endpoint, _Bucket(self._rush.stripe_endpoint))
        served = bucket.full(self._clock.now) & self._account.full(self._clock.now)
        if served:
            bucket.take()
            self._account.take()
        else:
            self.refused[endpoint] += 1
        yield self._clock.sample(self._rush.stripe_answer if served else _REFUSAL)
        return served
