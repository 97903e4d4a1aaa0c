"""Fields of the QR and points requests, and the documents they name."""

from __future__ import annotations

from typing import Annotated

from google.cloud import firestore
from pydantic import StringConstraints

from common import store
from common.callable import Caller
from common.store import Doc
from qr.tokens import NONCE_PATTERN

StoreId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*$", max_length=100)]
Nonce = Annotated[str, StringConstraints(pattern=NONCE_PATTERN)]
"""The nonce of a code, as ``verifySecureQR`` answered it."""


def staff_ref(store_id: str) -> firestore.DocumentReference:
    """Who works at a store: ``uids``."""
    return store.ref("store_staff", store_id)


def works_at(caller: Caller, staff: Doc) -> bool:
    """Whether the caller is among a store's staff, as ``staff_ref`` was read."""
    return caller.uid in staff.get("uids", [])


def shop_ref(store_id: str) -> firestore.DocumentReference:
    """A store as the app shows it."""
    return store.ref("stores", store_id)
