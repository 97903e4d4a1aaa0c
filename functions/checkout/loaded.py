"""A purchase with its device, read in one round trip: whatever happens to it is decided on these two."""

from __future__ import annotations

from dataclasses import dataclass

from google.cloud import firestore

from checkout.device import Device
from checkout.purchase import CheckoutPurchase
from checkout.rebuild_device import found_or_rebuilt
from checkout.records import device_ref, purchase_ref
from common import documents
from common.documents import Doc, LostRace


@dataclass
class LoadedPurchase:
    """A purchase, and the device that it is for."""

    purchase: CheckoutPurchase
    device: Device

    def reload(self) -> None:
        """Read both again.

        Raises:
            LostRace: the purchase is not there, which only a moment between two writes can show.
        """
        found = load(self.purchase.id, self.device.id)
        if found is None:
            raise LostRace
        self.purchase, self.device = found.purchase, found.device


def refs(purchase_id: str, device_id: str | None) -> list[firestore.DocumentReference]:
    """What ``of`` takes: the purchase, and its device if that is known."""
    return [purchase_ref(purchase_id), *([device_ref(device_id)] if device_id else [])]


def of(purchase: Doc, device: Doc | None = None) -> LoadedPurchase | None:
    """The purchase of documents read by ``refs``; its device is read if that was another, or none."""
    if not purchase.exists:
        return None
    found = CheckoutPurchase(purchase)
    if device is None or device.id != found.device_id:
        (device,) = documents.read(device_ref(found.device_id))
    # Every purchase has a device: one that is not there was deleted by hand.
    return LoadedPurchase(found, found_or_rebuilt(device))


def load(purchase_id: str, device_id: str | None = None) -> LoadedPurchase | None:
    """Read a purchase by its id, and its device, which is one round trip if the id that is given is its."""
    return of(*documents.read(*refs(purchase_id, device_id)))
