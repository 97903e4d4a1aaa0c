"""requestPointAward: a store offers points for a payment."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from common import clock, documents, push
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import CallReason, Refusal
from common.messages import RequestModel
from common.retry import run_until_committed
from points import counts
from points.answers import AwardView
from points.award import Award, Offer, award_ref, new_award
from points.reasons import PointsReason
from qr import readings
from qr.readings import Reading
from qr.reasons import QrReason
from qr.request_fields import Nonce
from shops.reasons import StoreReason
from shops.stores import StoreId, name_of, staff_ref, store_ref, works_at


class RequestPointAwardRequest(RequestModel):
    """What the customer whose code was read has paid."""

    nonce: Nonce
    store_id: StoreId
    amount: int = Field(ge=1, le=1_000_000, description="JPY")


@callable_function(
    who="staff of the store that read the customer's code",
    keep_warm=True,
    reasons=(
        CallReason.PERMISSION_DENIED,
        QrReason.QR_NOT_VERIFIED,
        QrReason.QR_ALREADY_USED,
        QrReason.QR_EXPIRED,
        QrReason.QR_OWN,
        QrReason.IDEMPOTENCY_MISMATCH,
        PointsReason.AWARD_LIMIT,
        StoreReason.STORE_UNAVAILABLE,
    ),
)
def requestPointAward(caller: Caller, request: RequestPointAwardRequest) -> AwardView:  # noqa: N802
    """Offers the customer one point for each full 100 JPY, for ten minutes. The customer is notified.

    A reading of a code is good for one offer; asking again with the same amount answers the same. Nobody offers points
    to themselves, also when a colleague read their code. What one customer is offered in a day has a cap.
    """
    return run_until_committed(_Offering(caller, request).offer)


@dataclass
class _Offering:
    """One call, round by round.

    Attributes:
        user_id: the customer, once a round has read whose code it was. Only then can their count be read beside the
            rest; the first round takes its offer for their first of the day, which it mostly is.
    """

    caller: Caller
    request: RequestPointAwardRequest
    user_id: str | None = None

    def offer(self) -> AwardView:
        request, now = self.request, clock.now()
        found, read, staff, store, *of_customer = documents.read(
            award_ref(f"{request.store_id}.{request.nonce}"),
            readings.of_user_ref(request.nonce),
            staff_ref(request.store_id),
            store_ref(request.store_id),
            *([counts.of_customer_ref(request.store_id, self.user_id, now)] if self.user_id else []),
        )
        award, reading = Award(found), Reading(read)
        if not works_at(self.caller, staff, store):
            raise Refusal(CallReason.PERMISSION_DENIED)
        if award.exists:
            if award.amount != request.amount:
                raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
            return AwardView.of(award)
        reading.require(request.store_id)
        if reading.target_id == self.caller.uid:
            raise Refusal(QrReason.QR_OWN)
        self.user_id = reading.target_id
        unit = Unit()
        offer = Offer(request.store_id, self.caller.uid, self.user_id, request.amount, now)
        counts.add(unit, offer, next(iter(of_customer), None))
        reading.mark_used(unit, now)
        unit.create(award.doc, new_award(offer, name_of(store), request.nonce))
        _notify(unit, award.id, offer)
        unit.commit()
        return AwardView.of(award)


def _notify(unit: Unit, award_id: str, offer: Offer) -> None:
    push.send(
        unit,
        award_id,
        to=offer.user_id,
        sender=offer.by,
        title="ポイント獲得の確認",
        text="お店からポイントが届いています。獲得しますか？",
        page="PointEarnConfirmation",
        parameters={"awardId": award_id},
        now=offer.now,
    )
