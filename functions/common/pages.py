"""Pages of ids: how a collection of any size is looked through in little memory, and from where it was left."""

from __future__ import annotations

from typing import Any

from google.cloud import firestore

from common import documents

PAGE = 100


def page_after(
    query: Any, last: str | firestore.DocumentReference, page: int | None = None
) -> list[firestore.DocumentReference]:
    """What of a query comes after a document, in the order of the ids; from the first on after ``""``.

    ``last`` may be an id; where a query is for a collection group, a reference. Such a page needs no composite index
    where the query has filters for equality only.
    """
    ordered = query.order_by("__name__").select([]).limit(page or PAGE)
    if last:
        ordered = ordered.start_after({"__name__": last})
    return [snapshot.reference for snapshot in ordered.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]
