"""awardPoints and declinePointAward: the customer answers what a store offers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud import firestore

from common import accounts, clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Unit
from common.messages import RequestModel
from common.retry import run_until_committed
from points import balance, counts, ledger, stamps
from points.answers import AwardView, EarnedView
from points.award import Award, AwardId, award_ref
from points.badges import BADGES, Badge, Standing, badge_ref, newly_won
from points.ledger import Entry, NewEntry
from points.reasons import PointsReason
from points.states import AwardEvent


class AnswerPointAwardRequest(RequestModel):
    """The award to answer."""

    award_id: AwardId


@callable_function(
    who="the customer",
    keep_warm=True,
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        PointsReason.AWARD_NOT_FOUND,
        PointsReason.AWARD_EXPIRED,
        PointsReason.AWARD_DECLINED,
    ),
)
def awardPoints(caller: Caller, request: AnswerPointAwardRequest) -> EarnedView:  # noqa: N802
    """Accepts an award: the points, the stamp and the badges won, in one step.

    A repeated call answers the same and adds nothing, or says that it was reversed since.
    """
    return run_until_committed(lambda: _accept(caller, request.award_id))


def _accept(caller: Caller, award_id: str) -> EarnedView:
    store_id = award_id.rpartition(".")[0]
    deletion, found, card, kept, user, *held = documents.read(
        accounts.deletion_ref(caller.uid),
        award_ref(award_id),
        stamps.stamp_ref(store_id, caller.uid),
        *balance.refs(caller.uid),
        *_badge_refs(caller.uid),
    )
    accounts.refuse_if_deleted(deletion, clock.now())
    award = Award(found)
    award.require_owner(caller)
    now, unit = award.answered_at(clock.now()), Unit()
    visits = stamps.add(unit, card, award, now)
    if not award.answer(unit, AwardEvent.ACCEPT, now, expireAt=None, stampCount=visits):
        return _as_answered(award)
    before = balance.as_read(kept, user)
    stores = before.stores + (not card.exists)
    entry = ledger.post(unit, before, _earned(award), now, stores=stores, in_person=True)
    won = newly_won(Standing(visits, entry.total_after, stores), {had.id for had in held if had.exists})
    badges = [_badge(badge, award, now) for badge in won]
    for badge in badges:
        unit.create_unread(badge_ref(caller.uid, badge["type"]), badge)
    unit.commit()
    return EarnedView.of(award, entry, badges)


def _badge_refs(uid: str) -> list[firestore.DocumentReference]:
    return [badge_ref(uid, badge.type) for badge in BADGES]


def _as_answered(award: Award) -> EarnedView:
    """What accepting it was answered with, from what it wrote: a store may read awards, so none holds a balance.

    It is read now that the award says so: what one request reads may be from before a commit and from after it.
    """
    entry, *badges = documents.read(ledger.entry_ref(award.id), *_badge_refs(award.user_id))
    return EarnedView.of(award, Entry(entry), [badge for badge in badges if badge.get("awardId") == award.id])


def _earned(award: Award) -> NewEntry:
    more = {"amount": award.amount, "nonce": award.nonce, "storeName": award.store_name}
    return NewEntry(award.id, "earn", award.user_id, award.store_id, award.points, award.points, more)


def _badge(badge: Badge, award: Award, now: datetime) -> dict[str, Any]:
    fields = {"type": badge.type, "name": badge.name, "description": badge.description}
    return {**fields, "awardedAt": now, "awardId": award.id}


@callable_function(
    who="the customer",
    reasons=(PointsReason.AWARD_NOT_FOUND, PointsReason.AWARD_EXPIRED, PointsReason.AWARD_ACCEPTED),
)
def declinePointAward(caller: Caller, request: AnswerPointAwardRequest) -> AwardView:  # noqa: N802
    """Declines an award. It cannot be accepted afterwards."""
    return run_until_committed(lambda: _decline(caller, request.award_id))


def _decline(caller: Caller, award_id: str) -> AwardView:
    (award,) = map(Award, documents.read(award_ref(award_id)))
    award.require_owner(caller)
    unit = Unit()
    now = award.answered_at(clock.now())
    if award.answer(unit, AwardEvent.DECLINE, now):
        counts.take_off(unit, award)
        unit.commit()
    return AwardView.of(award)
