"""Why a licence or a day pass cannot be bought, confirmed or moved."""

from __future__ import annotations

from common.errors import Reason


class CheckoutReason(Reason):
    """Of devices and what is bought for them."""

    PRODUCT_UNAVAILABLE = (
        "FAILED_PRECONDITION",
        "この商品は現在販売していません",
        "This product is not on sale.",
    )
    UNLOCK_COUNT_MISMATCH = (
        "FAILED_PRECONDITION",
        "利用回数が変更されています。画面を更新してください",
        "The number of unlocks differs from the one given.",
    )
    LICENSE_OWNED = (
        "FAILED_PRECONDITION",
        "この端末はライセンス購入済みです",
        "This device has a licence already.",
    )
    PASS_ACTIVE = (
        "FAILED_PRECONDITION",
        "この端末のデイパスは有効期間中です",
        "This device has a day pass that is still valid.",
    )
    DEVICE_NOT_YOURS = (
        "PERMISSION_DENIED",
        "この端末は別のユーザーに登録されています。ライセンスコードで復元してください",
        "This device belongs to another user. Please restore with your licence code.",
    )
    PURCHASE_NOT_FOUND = ("NOT_FOUND", "購入が見つかりません", "No such purchase.")
    PURCHASE_NOT_REFUNDABLE = (
        "FAILED_PRECONDITION",
        "この購入は返金できません",
        "There is nothing to refund of this purchase.",
    )
    TOKEN_INVALID = ("INVALID_ARGUMENT", "購入確認のリンクが正しくありません", "This link is not valid.")
    TOKEN_EXPIRED = (
        "FAILED_PRECONDITION",
        "購入確認のリンクの有効期限が切れています",
        "This link has expired.",
    )
    LICENSE_REVOKED = (
        "FAILED_PRECONDITION",
        "このライセンスは取り消されています",
        "This licence was revoked.",
    )
    TRANSFER_LIMIT = (
        "RESOURCE_EXHAUSTED",
        "端末の移行回数が上限に達しました。しばらくしてからお試しください",
        "This licence was moved too often. Please try again later.",
    )
