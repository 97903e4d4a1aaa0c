"""Licence codes, ``license_codes/{sha256}``: one moves a licence to another device, once.

A code's document is there from the purchase on, so that granting needs no key; the code is shown and works only while
the licence is granted. It stays when it was used, so that a repeated call is answered like the first.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from checkout import keys
from checkout.device import Device
from checkout.purchase import CheckoutPurchase
from checkout.records import code_ref
from common import documents
from common.documents import Unit

FORGOTTEN: dict[str, Any] = {"code_generation": 0, "code_kid": None, "code_hash": None}
"""A purchase's fields that say it has no code."""


def begin(unit: Unit, purchase_id: str, device_id: str, generation: int, now: datetime) -> dict[str, Any]:
    """Plan the document of a code. The fields of its purchase that say which it is."""
    kid = keys.signing_kid()
    hashed = keys.hashed(keys.license_code(purchase_id, generation, kid))
    unit.create_unread(code_ref(hashed), _document(purchase_id, device_id, generation, kid, now))
    return {"code_generation": generation, "code_kid": kid, "code_hash": hashed}


def write_again(purchase: CheckoutPurchase, now: datetime) -> bool:
    """Write the document of a purchase's code as it was, if a hand deleted it. Whether it was missing."""
    hashed, generation, kid = map(purchase.doc.get, ("code_hash", "code_generation", "code_kid"))
    if not (hashed and generation and kid):
        return False
    (code,) = documents.read(code_ref(hashed))
    if code.exists:
        return False
    unit = Unit()
    unit.create(code, _document(purchase.id, purchase.device_id, generation, kid, now))
    unit.commit()
    return True


def _document(purchase_id: str, device_id: str, generation: int, kid: str, now: datetime) -> dict[str, Any]:
    known = {"purchase_id": purchase_id, "device_id": device_id, "generation": generation, "kid": kid}
    return {**known, "moved_to": None, "created_at": now}


def of_device(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of a device by which the code of its licence is shown without its purchase, given the purchase's."""
    return {"license_generation": fields.get("code_generation") or 0, "license_kid": fields.get("code_kid")}


def forget(unit: Unit, purchase: CheckoutPurchase) -> dict[str, Any]:
    """Plan to delete the code of a purchase that came to nothing."""
    if not purchase.doc.get("code_hash"):
        return {}
    unit.delete_blindly(code_ref(purchase.doc["code_hash"]))
    return FORGOTTEN


def shown(device: Device) -> str | None:
    """The code of a device's licence, for its owner; ``None`` where there is none, or its key was taken away."""
    generation, kid = device.doc.get("license_generation"), device.doc.get("license_kid")
    if not device.licensed or not generation or not keys.known(kid):
        return None
    return keys.license_code(str(device.license_purchase_id), generation, kid)
