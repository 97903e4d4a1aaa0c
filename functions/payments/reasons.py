"""Why a payment cannot be started or found, whatever it is for."""

from __future__ import annotations

from common.errors import Reason


class PaymentReason(Reason):
    """Of every kind of purchase."""

    AMOUNT_MISMATCH = (
        "FAILED_PRECONDITION",
        "金額が変更されています。画面を更新してください",
        "The price differs from the one given.",
    )
    CURRENCY_MISMATCH = (
        "FAILED_PRECONDITION",
        "通貨が正しくありません",
        "This is sold in another currency.",
    )
    TOO_MANY_PURCHASES = (
        "RESOURCE_EXHAUSTED",
        "購入手続きの回数が上限に達しました。しばらくしてからお試しください",
        "Too many purchases were started. Please try again later.",
    )
    PAYMENT_UNAVAILABLE = (
        "UNAVAILABLE",
        "決済サービスに接続できません。もう一度お試しください",
        "The payment service did not answer. Please try again.",
    )
    PAYMENT_REJECTED = (
        "FAILED_PRECONDITION",
        "決済を開始できませんでした",
        "The payment could not be started.",
    )
    PAYMENT_NOT_FOUND = ("NOT_FOUND", "決済が見つかりません", "No such payment.")
    PAYMENT_NOT_REFUNDABLE = (
        "FAILED_PRECONDITION",
        "この決済は返金できません",
        "This payment cannot be refunded.",
    )
    REFUND_AMOUNT_INVALID = (
        "INVALID_ARGUMENT",
        "返金額が正しくありません",
        "This amount cannot be refunded.",
    )
    REFUND_ALREADY_DECIDED = (
        "FAILED_PRECONDITION",
        "別の金額の返金が処理中です",
        "A refund of another amount is under way.",
    )
