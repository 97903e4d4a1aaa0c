"""requestPointAward: a store offers points for a payment."""

from __future__ import annotations

from pydantic import Field

from common import clock, documents, push
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import CallReason, Refusal
from common.messages import RequestModel
from common.retry import run_until_committed
from points.answers import AwardView
from points.award import Award, award_ref, new_award
from qr import readings
from qr.readings import Reading
from qr.reasons import QrReason
from qr.request_fields import Nonce
from shops.stores import StoreId, staff_ref, store_ref, works_at


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
    ),
)
def requestPointAward(caller: Caller, request: RequestPointAwardRequest) -> AwardView:  # noqa: N802
    """Offers the customer one point for each full 100 JPY, for ten minutes. The customer is notified.

    A reading of a code is good for one offer; asking again with the same amount answers the same. Nobody offers points
    to themselves, also when a colleague read their code.
    """
    return run_until_committed(lambda: _offer(caller, request))


def _offer(caller: Caller, request: RequestPointAwardRequest) -> AwardView:
    found, read, staff, store = documents.read(
        award_ref(f"{request.store_id}.{request.nonce}"),
        readings.of_user_ref(request.nonce),
        staff_ref(request.store_id),
        store_ref(request.store_id),
    )
    award, reading = Award(found), Reading(read)
    if not works_at(caller, staff):
        raise Refusal(CallReason.PERMISSION_DENIED)
    if award.exists:
        if award.amount != request.amount:
            raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
        return AwardView.of(award)
    reading.require(request.store_id)
    if reading.target_id == caller.uid:
        raise Refusal(QrReason.QR_OWN)
    now, unit = clock.now(), Unit()
    reading.mark_used(unit, now)
    fields = new_award(
        reading.target_id,
        store_id=request.store_id,
        store_name=store.get("name") or "",
        nonce=request.nonce,
        amount=request.amount,
        by=caller.uid,
        now=now,
    )
    unit.create(award.doc, fields)
    push.send(
        unit,
        award.id,
        to=reading.target_id,
        sender=caller.uid,
        title="ポイント獲得の確認",
        text="お店からポイントが届いています。獲得しますか？",
        page="PointEarnConfirmation",
        parameters={"awardId": award.id},
        now=now,
    )
    unit.commit()
    return AwardView.of(award)
