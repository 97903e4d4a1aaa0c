"""What the points functions answer with, as the app's screens bind to them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, Field

from common.messages import CAMEL_CASE, ResponseModel, Timestamp
from points.award import Award, AwardStanding
from points.ledger import Entry


class AwardView(ResponseModel):
    """An award the customer is asked to accept."""

    model_config = CAMEL_CASE

    award_id: str
    store_id: str
    store_name: str
    user_id: str
    amount: int = Field(description="JPY the customer paid")
    points: int = Field(description="1 for each full 100 JPY")
    status: AwardStanding
    expires_at: Timestamp = Field(description="When a pending award lapses.")

    @classmethod
    def of(cls, award: Award) -> AwardView:
        return cls(
            award_id=award.id,
            store_id=award.store_id,
            store_name=award.store_name,
            user_id=award.user_id,
            amount=award.amount,
            points=award.points,
            status=award.standing,
            expires_at=award.expires_at,
        )


class StampView(BaseModel):
    """The stamp card of the store."""

    model_config = CAMEL_CASE

    store_id: str
    store_name: str
    count: int = Field(description="Stamps on it now")


class BadgeView(BaseModel):
    """A badge."""

    model_config = CAMEL_CASE

    type: Literal["first_visit", "regular_customer", "point_collector", "explorer"]
    name: str
    description: str


class EarnedView(ResponseModel):
    """Everything the three animation screens show: the points, the stamp, the new badges."""

    model_config = CAMEL_CASE

    award_id: str
    points: int
    previous_total_points: int
    new_total_points: int
    available_points: int = Field(description="The balance right after the award")
    stamp: StampView
    badges: list[BadgeView] = Field(description="Won just now; mostly none")
    status: Literal["accepted", "reversed"] = Field(
        description="`reversed`: the points were taken back since; the numbers are those of then."
    )

    @classmethod
    def of(cls, award: Award, entry: Entry, badges: Iterable[Any]) -> EarnedView:
        """From an accepted award, its entry in the ledger, and the fields of the badges it won."""
        return cls(
            award_id=award.id,
            points=award.points,
            previous_total_points=entry.total_after - entry.earned,
            new_total_points=entry.total_after,
            available_points=entry.balance_after,
            stamp=StampView(store_id=award.store_id, store_name=award.store_name, count=award.stamp_count),
            badges=[BadgeView(type=b["type"], name=b["name"], description=b["description"]) for b in badges],
            status="reversed" if award.reversed else "accepted",
        )


class SpentView(ResponseModel):
    """A payment in points."""

    model_config = CAMEL_CASE

    usage_id: str
    store_id: str
    points_used: int
    equivalent_amount: int = Field(description="JPY; a point is worth 1 JPY")
    available_points: int = Field(description="The balance right after it")
    used_at: Timestamp = Field(description="When it was paid, which a repeated call says too: show it to the store.")
    status: Literal["completed", "reversed"]

    @classmethod
    def of(cls, entry: Entry, *, reversed_: bool = False) -> SpentView:
        return cls(
            usage_id=entry.id,
            used_at=entry.created_at,
            status="reversed" if reversed_ else "completed",
            store_id=entry.store_id,
            points_used=entry.points,
            equivalent_amount=entry.points,
            available_points=entry.balance_after,
        )


class ReversedView(ResponseModel):
    """An entry that was taken back."""

    model_config = CAMEL_CASE

    transaction_id: str = Field(description="The reversing entry")
    user_id: str
    delta: int = Field(description="Points added to the balance; negative when they were taken")
    available_points: int = Field(description="The balance right after it")

    @classmethod
    def of(cls, entry: Entry) -> ReversedView:
        return cls(
            transaction_id=entry.id,
            user_id=entry.user_id,
            delta=entry.delta,
            available_points=entry.balance_after,
        )
