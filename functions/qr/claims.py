"""Claims: who read which code. One document a code (for a store's code, one a code and user), created once.

``qr_usage_history/{nonce}`` belongs to the store that read a user's code, ``{nonce}_{uid}`` to the user who read a
store's. The document's id makes a second reader impossible, and nobody can use up a store's code for another.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.cloud import firestore

from common import clock, documents
from common.documents import Doc, LostRace, Unit
from common.errors import Refusal
from common.retry import run_until_committed
from qr.reasons import QrReason
from qr.tokens import Qr, QrType

FRESH = timedelta(minutes=10)
"""How long after it was read or recorded a code still counts for an award or a payment in points."""
KEEP_UNUSED = timedelta(days=1)


def user_claim_ref(nonce: str) -> firestore.DocumentReference:
    """The claim on a user's code."""
    return documents.ref("qr_usage_history", nonce)


def store_claim_ref(nonce: str, uid: str) -> firestore.DocumentReference:
    """A user's claim on a store's code."""
    return documents.ref("qr_usage_history", f"{nonce}_{uid}")


def claim(qr: Qr, reader: str, uid: str) -> None:
    """Claim the code for its reader, or find that this reader did before.

    Raises:
        Refusal: ``QR_ALREADY_USED`` when another reader has it.
    """
    ref = user_claim_ref(qr.nonce) if qr.type is QrType.USER_POINT_EARN else store_claim_ref(qr.nonce, uid)
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
            "status": "verified",
            "createdAt": now,
            "timestamp": now,
            "expireAt": now + KEEP_UNUSED,
        },
    )
    try:
        unit.commit()
    except LostRace:
        (taken,) = documents.read(ref)
        if not taken.exists:
            raise
        if taken["readerId"] != reader:
            raise Refusal(QrReason.QR_ALREADY_USED) from None


def require(claim: Doc, reader: str | None) -> None:
    """Refuse unless this reader claimed the code within the last ten minutes."""
    if not claim.exists:
        raise Refusal(QrReason.QR_NOT_VERIFIED)
    if claim["readerId"] != reader:
        raise Refusal(QrReason.QR_ALREADY_USED)
    if clock.now() >= claim["timestamp"] + FRESH:
        raise Refusal(QrReason.QR_EXPIRED)


def used(claim: Doc) -> bool:
    """Whether the claim was recorded or spent."""
    return bool(claim.get("status") == "used")


def mark_used(unit: Unit, claim: Doc, now: datetime, **more: Any) -> None:
    """Plan to keep the claim for good; it must be as it was read."""
    unit.update_as_read(claim, {"status": "used", "timestamp": now, "expireAt": None, **more})
