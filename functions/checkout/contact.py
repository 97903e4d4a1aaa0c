"""A device's owner is here: a pass that was paid late begins, and a licence whose code cannot be shown gets another."""

from __future__ import annotations

from collections.abc import Callable

from checkout import access, grants, license_codes
from checkout import device as devices
from checkout import loaded as loading
from checkout.device import Device
from checkout.happening import Note
from checkout.loaded import LoadedPurchase
from common import clock, history
from common.callable import Caller
from common.documents import Unit
from common.history import Change
from common.retry import run_until_committed


def greet(caller: Caller, device: Device) -> None:
    """Do what waits for the owner of a device. Afterwards the device is as it now stands. Mostly it costs nothing."""
    begin_credit(caller, device)
    if device.licensed and access.is_owner(caller, device) and license_codes.shown(device) is None:
        _change(device, device.license_purchase_id, lambda loaded: _new_code(loaded, caller))


def begin_credit(caller: Caller, device: Device) -> None:
    """Begin a pass that waits, if the device is the caller's."""
    if device.has_credit and access.is_owner(caller, device):
        _change(device, device.pass_purchase_id, lambda loaded: _begin(loaded, caller))


def _change(device: Device, purchase_id: str | None, change: Callable[[LoadedPurchase], None]) -> None:
    loaded = loading.load(purchase_id or "-", device.id)
    if loaded is None or loaded.device.id != device.id:
        return
    run_until_committed(lambda: change(loaded), loaded.reload)
    device.doc = loaded.device.doc


def _begin(loaded: LoadedPurchase, caller: Caller) -> None:
    purchase, device = loaded.purchase, loaded.device
    if not device.has_credit or device.pass_purchase_id != purchase.id:
        return
    unit, now = Unit(), clock.now()
    of_purchase, of_device = grants.credit_begun(purchase, now)
    history.advance(unit, purchase.doc, of_purchase, Change(Note.BEGIN_CREDIT, caller.uid, now))
    devices.write(unit, device, of_device, Change(Note.BEGIN_CREDIT, caller.uid, now, purchase.id))
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
