"""A store's documents: how it is shown, and who works there."""

from __future__ import annotations

from typing import Annotated

from google.cloud import firestore
from pydantic import StringConstraints

from common import documents, ids
from common.callable import Caller
from common.documents import Doc

StoreId = Annotated[str, StringConstraints(pattern=f"^{ids.PLAIN}$", max_length=100)]


def store_ref(store_id: str) -> firestore.DocumentReference:
    """A store as the app shows it: ``name``, ``address``, ``images``."""
    return documents.ref("stores", store_id)


def staff_ref(store_id: str) -> firestore.DocumentReference:
    """Who works at a store: ``uids``."""
    return documents.ref("store_staff", store_id)


def works_at(caller: Caller, staff: Doc) -> bool:
    """Whether the caller is among a store's staff, as ``staff_ref`` was read."""
    return caller.uid in staff.get("uids", [])
