"""Documents that hardly ever change, kept in the process for a short while.

Only for what a compare-and-set does not have to guard: prices, names, whether a consultant takes consultations.
A change reaches every instance within ``STALE_AFTER``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.cloud import firestore

from common import clock, documents
from common.documents import Doc

STALE_AFTER = timedelta(seconds=60)

_known: dict[str, tuple[datetime, dict[str, Any]]] = {}


def read(*wanted: firestore.DocumentReference, beside: tuple[firestore.DocumentReference, ...] = ()) -> list[Doc]:
    """``wanted`` from memory where it is fresh enough, and ``beside`` always fresh, in at most one round trip.

    Returns the documents of ``wanted`` and then of ``beside``. Missing documents are not remembered: what an
    administrator has just added works at once, and ids that somebody makes up take no memory.
    """
    now = clock.now()
    found = {ref.path: _fresh(ref, now) for ref in wanted}
    missing = [ref for ref in wanted if found[ref.path] is None]
    read_now = documents.read(*missing, *beside) if missing or beside else []
    for doc in read_now[: len(missing)]:
        found[doc.ref.path] = doc.data
        if doc.data is not None:
            _known[doc.ref.path] = (now, doc.data)
    return [*(Doc(ref, found[ref.path], None) for ref in wanted), *read_now[len(missing) :]]


def read_anew(*wanted: firestore.DocumentReference, beside: tuple[firestore.DocumentReference, ...] = ()) -> list[Doc]:
    """``wanted`` as they are now, which is what is remembered from now on, and ``beside``, in one round trip."""
    for ref in wanted:
        _known.pop(ref.path, None)
    return read(*wanted, beside=beside)


def remembered(wanted: firestore.DocumentReference) -> Doc | None:
    """``wanted`` if it is in memory and fresh enough. Nothing is read."""
    data = _fresh(wanted, clock.now())
    return None if data is None else Doc(wanted, data)


def _fresh(ref: firestore.DocumentReference, now: datetime) -> dict[str, Any] | None:
    at, data = _known.get(ref.path, (now, None))
    return data if timedelta(0) <= now - at < STALE_AFTER else None


def forget() -> None:
    """Empty the cache."""
    _known.clear()
