"""Limits on how often a user may do something, kept as the times of what they did.

A document ``rate_limits/{uid}.{kind}`` holds ``hits`` (timestamps inside the window) and ``expireAt`` for Firestore's
TTL. It is read in the same round trip as the rest of a call and written only with a hit, so honest users pay nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from common import documents, pages
from common.deadline import Deadline
from common.documents import Doc, Unit


@dataclass(frozen=True)
class Limit:
    """At most ``most`` hits of one kind in any ``window``."""

    kind: str
    most: int
    window: timedelta

    def ref(self, uid: str) -> firestore.DocumentReference:
        return documents.ref("rate_limits", f"{uid}.{self.kind}")

    def _recent(self, doc: Doc, now: datetime) -> list[datetime]:
        hits: list[datetime] = doc.get("hits", [])
        return [hit for hit in hits if hit > now - self.window]

    def reached(self, doc: Doc, now: datetime) -> bool:
        return len(self._recent(doc, now)) >= self.most

    def hit(self, unit: Unit, doc: Doc, now: datetime) -> None:
        """Plan to record a hit; guarded, so that hits made at once are all counted."""
        data = {"hits": [*self._recent(doc, now), now], "expireAt": now + self.window}
        if doc.exists:
            unit.update_as_read(doc, data)
        else:
            unit.create(doc, data)

    def forgive(self, unit: Unit, uid: str, hit: datetime, now: datetime) -> None:
        """Plan to take a hit back. Unguarded, so the document is kept until the last hit it may have is out of date."""
        unit.merge_blindly(self.ref(uid), {"hits": firestore.ArrayRemove([hit]), "expireAt": now + self.window})


def forget(uid: str, deadline: Deadline) -> None:
    """Delete what is counted of a user."""
    collection = documents.collection("rate_limits")
    first, behind = collection.document(f"{uid}."), collection.document(f"{uid}.~")
    named = collection.where(filter=FieldFilter("__name__", ">=", first)).where(
        filter=FieldFilter("__name__", "<", behind)
    )
    # A kind has no dot, and another uid may begin with this one and a dot.
    pages.delete_all(named, deadline, lambda reference: str(reference.id).rpartition(".")[0] == uid)
