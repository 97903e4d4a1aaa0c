"""Limits on how often a user may do something, kept as the times of what they did.

A document ``rate_limits/{uid}.{kind}`` holds ``hits`` (timestamps inside the window) and ``expireAt`` for Firestore's
TTL. It is read in the same round trip as the rest of a call and written only with a hit, so honest users pay nothing.

A clock that is set back makes hits of the future: they count like those of the past, but none from further ahead than
a window, so nobody waits longer than two.
"""

from __future__ import annotations

import math
import threading
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, pages
from common.deadline import Deadline
from common.documents import Doc, Unit

KEYS_KEPT = 50
"""How many keys of hits that must count once only are remembered."""


@dataclass(frozen=True)
class Limit:
    """At most ``most`` hits of one kind in any ``window``.

    Attributes:
        most_in_all: how many hits and forgiven ones together; no such bound if ``None``.
    """

    kind: str
    most: int
    window: timedelta
    most_in_all: int | None = None

    def ref(self, uid: str) -> firestore.DocumentReference:
        return documents.ref("rate_limits", f"{uid}.{self.kind}")

    def reached(self, doc: Doc, now: datetime) -> bool:
        return self.seconds_left(doc, now) > 0

    def seconds_left(self, doc: Doc, now: datetime) -> int:
        """How long it stays reached if nothing is added; 0 if it is not."""
        hits = self._recent(doc, now)
        over = [(hits, self.most)]
        if self.most_in_all is not None:
            over.append((sorted([*hits, *self._recent(doc, now, "forgiven")]), self.most_in_all))
        # One hit less than the most is left when this one is out of the window.
        ends = [times[len(times) - most] + self.window for times, most in over if len(times) >= most]
        return math.ceil((max(ends) - now).total_seconds()) if ends else 0

    def hit(self, unit: Unit, doc: Doc, now: datetime, *, key: str | None = None) -> None:
        """Plan to record a hit; guarded, so that hits made at once are all counted.

        Args:
            key: what is counted, where it may be met again: it counts once.
        """
        keys = doc.get("keys", [])
        if key is not None and key in keys:
            return
        data = {"hits": [*self._recent(doc, now), now], "expireAt": now + self.window}
        if self.most_in_all is not None:
            data["forgiven"] = self._recent(doc, now, "forgiven")
        if key is not None:
            data["keys"] = [*keys, key][-KEYS_KEPT:]
        if doc.exists:
            unit.update_as_read(doc, data)
        else:
            unit.create(doc, data)

    def forgive(self, unit: Unit, uid: str, hit: datetime, now: datetime) -> None:
        """Plan to take a hit back. Unguarded, so the document is kept until the last hit it may have is out of date."""
        self._move(unit, uid, hit, now, "hits", "forgiven")

    def count_again(self, unit: Unit, uid: str, hit: datetime, now: datetime) -> None:
        """Plan to undo ``forgive``, while that makes a difference."""
        if now - hit < self.window:
            self._move(unit, uid, hit, now, "forgiven", "hits")

    def _move(self, unit: Unit, uid: str, hit: datetime, now: datetime, source: str, target: str) -> None:
        changes = {source: firestore.ArrayRemove([hit]), target: firestore.ArrayUnion([hit])}
        unit.merge_blindly(self.ref(uid), {**changes, "expireAt": now + self.window})

    def _recent(self, doc: Doc, now: datetime, field: str = "hits") -> list[datetime]:
        hits: list[datetime] = doc.get(field, [])
        return sorted(hit for hit in hits if abs(now - hit) < self.window)


class FirstFew:
    """The first few times of each user in each window, which no document counts: what honest users do needs none.

    Each process has its own, so a user has as many more as there are instances.
    """

    def __init__(self, most: int, window: timedelta) -> None:
        self._most, self._window = most, window
        self._lock = threading.Lock()
        self._since, self._taken = datetime.min.replace(tzinfo=UTC), Counter[str]()

    def take(self, uid: str, now: datetime) -> bool:
        """Whether this is one of them."""
        with self._lock:
            if not timedelta(0) <= now - self._since < self._window:
                self._since, self._taken = now, Counter()
            self._taken[uid] += 1
            return self._taken[uid] <= self._most

    def forget(self) -> None:
        """Begin a new window."""
        self._since = datetime.min.replace(tzinfo=UTC)


def forget(uid: str, deadline: Deadline) -> None:
    """Delete what is counted of a user."""
    collection = documents.collection("rate_limits")
    first, behind = collection.document(f"{uid}."), collection.document(f"{uid}.~")
    named = collection.where(filter=FieldFilter("__name__", ">=", first)).where(
        filter=FieldFilter("__name__", "<", behind)
    )
    # A kind has no dot, and another uid may begin with this one and a dot.
    pages.delete_all(named, deadline, lambda reference: str(reference.id).rpartition(".")[0] == uid)
