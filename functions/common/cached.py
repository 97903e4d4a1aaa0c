"""Documents that hardly ever change, kept in the process for a short while.

Only for what a compare-and-set does not have to guard: prices, names, whether a consultant takes consultations.
A change reaches every instance within ``STALE_AFTER``.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from google.cloud import firestore

from common import clock, store
from common.store import Doc

STALE_AFTER = timedelta(seconds=60)

_known: dict[str, tuple[datetime, dict[str, Any] | None]] = {}


def read(*wanted: firestore.DocumentReference, beside: tuple[firestore.DocumentReference, ...] = ()) -> list[Doc]:
    """``wanted`` from memory where it is fresh enough, and ``beside`` always fresh, in at most one round trip.

    Returns the documents of ``wanted`` and then of ``beside``. Missing documents are not remembered, so what an
    administrator has just added works at once.
    """
    now = clock.now()
    missing = [ref for ref in wanted if not _fresh(ref, now)]
    read_now = store.read(*missing, *beside) if missing or beside else []
    for doc in read_now[: len(missing)]:
        _known[doc.ref.path] = (now, doc.data)
    cached = [Doc(ref, _known[ref.path][1], None) for ref in wanted]
    return [*cached, *read_now[len(missing) :]]


def _fresh(ref: firestore.DocumentReference, now: datetime) -> bool:
    at, data = _known.get(ref.path, (now, None))
    return data is not None and timedelta(0) <= now - at < STALE_AFTER


def forget() -> None:
    """Empty the cache."""
    _known.clear()
