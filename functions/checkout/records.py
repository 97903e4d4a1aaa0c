"""The documents of licences and day passes, by what their ids are made of."""

from __future__ import annotations

from google.cloud import firestore

from checkout.products import ProductType
from common import documents


def device_ref(device_id: str) -> firestore.DocumentReference:
    """``devices/{device_id}``, what a device may do. The app chooses the id."""
    return documents.ref("devices", device_id)


def purchase_ref(purchase_id: str) -> firestore.DocumentReference:
    """``purchases/{p_…}``, the aggregate of a purchase."""
    return documents.ref("purchases", purchase_id)


def code_ref(hashed: str) -> firestore.DocumentReference:
    """``license_codes/{sha256}``: which licence a code moves. The code itself stands nowhere."""
    return documents.ref("license_codes", hashed)


def product_ref(type_: ProductType) -> firestore.DocumentReference:
    """``products/{type}``: what is on sale."""
    return documents.ref("products", type_.value)
