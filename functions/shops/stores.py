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
    """A store: the name that customers are shown."""

    id_type: ClassVar[Any] = StoreId

    name: Annotated[str, StringConstraints(pattern=r"\S", max_length=200)]


class Staff(Configuration):
    """Who works at a store. Only a list names people: of a text, every part would count as somebody's uid."""

    id_type: ClassVar[Any] = StoreId

    uids: list[Annotated[str, StringConstraints(min_length=1)]]


def store_ref(store_id: str) -> firestore.DocumentReference:
    """A store as the app shows it: ``name``, ``address``, ``images``."""
    return documents.ref("stores", store_id)


def staff_ref(store_id: str) -> firestore.DocumentReference:
    """Who works at a store: ``uids``."""
    return documents.ref("store_staff", store_id)


def works_at(caller: Caller, staff: Doc, store: Doc | None = None) -> bool:
    """Whether the caller is among a store's staff, as ``staff_ref`` was read. Nobody is while that is not in order.

    Args:
        store: the store, if it was read too: one that exists must have staff. Otherwise nothing is reported of what is
            not there, because anybody may ask about any id.
    """
    if staff.exists:
        found = Staff.of(staff)
        return found is not None and caller.uid in found.uids
    if store is not None and store.exists:
        configuration.invalid(staff.ref.path, "uids", "missing")
    return False


def name_of(store: Doc) -> str:
    """A store's name, as ``store_ref`` was read.

    Raises:
        Refusal: ``STORE_UNAVAILABLE`` while that is not in order.
    """
    found = Store.of(store)
    if found is None:
        if not store.exists:
            configuration.invalid(store.ref.path, "name", "missing")
        raise Refusal(StoreReason.STORE_UNAVAILABLE)
    return found.name
