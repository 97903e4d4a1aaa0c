"""What stands around purchases: the documents that must agree with them, read together, as the rules look at them.

Of a page of purchases that is a few round trips.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from google.cloud import firestore

from checkout.device import Device
from checkout.purchase import CheckoutPurchase
from checkout.records import code_ref, device_ref, purchase_ref
from common import clock, documents, history, ids
from common.documents import Doc
from payments.objects import CheckoutSession


def of_purchases(purchases: Sequence[CheckoutPurchase], facts: Mapping[str, CheckoutSession]) -> list[dict[str, Any]]:
    """For each purchase what the rules need, by itself.

    Args:
        purchases: as they were just read.
        facts: the sessions that are known, by id.
    """
    read = documents.read_page(reference for purchase in purchases for reference in _around(purchase))
    return [_records(purchase, facts.get(purchase.session_id or ""), read) for purchase in purchases]


def _around(purchase: CheckoutPurchase) -> Iterator[firestore.DocumentReference]:
    yield device_ref(purchase.device_id)
    if purchase.doc.get("code_hash"):
        yield code_ref(purchase.doc["code_hash"])
    yield from _lines(purchase.doc.ref, purchase.version)


def _lines(document: firestore.DocumentReference, version: int) -> list[firestore.DocumentReference]:
    """The lines of a history, and the next one, which must not be there yet."""
    return [history.line_ref(document, number) for number in range(1, version + 2)]


def _records(purchase: CheckoutPurchase, fact: CheckoutSession | None, read: Mapping[str, Doc]) -> dict[str, Any]:
    lines = {int(found.id): found.data for found in _there(read, _lines(purchase.doc.ref, purchase.version))}
    hashed = purchase.doc.get("code_hash")
    codes = {found.id: found.data for found in _there(read, [code_ref(hashed)] if hashed else [])}
    device = Device(read[device_ref(purchase.device_id).path])
    around = {
        "now": clock.now(),
        "sessions": {fact.id: fact} if fact is not None else {},
        "purchases": {purchase.id: purchase},
        "license_codes": codes,
        "histories": {purchase.id: lines},
    }
    # Only what of the device is about this purchase: what else it has, its own comparison looks at.
    mine = (device.license_purchase_id, device.pass_purchase_id, *map(device.doc.get, ("open_license", "open_daypass")))
    shown = {name: value if value == purchase.id else None for name, value in zip(_NAMES, mine, strict=True)}
    licensed = device.licensed and device.license_purchase_id == purchase.id
    seen = Device(Doc(device.doc.ref, {**(device.doc.data or {}), **shown, "license_purchased": licensed}))
    return {**around, "devices": {device.id: seen} if device.exists else {}}


_NAMES = ("license_purchase_id", "pass_purchase_id", "open_license", "open_daypass")


def _there(read: Mapping[str, Doc], refs: Iterable[firestore.DocumentReference]) -> list[Doc]:
    found = (read.get(reference.path) for reference in refs)
    return [doc for doc in found if doc is not None and doc.exists]


def of_devices(devices: Sequence[Device]) -> list[dict[str, Any]]:
    """For each device the purchases that it names, with what the rules need of the two."""
    wanted = {device.id: [purchase_ref(id_) for id_ in _named(device)] for device in devices}
    read = documents.read_page(
        reference for device in devices for reference in (*wanted[device.id], *_lines(device.doc.ref, device.version))
    )
    return [
        {
            "devices": {device.id: device},
            "purchases": {doc.id: CheckoutPurchase(doc) for doc in _there(read, wanted[device.id])},
            "histories": {
                device.id: {int(doc.id): doc.data for doc in _there(read, _lines(device.doc.ref, device.version))}
            },
        }
        for device in devices
    ]


def _named(device: Device) -> set[str]:
    found = {device.doc.get(name) for name in _NAMES}
    return {id_ for id_ in found if ids.usable(id_)}
