"""Fields of the QR and points requests, and the documents they name."""

from __future__ import annotations

from typing import Annotated

from google.cloud import firestore
from pydantic import StringConstraints

from common import documents
from common.callable import Caller
from common.documents import Doc
from qr.tokens import NONCE_PATTERN

_STORE_ID = r"[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*"
StoreId = Annotated[str, StringConstraints(pattern=f"^{_STORE_ID}$", max_length=100)]
Nonce = Annotated[str, StringConstraints(pattern=NONCE_PATTERN)]
"""The nonce of a code, as ``verifySecureQR`` answered it."""
AwardId = Annotated[str, StringConstraints(pattern=rf"^{_STORE_ID}\.{NONCE_PATTERN[1:]}", max_length=123)]
"""``{store}.{nonce}``. Ids of other documents are made from it, and none of them may be reserved."""


def staff_ref(store_id: str) -> firestore.DocumentReference:
    """Who works at a store: ``uids``."""
    return documents.ref("store_staff", store_id)


def works_at(caller: Caller, staff: Doc) -> bool:
    """Whether the caller is among a store's staff, as ``staff_ref`` was read."""
    return caller.uid in staff.get("uids", [])


def shop_ref(store_id: str) -> firestore.DocumentReference:
    """A store as the app shows it."""
    return documents.ref("stores", store_id)
