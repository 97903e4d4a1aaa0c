"""Why a QR code is refused."""

from __future__ import annotations

from common.errors import Reason


class QrReason(Reason):
    """What the code itself is at fault for is INVALID_ARGUMENT, as the app expects it."""

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
    IDEMPOTENCY_MISMATCH = (
        "FAILED_PRECONDITION",
        "このQRコードでは別の内容が処理されています",
        "This was already done with other content.",
    )
