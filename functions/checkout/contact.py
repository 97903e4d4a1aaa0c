"""A device's owner is here: a pass that was paid late begins, and a licence whose code cannot be shown gets another."""

from __future__ import annotations

from collections.abc import Callable

from checkout import access, grants, license_codes
from checkout import device as devices
from checkout import loaded as loading
from checkout.device import Device
from checkout.happening import Note
from checkout.loaded import LoadedPurchase
from checkout.purchase import CheckoutPurchase
from checkout.records import purchase_ref
from common import clock, documents, history
from common.callable import Caller
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed


def greet(caller: Caller, device: Device) -> None:
    """Do what waits for the owner of a device. Afterwards the device is as it now stands. Mostly it costs nothing."""
    begin_credit(caller, device)
    if device.licensed and access.is_owner(caller, device) and license_codes.shown(device) is None:
        _change(device, device.license_purchase_id, lambda loaded: _new_code(loaded, caller))


def begin_credit(caller: Caller, device: Device) -> None:
    """Begin a pass that waits, if the device is the caller's."""
    if not (device.has_credit and access.is_owner(caller, device)):
        return
    if not _change(device, device.pass_purchase_id, lambda loaded: _begin(loaded, caller)):
        run_until_committed(lambda: _begin_alone(device, caller))


def _change(device: Device, purchase_id: str | None, change: Callable[[LoadedPurchase], None]) -> bool:
    """Whether the purchase is there."""
    loaded = loading.load(purchase_id or "-", device.id)
    if loaded is None:
        return False
    if loaded.device.id == device.id:
        run_until_committed(lambda: change(loaded), loaded.reload)
        device.doc = loaded.device.doc
    return True


def _begin(loaded: LoadedPurchase, caller: Caller) -> None:
    purchase, device = loaded.purchase, loaded.device
    if not device.has_credit or device.pass_purchase_id != purchase.id:
        return
    unit, now = Unit(), clock.now()
    of_purchase, of_device = grants.credit_begun(purchase, now)
    history.advance(unit, purchase.doc, of_purchase, Change(Note.BEGIN_CREDIT, caller.uid, now))
    devices.write(unit, device, of_device, Change(Note.BEGIN_CREDIT, caller.uid, now, purchase.id))
    unit.commit()


def _begin_alone(device: Device, caller: Caller) -> None:
    """Begin the pass of a purchase whose document is gone, as the usual one."""
    (device.doc,) = documents.read(device.doc.ref)
    if not device.has_credit or not access.is_owner(caller, device):
        return
    gone = CheckoutPurchase(Doc.new(purchase_ref(device.pass_purchase_id or "-")))
    unit, now = Unit(), clock.now()
    _, begun = grants.credit_begun(gone, now)
    devices.write(unit, device, begun, Change(Note.BEGIN_CREDIT, caller.uid, now, gone.id))
    unit.commit()


def _new_code(loaded: LoadedPurchase, caller: Caller) -> None:
    """The next generation's, by a key that is there. The one before works no more."""
    purchase, device = loaded.purchase, loaded.device
    if device.license_purchase_id != purchase.id or license_codes.shown(device) is not None:
        return
    unit, now = Unit(), clock.now()
    generation = int(purchase.doc.get("code_generation") or 0) + 1
    fields = license_codes.begin(unit, purchase.id, device.id, generation, now)
    history.advance(unit, purchase.doc, fields, Change(Note.NEW_CODE, caller.uid, now))
    devices.write(unit, device, license_codes.of_device(fields), Change(Note.NEW_CODE, caller.uid, now, purchase.id))
    unit.commit()
