"""Fields of the QR and points requests, and the documents they name."""

from __future__ import annotations

from typing import Annotated

from google.cloud import firestore
from pydantic import StringConstraints

from common import store
from qr.tokens import NONCE_PATTERN

StoreId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]+(_[A-Za-z0-9-]+)*$", max_length=100)]
Nonce = Annotated[str, StringConstraints(pattern=NONCE_PATTERN)]
"""The nonce of a code, as ``verifySecureQR`` answered it."""


def staff_ref(store_id: str) -> firestore.DocumentReference:
    """Who works at a store: ``uids``."""
    return store.ref("store_staff", store_id)


def shop_ref(store_id: str) -> firestore.DocumentReference:
    """A store as the app shows it."""
    return store.ref("stores", store_id)
