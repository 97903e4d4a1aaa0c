"""The ledger: every change of a balance is one immutable entry in ``transactions``, written with the new balance.

An entry's id is derived from what was consumed (a reading's nonce, an entry to take back), so a second one for the same
thing cannot exist. ``users/{uid}.availablePoints`` is the sum of the entries' ``delta`` and never below zero;
``totalPoints`` is what was ever earned, less what was taken back of it. Only its owner reads an entry: it tells the
balance at all stores, so what a store is to see stands in the award or in ``store_point_usage``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from google.cloud import firestore

from common import documents
from common.documents import Doc, Unit
from common.errors import Refusal
from points.points_document import PointsDocument
from points.reasons import PointsReason

EntryType = Literal["earn", "redeem", "reversal", "forfeit"]


@dataclass(frozen=True)
class NewEntry:
    """A change of a balance that is to be posted.

    Attributes:
        id: the document's id, derived from what it consumes.
        delta: points added to the balance; negative when they are taken.
        earned: points added to the total ever earned.
        more: what else the entry says.
    """

    id: str
    type: EntryType
    user_id: str
    store_id: str
    delta: int
    earned: int
    more: dict[str, Any]


class Entry(PointsDocument):
    """An entry's document with its fields typed. It never changes."""

    @property
    def type(self) -> EntryType:
        type_: EntryType = self.doc["type"]
        return type_

    @property
    def points(self) -> int:
        """How many points it moved, either way."""
        return int(self.doc["points"])

    @property
    def delta(self) -> int:
        """Points added to the balance; negative when they were taken."""
        return int(self.doc["delta"])

    @property
    def earned(self) -> int:
        """Points added to the total ever earned."""
        return int(self.doc["earned"])

    @property
    def balance_after(self) -> int:
        return int(self.doc["balanceAfter"])

    @property
    def total_after(self) -> int:
        return int(self.doc["totalAfter"])

    @property
    def reason(self) -> str:
        """Why an entry was taken back, on the reversing one."""
        return str(self.doc["reason"])

    @property
    def created_at(self) -> datetime:
        created_at: datetime = self.doc["createdAt"]
        return created_at


def entry_ref(entry_id: str) -> firestore.DocumentReference:
    """An entry of the ledger."""
    return documents.ref("transactions", entry_id)


def reversal_id(entry_id: str) -> str:
    """The id of the entry that takes ``entry_id`` back.

    A prefix, because an id may end in a uid, which may end in anything; no id begins so, because a nonce has no dot
    and what follows the dot of an award's id is a nonce alone.
    """
    return f"reversal.{entry_id}"


def post(unit: Unit, user: Doc, entry: NewEntry, now: datetime, **profile: Any) -> Entry:
    """Plan an entry and the balance after it, guarded by the user's document as it was read.

    Args:
        profile: other server-owned fields of the user that change with it.

    Returns:
        The entry as it will stand.

    Raises:
        Refusal: ``POINTS_INSUFFICIENT`` when the balance would fall below zero.
    """
    before = int(user.get("availablePoints") or 0)
    available, total = before + entry.delta, int(user.get("totalPoints") or 0) + entry.earned
    if available < 0:
        raise Refusal(PointsReason.POINTS_INSUFFICIENT, availablePoints=before)
    changes = {"availablePoints": available, "totalPoints": total, **profile}
    (unit.update_as_read if user.exists else unit.create)(user, changes)
    written = {
        "userId": entry.user_id,
        "storeId": entry.store_id,
        "type": entry.type,
        "points": abs(entry.delta),
        "delta": entry.delta,
        "earned": entry.earned,
        "balanceAfter": available,
        "totalAfter": total,
        "createdAt": now,
        **entry.more,
    }
    unit.create_unread(entry_ref(entry.id), written)
    return Entry(Doc(entry_ref(entry.id), written))
