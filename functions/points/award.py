"""requestPointAward, awardPoints and declinePointAward: a store offers points for a payment, the customer decides."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.cloud import firestore
from pydantic import Field

from common import clock, documents, push
from common.callable import Caller, RequestModel, callable_function
from common.documents import Doc, Unit, user_ref
from common.errors import CallReason, Refusal
from common.retry import run_until_committed
from points import ledger
from points.answers import AwardView, EarnedView
from points.badges import BADGES, Badge, Standing, newly_won
from points.ledger import Entry
from points.reasons import PointsReason
from qr import claims
from qr.reasons import QrReason
from qr.request_fields import AwardId, Nonce, StoreId, shop_ref, staff_ref, works_at

JPY_PER_POINT = 100
PENDING = timedelta(minutes=10)
KEEP_UNANSWERED = timedelta(days=30)


class RequestPointAwardRequest(RequestModel):
    """What the customer whose code was read has paid."""

    nonce: Nonce
    store_id: StoreId
    amount: int = Field(ge=1, le=1_000_000, description="JPY")


class AnswerPointAwardRequest(RequestModel):
    """The award to answer."""

    award_id: AwardId


def award_ref(award_id: str) -> firestore.DocumentReference:
    """``point_awards/{store}.{nonce}``: one award for one reading."""
    return documents.ref("point_awards", award_id)


def _stamp_ref(store_id: str, uid: str) -> firestore.DocumentReference:
    """``stamps/{store}.{uid}``: a store's id has no dot, so the id has one reading, whatever a uid holds."""
    return documents.ref("stamps", f"{store_id}.{uid}")


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
    award, claim, staff, shop = documents.read(
        award_ref(f"{request.store_id}.{request.nonce}"),
        claims.user_claim_ref(request.nonce),
        staff_ref(request.store_id),
        shop_ref(request.store_id),
    )
    if not works_at(caller, staff):
        raise Refusal(CallReason.PERMISSION_DENIED)
    if award.exists:
        if award["amount"] != request.amount:
            raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
        return AwardView.of(award)
    claims.require(claim, request.store_id)
    if claim["targetId"] == caller.uid:
        raise Refusal(QrReason.QR_OWN)
    now, points = clock.now(), request.amount // JPY_PER_POINT
    unit = Unit()
    claims.mark_used(unit, claim, now)
    unit.create(
        award,
        {
            "userId": claim["targetId"],
            "storeId": request.store_id,
            "storeName": shop.get("name", ""),
            "nonce": request.nonce,
            "amount": request.amount,
            "points": points,
            "status": "pending",
            "requestedBy": caller.uid,
            "createdAt": now,
            "expiresAt": now + PENDING,
            "expireAt": now + KEEP_UNANSWERED,
        },
    )
    push.send(
        unit,
        award.id,
        to=claim["targetId"],
        sender=caller.uid,
        title="ポイント獲得の確認",
        text="お店からポイントが届いています。獲得しますか？",
        page="PointEarnConfirmation",
        parameters={"awardId": award.id},
        now=now,
    )
    unit.commit()
    return AwardView.of(award)


@callable_function(
    who="the customer",
    keep_warm=True,
    reasons=(PointsReason.AWARD_NOT_FOUND, PointsReason.AWARD_EXPIRED, PointsReason.AWARD_DECLINED),
)
def awardPoints(caller: Caller, request: AnswerPointAwardRequest) -> EarnedView:  # noqa: N802
    """Accepts an award: the points, the stamp and the badges won, in one step.

    A repeated call answers the same and adds nothing.
    """
    return run_until_committed(lambda: _accept(caller, request.award_id))


def _accept(caller: Caller, award_id: str) -> EarnedView:
    store_id = award_id.rpartition(".")[0]
    badge_refs = [documents.ref("users", caller.uid, "badges", badge.type) for badge in BADGES]
    award, user, stamp, *held = documents.read(
        award_ref(award_id), user_ref(caller.uid), _stamp_ref(store_id, caller.uid), *badge_refs
    )
    _require_mine(caller, award)
    if award["status"] == "accepted":
        return _as_answered(award, held)
    now = clock.now()
    _require_pending(award, now)
    unit = Unit()
    first = not stamp.exists
    visits, stores = int(stamp.get("count", 0)) + 1, int(user.get("visitedStores") or 0) + first
    entry = ledger.post(unit, user, _entry(award), now, visitedStores=stores)
    standing = Standing(visits, entry["totalAfter"], stores)
    won = [_badge(badge, award, now) for badge in newly_won(standing, {had.id for had in held if had.exists})]
    for badge in won:
        unit.create_unread(documents.ref("users", caller.uid, "badges", badge["type"]), badge)
    _stamp(unit, stamp, award, visits, now)
    unit.update_as_read(award, {"status": "accepted", "answeredAt": now, "expireAt": None, "stampCount": visits})
    unit.commit()
    return EarnedView.of(award, entry, won)


def _badge(badge: Badge, award: Doc, now: datetime) -> dict[str, Any]:
    fields = {"type": badge.type, "name": badge.name, "description": badge.description}
    return {**fields, "awardedAt": now, "awardId": award.id}


def _as_answered(award: Doc, badges: list[Doc]) -> EarnedView:
    """What accepting it was answered with, from what it wrote: a store may read awards, so none holds a balance."""
    (entry,) = documents.read(ledger.entry_ref(award.id))
    return EarnedView.of(award, entry, [badge for badge in badges if badge.get("awardId") == award.id])


def _entry(award: Doc) -> Entry:
    more = {"amount": award["amount"], "nonce": award["nonce"], "storeName": award["storeName"]}
    return Entry(award.id, "earn", award["userId"], award["storeId"], award["points"], award["points"], more)


def _stamp(unit: Unit, stamp: Doc, award: Doc, count: int, now: datetime) -> None:
    if stamp.exists:
        unit.update_as_read(stamp, {"count": count, "updatedAt": now})
        return
    unit.create(
        stamp,
        {
            "userId": award["userId"],
            "storeId": award["storeId"],
            "storeName": award["storeName"],
            "count": count,
            "createdAt": now,
            "updatedAt": now,
        },
    )


@callable_function(
    who="the customer",
    reasons=(PointsReason.AWARD_NOT_FOUND, PointsReason.AWARD_EXPIRED, PointsReason.AWARD_ACCEPTED),
)
def declinePointAward(caller: Caller, request: AnswerPointAwardRequest) -> AwardView:  # noqa: N802
    """Declines an award. It cannot be accepted afterwards."""
    return run_until_committed(lambda: _decline(caller, request.award_id))


def _decline(caller: Caller, award_id: str) -> AwardView:
    (award,) = documents.read(award_ref(award_id))
    _require_mine(caller, award)
    if award["status"] == "accepted":
        raise Refusal(PointsReason.AWARD_ACCEPTED)
    if award["status"] == "pending":
        now = clock.now()
        _require_pending(award, now)
        unit = Unit()
        unit.update_as_read(award, {"status": "declined", "answeredAt": now})
        unit.commit()
    return AwardView.of(award)


def _require_mine(caller: Caller, award: Doc) -> None:
    """Somebody else's award is answered like one that does not exist."""
    if award.get("userId") != caller.uid:
        raise Refusal(PointsReason.AWARD_NOT_FOUND)


def _require_pending(award: Doc, now: datetime) -> None:
    if award["status"] == "declined":
        raise Refusal(PointsReason.AWARD_DECLINED)
    if now >= award["expiresAt"]:
        raise Refusal(PointsReason.AWARD_EXPIRED)
