"""Queries read page after page: how a collection of any size is looked through, or deleted, in little memory.

Not for the usual calls of an app.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from google.cloud import firestore

from common import documents
from common.deadline import Deadline
from common.documents import Unit

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


def ids_after(collection: str, last: str, page: int | None = None) -> list[str]:
    """A page of the ids of a collection; from the first on after ``""``."""
    return [found.id for found in page_after(documents.collection(collection), last, page)]


def pages(query: Any, deadline: Deadline, page_size: int | None = None) -> Iterator[list[Any]]:
    """What a query of equalities finds, in the order of its ids; memory stays flat."""
    size = page_size or PAGE
    query, last = query.order_by("__name__").limit(size), None
    while not deadline.passed:
        page = list((query.start_after(last) if last else query).stream())
        if page:
            yield page
        if len(page) < size:
            return
        last = page[-1]


def delete_all(
    query: Any, deadline: Deadline, only: Callable[[firestore.DocumentReference], bool] = lambda _: True
) -> None:
    """Delete what a query finds, as far as ``only`` agrees, a page at a time."""
    for page in pages(query.select([]), deadline):
        unit = Unit()
        for found in page:
            if only(found.reference):
                unit.delete_blindly(found.reference)
        if not unit.empty:
            unit.commit()


def delete_tree(reference: firestore.DocumentReference, deadline: Deadline) -> None:
    """Delete a document and all that is below it, whoever put it there; it goes last, so that nothing is forgotten."""
    for collection in reference.collections():
        # Also what is only the parent of something.
        for below in collection.list_documents(page_size=PAGE):
            if deadline.passed:
                return
            delete_tree(below, deadline)
    if not deadline.passed:
        unit = Unit()
        unit.delete_blindly(reference)
        unit.commit()
