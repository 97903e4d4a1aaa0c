"""The ledger: every change of a balance is one immutable entry in ``transactions``, written with the new balance.

An entry's id is derived from what was consumed (a reading's nonce, an entry to take back), so a second one for the same
thing cannot exist. A balance (``points.balance``) is the sum of the entries' ``delta`` and never below zero; its total
is the sum of their ``earned``. Only its owner reads an entry: it tells the balance at all stores, so what a store is to
see stands in the award or in ``store_point_usage``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from google.cloud import firestore

from common import documents
from common.documents import Doc, Unit
from common.errors import Refusal
from points.balance import Balance, opening_ref
from points.points_document import PointsDocument
from points.reasons import PointsReason

EntryType = Literal["opening", "earn", "redeem", "reversal", "forfeit"]


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


def post(
    unit: Unit, balance: Balance, entry: NewEntry, now: datetime, *, stores: int | None = None, in_person: bool = False
) -> Entry:
    """Plan an entry and the balance after it, guarded by the balance as it was read.

    Args:
        stores: how many stores gave a stamp by then, if that changes with it.
        in_person: whether the customer makes this call.

    Returns:
        The entry as it will stand.

    Raises:
        Refusal: ``POINTS_INSUFFICIENT`` when the balance would fall below zero.
    """
    available, total = balance.available + entry.delta, balance.total + entry.earned
    if available < 0:
        raise Refusal(PointsReason.POINTS_INSUFFICIENT, availablePoints=balance.available)
    if balance.opening:
        # A moment before, so that lists by time show it before what follows from it.
        _write(unit, _opening(balance), balance.available, balance.total, now - timedelta(milliseconds=1))
    balance.plan(unit, available, total, balance.stores if stores is None else stores, in_person=in_person)
    return _write(unit, entry, available, total, now)


def _opening(balance: Balance) -> NewEntry:
    """What was imported, as an entry of no store."""
    uid = balance.user.id
    more = {"storeName": "", "visitedStores": balance.stores}
    return NewEntry(opening_ref(uid).id, "opening", uid, "", balance.available, balance.total, more)


def _write(unit: Unit, entry: NewEntry, available: int, total: int, now: datetime) -> Entry:
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
