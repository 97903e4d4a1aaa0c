"""Balances: what a customer has, in ``point_balances/{uid}``, which is the server's alone.

Every entry of the ledger is guarded by that document. ``users/{uid}`` shows the same fields to the app, and decides
nothing: its owner may fill it, delete it or write to it all the time, and a number set there by hand is worth nothing.

Only where there is no balance yet does it count, once: what ``users/{uid}`` shows then was imported by an operator, and
becomes an entry of its own (``opening``), or it is the sum of entries that an earlier version posted.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from common import documents, log
from common.documents import Doc, Unit, user_ref
from points.badges import FIRST_VISIT, badge_ref

SHOWN = ("availablePoints", "totalPoints", "visitedStores")
"""The fields of a balance, and of ``users/{uid}``, which shows them."""
MOST_IMPORTED = 10_000_000
"""A larger number on ``users/{uid}`` is taken for a mistake."""


@dataclass(frozen=True)
class Balance:
    """What a customer has, as it was read.

    Attributes:
        doc: ``point_balances/{uid}``.
        user: ``users/{uid}``, which shows it.
        available: points to pay with.
        total: points ever earned, less what was taken back of them.
        stores: stores that gave a stamp.
        opening: whether no entry has posted these points yet.
    """

    doc: Doc
    user: Doc
    available: int
    total: int
    stores: int
    opening: bool = False

    def plan(self, unit: Unit, available: int, total: int, stores: int, *, in_person: bool) -> None:
        """Plan the balance as it will be, guarded by what was read, and to show it.

        Args:
            in_person: whether the customer makes this call. Then their first balance may make ``users/{uid}``; one that
                was deleted since does not come back.
        """
        may_create = in_person and not self.doc.exists
        shown = dict(zip(SHOWN, (available, total, stores), strict=True))
        # A version, because an award of no points changes none of these, and a guarded write has to change something.
        kept = {**shown, "version": self.doc.get("version", 0) + 1}
        (unit.update_as_read if self.doc.exists else unit.create)(self.doc, kept)
        if may_create or self.user.exists:
            unit.show(self.user.ref, shown, may_create=may_create)


def balance_ref(uid: str) -> firestore.DocumentReference:
    """``point_balances/{uid}``."""
    return documents.ref("point_balances", uid)


def refs(uid: str) -> tuple[firestore.DocumentReference, firestore.DocumentReference]:
    """What ``as_read`` needs, in this order."""
    return balance_ref(uid), user_ref(uid)


def opening_ref(uid: str) -> firestore.DocumentReference:
    """The entry of a balance that was imported.

    No other entry has this id: an award's ends in a nonce, which is random, a payment's begins with one, which has no
    dot, and a reversal's begins otherwise.
    """
    return documents.ref("transactions", f"opening.{uid}")


def as_read(doc: Doc, user: Doc) -> Balance:
    """The balance of these documents. One that is not there yet takes a second look at what stands for it."""
    if doc.exists:
        available, total, stores = (doc.get(field, 0) for field in SHOWN)
        return Balance(doc, user, available, total, stores)
    available, total, stores = (_imported(user, field) for field in SHOWN)
    total = max(total, available)
    opening = total > 0 and not _posted_before(user.id)
    return Balance(doc, user, available, total, stores, opening)


def _imported(user: Doc, field: str) -> int:
    """What ``users/{uid}`` shows, if it can have been a number of ours."""
    value: Any = user.get(field, 0)
    if type(value) is int and 0 <= value <= MOST_IMPORTED:
        return value
    log.warning("imported points not taken over", user=user.id, field=field, type=type(value).__name__)
    return 0


def _posted_before(uid: str) -> bool:
    """Whether entries stand for what is shown: an opening one, or an award, whose badge each customer has."""
    opening, badge = documents.read(opening_ref(uid), badge_ref(uid, FIRST_VISIT))
    return opening.exists or badge.exists
