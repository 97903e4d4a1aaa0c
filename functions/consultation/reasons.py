"""Why a consultation cannot be bought, redeemed or held."""

from __future__ import annotations

from common.errors import Reason


class ConsultationReason(Reason):
    """Of tickets, codes and sessions."""

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
    CAMPAIGN_NOT_FOUND = ("NOT_FOUND", "該当するキャンペーンがありません", "There is no such campaign.")
