"""The documents every local stack starts with; `python -m devkit.seed` writes them to FIRESTORE_EMULATOR_HOST."""

import math
import os
import threading
from datetime import UTC, datetime, time, timedelta
from typing import Any
from unittest import mock

from google.cloud import firestore

from admission import search_index
from devkit import local

_environment = threading.Lock()

CONSULTANTS = {"imecon-1": "コンサルタント 一", "imecon-2": "コンサルタント 二"}
STORES = {"store-1": ("喫茶 切符", "東京都千代田区1-1"), "store-2": ("書店 切符", "大阪府大阪市北区2-2")}
# The price is in JPY; the other numbers say their unit in their name.
_TIMES = {
    "session_minutes": 30,
    "min_session_minutes": 3,
    "resume_minutes": 60,
    "pending_minutes": 60,
    "hold_hours": 72,
}
TICKET_TYPES = {"dm_consultation": {"amount": 5000, "currency": "jpy", "active": True, **_TIMES}}


PRODUCTS = {
    "license": {"amount": 3000, "currency": "jpy", "active": True, "name": "ライセンス", "pay_minutes": 60},
    "daypass": {
        "tiers": [{"from": 0, "amount": 100}, {"from": 3, "amount": 200}, {"from": 10, "amount": 500}],
        "currency": "jpy",
        "active": True,
        "name": "デイパス",
        "pay_minutes": 35,
        "min_pass_minutes": 60,
    },
}


EVENT = "ev-1"
_TIERS: dict[str, dict[str, Any]] = {
    "ga": {"name": "自由席", "price": 3000, "size": 100, "rows": []},
    "seat": {"name": "指定席", "price": 5000, "size": 40, "rows": [{"row": row, "seats": 10} for row in "ABCD"]},
}
_ABOUT_EVENT = {
    "organizer_id": "org-1",
    "organizer_name": "切符イベント",
    "title": "切符コンサート",
    "description": "ローカル環境の見本です",
    "venue_name": "切符ホール",
    "venue_address": "東京都千代田区1-1",
    "category": "concert",
    "timezone": "Asia/Tokyo",
    "max_per_person": 10,
    "cancel_terms": {"until_hours": 72, "fee_percent": 0, "fee_jpy": 0},
    "transferable": False,
    "reentry": False,
    "rotating_qr": False,
    "tier_gates": {},
    "status": "published",
    "version": 1,
    "tiers": list(_TIERS),
    "total_seats": 140,
    "available_seats": 140,
    "base_price": 3000,
    "prices": [3000, 5000],
}


def _event(begins: datetime) -> dict[str, dict[str, Any]]:
    """An organiser with one published event: 100 places, and four rows of ten seats."""
    now = begins - timedelta(days=60)
    event = {**_ABOUT_EVENT, "event_date": begins, "created_at": now, "updated_at": now, "published_at": now}
    seeded: dict[str, dict[str, Any]] = {
        "organizers/org-1": {"name": "切符イベント", "members": {"organizer-1": "owner"}, "version": 1},
        f"events/{EVENT}": event,
        f"event_staff/{EVENT}": {"uids": {"staff-1": {"gates": [], "until": None}}},
    }
    rows = {EVENT: search_index.row_of(event)}
    seeded[f"search_index/{search_index.number_of(EVENT)}"] = {"rows": search_index.pack(rows), "version": 1}
    for name, tier in _TIERS.items():
        seeded |= _tier(name, tier)
    return seeded


def _tier(name: str, fields: dict[str, Any]) -> dict[str, dict[str, Any]]:
    blocks = len(fields["rows"]) or math.ceil(fields["size"] / 20)
    size = 10 if fields["rows"] else 20
    tier = {"event_id": EVENT, "tier": name, "version": 1, "block_count": blocks, "block_size": size, **fields}
    seeded: dict[str, dict[str, Any]] = {f"event_tiers/{EVENT}.{name}": tier}
    for number in range(blocks):
        block: dict[str, Any] = {"size": size, "closed": False, "tier_version": 1, "places": {}, "version": 1}
        if fields["rows"]:
            block["labels"] = [f"{fields['rows'][number]['row']}-{seat}" for seat in range(1, size + 1)]
        seeded[f"event_blocks/{EVENT}.{name}.{number}"] = block
    return seeded


def documents() -> dict[str, dict[str, Any]]:
    """Every seeded document by its path."""
    seeded: dict[str, dict[str, Any]] = {f"ticket_types/{name}": dict(it) for name, it in TICKET_TYPES.items()}
    seeded |= {f"products/{name}": dict(it) for name, it in PRODUCTS.items()}
    for uid, name in CONSULTANTS.items():
        seeded[f"imecons/{uid}"] = {"active": True, "display_name": name}
        seeded[f"users/{uid}"] = {"uid": uid, "display_name": name}
    for number, (store_id, (name, address)) in enumerate(STORES.items(), start=1):
        seeded[f"stores/{store_id}"] = {"name": name, "address": address, "images": []}
        seeded[f"store_staff/{store_id}"] = {"uids": [f"staff-{number}"]}
    today = datetime.combine(datetime.now(UTC).date(), time(10, 0), UTC)
    return seeded | _event(today + timedelta(days=30))


def seed(db: firestore.Client) -> None:
    """Write the seed in one commit; fields that are not seeded are left alone."""
    batch = db.batch()
    for path, fields in documents().items():
        batch.set(db.document(path), fields, merge=True)
    batch.commit()


def connect(host: str) -> firestore.Client:
    """A client of the emulator at `host` (`address:port`), whatever the environment says."""
    # The client knows no other way to be told of an emulator, and reads the variable only here.
    with _environment, mock.patch.dict(os.environ, {"FIRESTORE_EMULATOR_HOST": host}):
        return firestore.Client(project=local.PROJECT)


if __name__ == "__main__":
    seed(firestore.Client(project=local.PROJECT))
