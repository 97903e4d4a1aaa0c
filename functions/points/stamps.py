"""Stamp cards: one for each customer and store, with a stamp for each accepted award."""

from __future__ import annotations

from datetime import datetime

from google.cloud import firestore

from common import documents
from common.documents import Doc, Unit
from points.award import Award


def stamp_ref(store_id: str, uid: str) -> firestore.DocumentReference:
    """``stamps/{store}.{uid}``: a store's id has no dot, so the id has one reading, whatever a uid holds."""
    return documents.ref("stamps", f"{store_id}.{uid}")


def add(unit: Unit, card: Doc, award: Award, now: datetime) -> int:
    """Plan a stamp for an award. Returns how many there are then."""
    count = int(card.get("count", 0)) + 1
    if card.exists:
        unit.update_as_read(card, {"count": count, "updatedAt": now})
        return count
    unit.create(
        card,
        {
            "userId": award.user_id,
            "storeId": award.store_id,
            "storeName": award.store_name,
            "count": count,
            "createdAt": now,
            "updatedAt": now,
        },
    )
    return count
