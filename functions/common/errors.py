"""Why a call is refused: a closed list of reasons, each with its status and its message in both languages.

Each domain lists its own beside its code (``reasons.py``); a name means one thing in all of them. ``Refusal`` is the
only exception a handler raises on purpose. The reason is stable and made for programs; the message is for people and
may be reworded.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from typing import Any

HTTP_STATUS = {
    "INVALID_ARGUMENT": 400,
    "FAILED_PRECONDITION": 400,
    "UNAUTHENTICATED": 401,
    "PERMISSION_DENIED": 403,
    "NOT_FOUND": 404,
    "ABORTED": 409,
    "RESOURCE_EXHAUSTED": 429,
    "INTERNAL": 500,
    "UNAVAILABLE": 503,
}
"""The HTTP status that goes with a canonical one, for those that a reason may have. Source: google.rpc.Code."""


class Reason(Enum):
    """A reason's canonical gRPC status, its Japanese and its English message."""

    def __init__(self, status: str, ja: str, en: str) -> None:
        self.status = status
        self.ja = ja
        self.en = en


def all_reasons() -> Iterator[Reason]:
    """Every reason of what is imported, list by list."""
    for listed in Reason.__subclasses__():
        yield from listed


class CallReason(Reason):
    """Why any call at all may be refused."""

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
