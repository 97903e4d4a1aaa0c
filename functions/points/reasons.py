"""Why points are not given, taken or reversed."""

from __future__ import annotations

from common.errors import Reason


class PointsReason(Reason):
    """Of awards and of the ledger."""

    AWARD_NOT_FOUND = ("NOT_FOUND", "ポイント付与が見つかりません", "No such award.")
    AWARD_EXPIRED = (
        "FAILED_PRECONDITION",
        "ポイント獲得の有効期限が切れています",
        "This award has lapsed.",
    )
    AWARD_DECLINED = ("FAILED_PRECONDITION", "このポイントは辞退されています", "This award was declined.")
    AWARD_ACCEPTED = ("FAILED_PRECONDITION", "このポイントは獲得済みです", "This award was already accepted.")
    AWARD_LIMIT = (
        "RESOURCE_EXHAUSTED",
        "付与できる上限を超えています",
        "This is more than may be awarded.",
    )
    POINTS_INSUFFICIENT = (
        "FAILED_PRECONDITION",
        "利用可能ポイントが不足しています",
        "There are not enough points.",
    )
    TRANSACTION_NOT_FOUND = ("NOT_FOUND", "取引が見つかりません", "No such transaction.")
    TRANSACTION_NOT_REVERSIBLE = (
        "FAILED_PRECONDITION",
        "この取引は取り消せません",
        "A reversal cannot be reversed.",
    )
