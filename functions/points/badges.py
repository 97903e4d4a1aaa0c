"""Badges: one table of what is rewarded, and where it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from google.cloud import firestore

from common import documents


@dataclass(frozen=True)
class Standing:
    """Where a user stands after an award.

    Attributes:
        visits: stamps from the store that awarded.
        total_points: points ever earned.
        stores: stores that gave a stamp.
    """

    visits: int
    total_points: int
    stores: int


@dataclass(frozen=True)
class Badge:
    """A badge, the texts the app shows, and what it takes."""

    type: str
    name: str
    description: str
    reached: Callable[[Standing], bool]


FIRST_VISIT = "first_visit"
REGULAR_VISITS = 10
COLLECTOR_POINTS = 1_000
EXPLORER_STORES = 5

BADGES = (
    Badge(FIRST_VISIT, "はじめての来店", "はじめてスタンプを獲得しました", lambda s: s.visits >= 1),
    Badge(
        "regular_customer",
        "常連さん",
        f"同じお店に{REGULAR_VISITS}回来店しました",
        lambda s: s.visits >= REGULAR_VISITS,
    ),
    Badge(
        "point_collector",
        "ポイントコレクター",
        f"累計{COLLECTOR_POINTS:,}ポイントを獲得しました",
        lambda s: s.total_points >= COLLECTOR_POINTS,
    ),
    Badge("explorer", "探検家", f"{EXPLORER_STORES}店舗を訪れました", lambda s: s.stores >= EXPLORER_STORES),
)


def newly_won(standing: Standing, had: set[str]) -> list[Badge]:
    """The badges a user has reached and does not have yet, in the table's order."""
    return [badge for badge in BADGES if badge.type not in had and badge.reached(standing)]


def badge_ref(uid: str, type_: str) -> firestore.DocumentReference:
    """``users/{uid}/badges/{type}``: the app reads it, and cannot write it."""
    return documents.ref("users", uid, "badges", type_)
