"""A store's documents, which operators write by hand: how it is shown, and who works there."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from google.cloud import firestore
from pydantic import StringConstraints

from common import configuration, documents, ids
from common.callable import Caller
from common.configuration import Configuration
from common.documents import Doc
from common.errors import Refusal
from shops.reasons import StoreReason

StoreId = Annotated[str, StringConstraints(pattern=f"^{ids.PLAIN}$", max_length=100)]


class Store(Configuration):
    """``stores/{id}``, as far as the functions use it. The app shows ``address`` and ``images`` too."""

    id_type: ClassVar[Any] = StoreId

    name: Annotated[str, StringConstraints(pattern=r"\S", max_length=200)]


class Staff(Configuration):
    """``store_staff/{id}``: who works there."""

    id_type: ClassVar[Any] = StoreId

    # Of a text, or of a map's keys, every part would count as the uid of somebody who works there.
    uids: list[Annotated[str, StringConstraints(min_length=1)]]


def store_ref(store_id: str) -> firestore.DocumentReference:
    """A store as the app shows it."""
    return documents.ref("stores", store_id)


def staff_ref(store_id: str) -> firestore.DocumentReference:
    """Who works at a store."""
    return documents.ref("store_staff", store_id)


def works_at(caller: Caller, staff: Doc, store: Doc | None = None) -> bool:
    """Whether the caller is among a store's staff, as ``staff_ref`` was read. Nobody is while that is not in order.

    Args:
        store: the store, if it was read too: one that exists must have staff. Otherwise nothing is reported of what is
            not there, because anybody may ask about any id.
    """
    if not staff.exists and store is not None and store.exists:
        configuration.invalid(staff.ref.path, "uids", "missing")
    found = Staff.of(staff)
    return found is not None and caller.uid in found.uids


def name_of(store: Doc) -> str:
    """A store's name, as ``store_ref`` was read.

    Raises:
        Refusal: ``STORE_UNAVAILABLE`` while that is not in order.
    """
    if not store.exists:
        configuration.invalid(store.ref.path, "name", "missing")
    found = Store.of(store)
    if found is None:
        raise Refusal(StoreReason.STORE_UNAVAILABLE)
    return found.name
