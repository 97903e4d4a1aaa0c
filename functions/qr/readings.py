"""Readings: who read which code. One document a code (for a store's code, one a code and user), created once.

``qr_usage_history/{nonce}`` belongs to the store that read a user's code, ``{nonce}_{uid}`` to the user who read a
store's. The document's id makes a second reader impossible, and nobody can use up a store's code for another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from google.cloud import firestore

from common import clock, documents
from common.documents import DocumentView, LostRace, Unit
from common.errors import Refusal
from common.retry import run_until_committed
from qr.reasons import QrReason
from qr.tokens import Qr, QrType

FRESH = timedelta(minutes=10)
"""How long after it was read or recorded a code still counts for an award or a payment in points."""
KEEP_UNUSED = timedelta(days=1)


class ReadingStatus(StrEnum):
    """``qr_usage_history/{id}.status``: claimed by its reader, or recorded or spent."""

    VERIFIED = "verified"
    USED = "used"


class Reading(DocumentView):
    """A reading's document with its fields typed."""

    @property
    def reader_id(self) -> str:
        """The store's id, or for a store's code the reading user's uid."""
        return str(self.doc["readerId"])

    @property
    def target_id(self) -> str:
        """Whose code it was: a uid, or a store's id."""
        return str(self.doc["targetId"])

    @property
    def used(self) -> bool:
        return bool(self.doc.get("status") == ReadingStatus.USED)

    @property
    def at(self) -> datetime:
        """When the code was read, or recorded."""
        at: datetime = self.doc["timestamp"]
        return at

    def require(self, reader: str | None) -> None:
        """Refuse unless this reader claimed the code within the last ten minutes."""
        if not self.exists:
            raise Refusal(QrReason.QR_NOT_VERIFIED)
        if self.reader_id != reader:
            raise Refusal(QrReason.QR_ALREADY_USED)
        if clock.now() >= self.at + FRESH:
            raise Refusal(QrReason.QR_EXPIRED)

    def mark_used(self, unit: Unit, now: datetime, **more: Any) -> None:
        """Plan to keep it for good; it must be as it was read."""
        unit.update_as_read(self.doc, {"status": ReadingStatus.USED, "timestamp": now, "expireAt": None, **more})


def of_user_ref(nonce: str) -> firestore.DocumentReference:
    """The reading of a user's code."""
    return documents.ref("qr_usage_history", nonce)


def of_store_ref(nonce: str, uid: str) -> firestore.DocumentReference:
    """A user's reading of a store's code."""
    return documents.ref("qr_usage_history", f"{nonce}_{uid}")


def claim(qr: Qr, reader: str, uid: str) -> None:
    """Claim the code for its reader, or find that this reader did before.

    Raises:
        Refusal: ``QR_ALREADY_USED`` when another reader has it.
    """
    ref = of_user_ref(qr.nonce) if qr.type is QrType.USER_POINT_EARN else of_store_ref(qr.nonce, uid)
    run_until_committed(lambda: _claim(ref, qr, reader, uid))


def _claim(ref: firestore.DocumentReference, qr: Qr, reader: str, uid: str) -> None:
    now = clock.now()
    unit = Unit()
    unit.create_unread(
        ref,
        {
            "nonce": qr.nonce,
            "readerId": reader,
            "targetId": qr.target_id,
            "type": qr.type.value,
            "userId": uid,
            "status": ReadingStatus.VERIFIED,
            "createdAt": now,
            "timestamp": now,
            "expireAt": now + KEEP_UNUSED,
        },
    )
    try:
        unit.commit()
    except LostRace:
        (taken,) = map(Reading, documents.read(ref))
        if not taken.exists:
            raise
        if taken.reader_id != reader:
            raise Refusal(QrReason.QR_ALREADY_USED) from None
