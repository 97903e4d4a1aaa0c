"""``account_deletions/{uid}``: that an account is being deleted or was, and what that means for calls of it.

An ID token stays valid for up to an hour after its sign-in is gone. So functions that let somebody buy, use or earn
something read this document beside the others that they need, in the same round trip.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from google.cloud import firestore

from common import documents
from common.documents import Doc
from common.errors import Reason, Refusal

TOKEN_LIFETIME = timedelta(minutes=65)
"""How long a token may outlive its sign-in, and the clocks of two machines differ."""


class AccountReason(Reason):
    """Of accounts that leave."""

    ACCOUNT_DELETED = (
        "FAILED_PRECONDITION",
        "このアカウントは削除されています",
        "This account has been deleted.",
    )
    SESSION_IN_PROGRESS = (
        "FAILED_PRECONDITION",
        "進行中の相談があるため、アカウントを削除できません。終了してからお試しください",
        "A session is in progress. Please delete the account when it is over.",
    )


class DeletionStatus(StrEnum):
    """``account_deletions/{uid}.status``."""

    BEGUN = "begun"
    DELETED = "deleted"


def deletion_ref(uid: str) -> firestore.DocumentReference:
    """``account_deletions/{uid}``."""
    return documents.ref("account_deletions", uid)


def is_deleted(deletion: Doc, now: datetime) -> bool:
    """Whether calls are made for an account that is being deleted or was.

    Not for ever: a sign-in that names its uid itself, by a custom token, may come again as a new account.
    """
    if not deletion.exists:
        return False
    deleted_at: datetime | None = deletion.get("deleted_at")
    return deletion["status"] == DeletionStatus.BEGUN or deleted_at is None or now < deleted_at + TOKEN_LIFETIME


def refuse_if_deleted(deletion: Doc, now: datetime) -> None:
    """Refuse what such an account wants.

    Raises:
        Refusal: ``ACCOUNT_DELETED``.
    """
    if is_deleted(deletion, now):
        raise Refusal(AccountReason.ACCOUNT_DELETED)
