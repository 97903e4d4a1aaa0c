"""What happened in a soak, counted by all its threads, and what clients were told for certain."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from typing import Any


class Tally:
    """Counts by name, and the answers that must still be true at the end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()
        self._promises: dict[str, tuple[str, int]] = {}
        self._broken: list[str] = []

    def add(self, name: str) -> None:
        """Count one."""
        with self._lock:
            self._counts[name] += 1

    def __getitem__(self, name: str) -> int:
        return self._counts[name]

    def under(self, prefix: str) -> list[tuple[str, int]]:
        """The counts whose name begins with `prefix/`, most frequent first, without it."""
        with self._lock:
            found = [(name, n) for name, n in self._counts.items() if name.startswith(f"{prefix}/")]
        return [(name.partition("/")[2], n) for name, n in sorted(found, key=lambda item: (-item[1], item[0]))]

    def promised(self, payment: Mapping[str, Any]) -> None:
        """Remember the decision in a payment that a client was shown: it is final, done or not.

        A second answer about the same payment must not say anything else.
        """
        id_, decision = payment["payment_intent_id"], payment["decision"]
        if id_ is None or decision is None:
            return
        told = (decision, payment["amount_captured"])
        with self._lock:
            before = self._promises.setdefault(id_, told)
            if before != told:
                self._broken.append(f"{id_}: a client was told {before}, another {told}")

    def broken_promises(self, payments: Mapping[str, Mapping[str, Any]]) -> list[str]:
        """What clients were told and what is not so: `payments` are the payment documents by id."""
        broken = list(self._broken)
        for id_, (decision, amount) in self._promises.items():
            payment = payments.get(id_, {})
            became = (payment.get("status"), payment.get("amountCaptured"))
            if became != (("captured", amount) if decision == "capture" else ("canceled", 0)):
                broken.append(f"{id_}: a client was told {decision} of {amount} JPY, it became {became}")
        return broken
