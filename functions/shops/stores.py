"""A store's documents, which operators write by hand: how it is shown, and who works there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from google.cloud import firestore
from pydantic import StringConstraints

from common import configuration, documents, ids
from common.callable import Caller
from common.documents import Doc
from common.errors import Refusal
from shops.reasons import StoreReason

StoreId = Annotated[str, StringConstraints(pattern=f"^{ids.PLAIN}$", max_length=100)]
LONGEST_NAME = 200


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
    if not staff.exists and (store is None or not store.exists):
        return False
    return configuration.usable(staff, staff_problems(staff.data)) and caller.uid in staff["uids"]


def name_of(store: Doc) -> str:
    """A store's name, as ``store_ref`` was read.

    Raises:
        Refusal: ``STORE_UNAVAILABLE`` while that is not in order.
    """
    if not configuration.usable(store, store_problems(store.data)):
        raise Refusal(StoreReason.STORE_UNAVAILABLE)
    return str(store["name"])


def store_problems(data: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What is wrong with ``stores/{id}``, field by field. Pure."""
    name = (data or {}).get("name")
    if name is None:
        yield "name", "missing"
    elif not isinstance(name, str) or not name.strip():
        yield "name", "not a text, or blank"
    elif len(name) > LONGEST_NAME:
        yield "name", f"longer than {LONGEST_NAME} characters"


def staff_problems(data: dict[str, Any] | None) -> Iterator[tuple[str, str]]:
    """What is wrong with ``store_staff/{id}``, field by field. Pure."""
    uids = (data or {}).get("uids")
    if uids is None:
        yield "uids", "missing"
    elif not isinstance(uids, list) or not all(isinstance(uid, str) and uid for uid in uids):
        # Of a text, every part would count as the uid of somebody who works there.
        yield "uids", "not a list of uids"
