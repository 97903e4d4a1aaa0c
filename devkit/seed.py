"""The documents every local stack starts with; `python -m devkit.seed` writes them to FIRESTORE_EMULATOR_HOST."""

import os
import threading
from typing import Any
from unittest import mock

from google.cloud import firestore

from devkit import local

_environment = threading.Lock()

CONSULTANTS = {"imecon-1": "相談員 一", "imecon-2": "相談員 二"}
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
    return seeded


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
