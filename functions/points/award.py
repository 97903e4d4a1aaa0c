"""Awards: points that a store offers for a payment. A typed view of ``point_awards/{store}.{nonce}``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from google.cloud import firestore
from pydantic import StringConstraints

from common import clock, documents, ids
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


AwardStanding = Literal["pending", "expired", "accepted", "reversed", "declined"]


def award_ref(award_id: str) -> firestore.DocumentReference:
    """``point_awards/{store}.{nonce}``."""
    return documents.ref("point_awards", award_id)


@dataclass(frozen=True)
class Offer:
    """What a store is about to offer.

    Attributes:
        by: the uid of the staff who offers it.
        amount: JPY.
    """

    store_id: str
    by: str
    user_id: str
    amount: int
    now: datetime


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
    def created_at(self) -> datetime:
        created_at: datetime = self.doc["createdAt"]
        return created_at

    @property
    def expires_at(self) -> datetime:
        expires_at: datetime = self.doc["expiresAt"]
        return expires_at

    @property
    def reversed(self) -> bool:
        """Whether its points were taken back."""
        return self.doc.get("reversedAt") is not None

    @property
    def standing(self) -> AwardStanding:
        """Where it stands now, as it is answered: its document's status does not tell all of it."""
        if self.status is AwardStatus.PENDING and clock.now() >= self.expires_at:
            return "expired"
        return "reversed" if self.reversed else self.status.value

    def answered_at(self, now: datetime) -> datetime:
        """When the customer answers: not before it was offered, also by a clock that is behind."""
        return max(now, self.created_at)

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


def new_award(offer: Offer, store_name: str, nonce: str) -> dict[str, Any]:
    """The fields of an award that waits for the customer."""
    return {
        "userId": offer.user_id,
        "storeId": offer.store_id,
        "storeName": store_name,
        "nonce": nonce,
        "amount": offer.amount,
        "points": offer.amount // JPY_PER_POINT,
        "status": AwardStatus.PENDING,
        "requestedBy": offer.by,
        "createdAt": offer.now,
        "expiresAt": offer.now + PENDING,
        "expireAt": offer.now + KEEP_UNANSWERED,
    }
