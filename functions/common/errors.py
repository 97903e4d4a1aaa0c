"""Why a call is refused: one closed list of reasons, each with its status and its message in both languages.

``Refusal`` is the only exception a handler raises on purpose. The reason is stable and made for programs; the
message is for people and may be reworded.
"""

from __future__ import annotations

from enum import Enum
from typing import Any


class Reason(Enum):
    """A reason's canonical gRPC status, its Japanese and its English message."""

    def __init__(self, status: str, ja: str, en: str) -> None:
        self.status = status
        self.ja = ja
        self.en = en

    # Any call
    INVALID_ARGUMENT = ("INVALID_ARGUMENT", "入力内容が正しくありません", "The request is not valid.")
    UNAUTHENTICATED = ("UNAUTHENTICATED", "ユーザー認証が必要です", "Please sign in.")
    PERMISSION_DENIED = ("PERMISSION_DENIED", "この操作を行う権限がありません", "You may not do this.")
    NOT_CONFIGURED = (
        "INTERNAL",
        "サーバーの設定に問題があります",
        "The server is not configured for this yet.",
    )
    INTERNAL = ("INTERNAL", "サーバーエラーが発生しました", "Something went wrong on our side.")
    BUSY = (
        "ABORTED",
        "混み合っています。もう一度お試しください",
        "Too many changes at once. Please try again.",
    )

    # Buying
    IMECON_UNAVAILABLE = (
        "FAILED_PRECONDITION",
        "このコンサルタントは現在受付していません",
        "This consultant is not taking consultations.",
    )
    TICKET_TYPE_UNAVAILABLE = (
        "FAILED_PRECONDITION",
        "このチケットは現在販売していません",
        "This ticket is not on sale.",
    )
    AMOUNT_MISMATCH = (
        "FAILED_PRECONDITION",
        "金額が変更されています。画面を更新してください",
        "The price differs from the one given.",
    )
    CURRENCY_MISMATCH = ("FAILED_PRECONDITION", "通貨が正しくありません", "This ticket is sold in another currency.")
    SELF_PURCHASE = (
        "FAILED_PRECONDITION",
        "ご自身の相談チケットは購入できません",
        "You cannot buy your own consultation.",
    )
    ROOM_NOT_REOPENABLE = (
        "FAILED_PRECONDITION",
        "このチャットルームは再開できません",
        "This chat room cannot be reopened.",
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

    # Redeeming
    CODE_INVALID = ("NOT_FOUND", "チケットコードが正しくありません", "This ticket code is not valid.")
    CODE_EXPIRED = (
        "FAILED_PRECONDITION",
        "チケットコードの有効期限が切れています",
        "This ticket code has expired.",
    )
    CODE_EXHAUSTED = (
        "FAILED_PRECONDITION",
        "このチケットコードは上限まで使用されています",
        "This ticket code has been used up.",
    )
    CODE_ALREADY_REDEEMED = (
        "FAILED_PRECONDITION",
        "このチケットコードは使用済みです",
        "You have already used this ticket code.",
    )
    TOO_MANY_ATTEMPTS = (
        "RESOURCE_EXHAUSTED",
        "入力回数が上限に達しました。しばらくしてからお試しください",
        "Too many wrong codes. Please try again later.",
    )
    IMECON_REQUIRED = (
        "INVALID_ARGUMENT",
        "相談するコンサルタントを選択してください",
        "Please choose a consultant for this code.",
    )
    CONSULTATION_IN_PROGRESS = (
        "FAILED_PRECONDITION",
        "このコンサルタントとの相談が進行中です",
        "A consultation with this consultant is in progress.",
    )
    TICKET_UNPAID = (
        "FAILED_PRECONDITION",
        "お支払いが完了していません",
        "The payment is not complete.",
    )
    TICKET_ALREADY_USED = (
        "FAILED_PRECONDITION",
        "このチケットは使用済みです",
        "This ticket has already been used.",
    )
    TICKET_EXPIRED = (
        "FAILED_PRECONDITION",
        "チケットの有効期限が切れています",
        "This ticket has expired.",
    )
    TICKET_CANCELLED = (
        "FAILED_PRECONDITION",
        "このチケットはキャンセルされています",
        "This ticket was cancelled.",
    )
    TICKET_COMPLETED = (
        "FAILED_PRECONDITION",
        "この相談は終了しています",
        "This consultation is complete.",
    )

    # The session and its money
    ROOM_NOT_FOUND = ("NOT_FOUND", "チャットルームが見つかりません", "No such chat room.")
    SESSION_NOT_STARTED = (
        "FAILED_PRECONDITION",
        "相談はまだ開始されていません",
        "The session has not started.",
    )
    SESSION_STARTED = (
        "FAILED_PRECONDITION",
        "相談が開始されているため取り消せません",
        "The session has started and cannot be cancelled.",
    )
    CAPTURE_AMOUNT_INVALID = (
        "INVALID_ARGUMENT",
        "確定金額が正しくありません",
        "The amount to capture must be between 50 and the amount held.",
    )
    CAPTURE_ALREADY_DECIDED = (
        "FAILED_PRECONDITION",
        "別の金額で決済が確定しています",
        "The capture was already decided with another amount.",
    )

    # QR codes. What the code itself is at fault for is INVALID_ARGUMENT, as the app expects it.
    QR_INVALID = ("INVALID_ARGUMENT", "無効なQRコードです", "This QR code is not valid.")
    QR_TYPE_UNKNOWN = ("INVALID_ARGUMENT", "未知のQRコードタイプです", "This QR code is for something else.")
    QR_EXPIRED = ("INVALID_ARGUMENT", "QRコードの有効期限が切れています", "This QR code has expired.")
    QR_ALREADY_USED = ("INVALID_ARGUMENT", "既に使用されたQRコードです", "This QR code has already been used.")
    QR_WRONG_READER = (
        "PERMISSION_DENIED",
        "このQRコードはポイント利用に使用できません",
        "This QR code can only be read by a store's staff.",
    )
    QR_OWN = ("FAILED_PRECONDITION", "ご自身のQRコードは読み取れません", "You cannot read your own QR code.")
    QR_NOT_VERIFIED = ("NOT_FOUND", "QRコードを読み取ってください", "Please scan the QR code first.")

    # Points
    AWARD_NOT_FOUND = ("NOT_FOUND", "ポイント付与が見つかりません", "No such award.")
    AWARD_EXPIRED = (
        "FAILED_PRECONDITION",
        "ポイント獲得の有効期限が切れています",
        "This award has lapsed.",
    )
    AWARD_DECLINED = ("FAILED_PRECONDITION", "このポイントは辞退されています", "This award was declined.")
    AWARD_ACCEPTED = ("FAILED_PRECONDITION", "このポイントは獲得済みです", "This award was already accepted.")
    POINTS_INSUFFICIENT = (
        "FAILED_PRECONDITION",
        "利用可能ポイントが不足しています",
        "There are not enough points.",
    )
    IDEMPOTENCY_MISMATCH = (
        "FAILED_PRECONDITION",
        "このQRコードでは別の内容が処理されています",
        "This was already done with other content.",
    )
    TRANSACTION_NOT_FOUND = ("NOT_FOUND", "取引が見つかりません", "No such transaction.")
    TRANSACTION_NOT_REVERSIBLE = (
        "FAILED_PRECONDITION",
        "この取引は取り消せません",
        "A reversal cannot be reversed.",
    )


class Refusal(Exception):
    """A request that is answered with a reason instead of a result.

    Args:
        reason: why.
        details: further JSON values for the app, for instance ``chat_room_id``. Never a secret.
    """

    def __init__(self, reason: Reason, **details: Any) -> None:
        super().__init__(reason.name)
        self.reason = reason
        self.details = details

    def as_details(self) -> dict[str, Any]:
        """The ``details`` object of the wire format, with the stable ``reason``."""
        return {"reason": self.reason.name, **self.details}

    def message(self, language: str) -> str:
        """The message for people in ``ja`` or ``en``."""
        return self.reason.en if language == "en" else self.reason.ja
