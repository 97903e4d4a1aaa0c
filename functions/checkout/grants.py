"""What a purchase gives its device, takes from it, and gives back: the fields that change. Pure."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from checkout import license_codes, passes
from checkout.device import Device
from checkout.products import ProductType
from checkout.purchase import CheckoutPurchase

Fields = dict[str, Any]
UNLICENSED: Fields = {
    "license_purchased": False,
    "license_purchased_at": None,
    "license_purchase_id": None,
    **license_codes.of_device({}),
}


def obstacle(device: Device, purchase: CheckoutPurchase, now: datetime) -> str | None:
    """Why a device cannot be given what was bought; ``None`` if it can. What it has from this purchase is none."""
    if device.licensed and device.license_purchase_id != purchase.id:
        return "license_owned"
    if purchase.type is ProductType.DAYPASS and device.pass_active(now) and device.pass_purchase_id != purchase.id:
        return "pass_active"
    return None


def licensed(purchase: CheckoutPurchase, since: datetime) -> Fields:
    """What a device with a licence shows of it."""
    shown = {"license_purchased": True, "license_purchased_at": since, "license_purchase_id": purchase.id}
    return {**shown, **license_codes.of_device(purchase.doc.data or {})}


def granted(device: Device, purchase: CheckoutPurchase, now: datetime, late: bool) -> tuple[Fields, Fields]:
    """What changes on the purchase and on the device when it is granted.

    Args:
        late: whether a day pass waits for the device's next contact.
    """
    if purchase.type is ProductType.LICENSE:
        return {}, licensed(purchase, now)
    if device.pass_purchase_id == purchase.id:
        # Granted before, by a purchase whose document was lost.
        return {}, {}
    counted = {"unlock_count": device.unlock_count + 1, "pass_purchase_id": purchase.id}
    if late:
        return {"pass_ends_at": None}, {**counted, "pass_credit": True, "pass_ends_at": None}
    begun = _begun(purchase, now)
    return {"pass_ends_at": begun["pass_ends_at"]}, {**counted, **begun}


def _begun(purchase: CheckoutPurchase, now: datetime) -> Fields:
    ends_at = passes.ends_at(now, purchase.terms.min_pass_minutes)
    return {"last_unlock_date": passes.today(now), "pass_ends_at": ends_at, "pass_credit": False}


def credit_begun(purchase: CheckoutPurchase, now: datetime) -> tuple[Fields, Fields]:
    """What changes on the purchase and on the device when a pass that waited begins."""
    begun = _begun(purchase, now)
    return {"pass_ends_at": begun["pass_ends_at"]}, begun


def revoked(device: Device, purchase: CheckoutPurchase) -> Fields:
    """What a device loses with the money. Unlocks stay counted."""
    if device.license_purchase_id == purchase.id:
        return UNLICENSED
    if device.pass_purchase_id == purchase.id:
        return {"pass_ends_at": None, "pass_purchase_id": None, "pass_credit": False}
    return {}


def is_left(purchase: CheckoutPurchase, now: datetime) -> bool:
    """Whether there is something to give back: a licence, a pass that had not begun, or one that is not over."""
    ends_at = purchase.time("pass_ends_at")
    return ends_at is None or now < ends_at


def reinstated(purchase: CheckoutPurchase, now: datetime) -> Fields:
    """What a device gets back with the money, where it stands in nothing's way."""
    if not is_left(purchase, now):
        return {}
    if purchase.type is ProductType.LICENSE:
        return licensed(purchase, purchase.time("fulfilled_at") or now)
    ends_at = purchase.time("pass_ends_at")
    return {"pass_purchase_id": purchase.id, "pass_ends_at": ends_at, "pass_credit": ends_at is None}
