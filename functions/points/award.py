"""Awards: points that a store offers for a payment. A typed view of ``point_awards/{store}.{nonce}``."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from google.cloud import firestore
from pydantic import StringConstraints

from common import documents, ids
from common.callable import Caller
from common.documents import Unit
from common.errors import Refusal
from common.state_machine import Verdict
from points.points_document import PointsDocument
from points.reasons import PointsReason
from points.states import AWARD, AwardEvent, AwardStatus

JPY_PER_POINT = 100
PENDING = timedelta(minutes=10)
KEEP_UNANSWERED = timedelta(days=30)

AwardId = Annotated[str, StringConstraints(pattern=rf"^{ids.PLAIN}\.{ids.NONCE}$", max_length=123)]
"""``{store}.{nonce}``: one award for one reading. Ids of other documents are made from it; none may be reserved."""


def award_ref(award_id: str) -> firestore.DocumentReference:
    """``point_awards/{store}.{nonce}``."""
    return documents.ref("point_awards", award_id)


class Award(PointsDocument):
    """An award's document with its fields typed."""

    @property
    def status(self) -> AwardStatus:
        return AwardStatus(self.doc["status"])

    @property
    def store_name(self) -> str:
        return str(self.doc["storeName"])

    @property
    def nonce(self) -> str:
        return str(self.doc["nonce"])

    @property
    def amount(self) -> int:
        """JPY the customer paid."""
        return int(self.doc["amount"])

    @property
    def points(self) -> int:
        return int(self.doc["points"])

    @property
    def stamp_count(self) -> int:
        """Stamps on the store's card, once it is accepted."""
        return int(self.doc["stampCount"])

    @property
    def expires_at(self) -> datetime:
        expires_at: datetime = self.doc["expiresAt"]
        return expires_at

    def require_owner(self, caller: Caller) -> None:
        """Refuse anybody else, as if there were no such award."""
        if not self.exists or self.user_id != caller.uid:
            raise Refusal(PointsReason.AWARD_NOT_FOUND)

    def answer(self, unit: Unit, event: AwardEvent, now: datetime, **more: Any) -> bool:
        """Plan the customer's answer. ``False`` if it was given before.

        Raises:
            Refusal: ``AWARD_DECLINED``, ``AWARD_ACCEPTED`` or ``AWARD_EXPIRED``.
        """
        outcome = AWARD.decide(self.status, event)
        if outcome.verdict is Verdict.REPEAT:
            return False
        if outcome.verdict is Verdict.REFUSE:
            declined = self.status is AwardStatus.DECLINED
            raise Refusal(PointsReason.AWARD_DECLINED if declined else PointsReason.AWARD_ACCEPTED)
        if now >= self.expires_at:
            raise Refusal(PointsReason.AWARD_EXPIRED)
        unit.update_as_read(self.doc, {"status": outcome.state, "answeredAt": now, **more})
        return True


def new_award(
    user_id: str, *, store_id: str, store_name: str, nonce: str, amount: int, by: str, now: datetime
) -> dict[str, Any]:
    """The fields of an award that waits for the customer.

    Args:
        amount: JPY paid.
        by: the uid of the staff who offers it.
    """
    return {
        "userId": user_id,
        "storeId": store_id,
        "storeName": store_name,
        "nonce": nonce,
        "amount": amount,
        "points": amount // JPY_PER_POINT,
        "status": AwardStatus.PENDING,
        "requestedBy": by,
        "createdAt": now,
        "expiresAt": now + PENDING,
        "expireAt": now + KEEP_UNANSWERED,
    }
