"""Whose a device is: the user's who first used it. Everybody else gets the answer of a device that does not exist.

A new installation of the app signs in anew. Where App Check attests that it is the app, it takes its device over, a few
times a month; otherwise the licence code is the way. So it is for a device whose licence came by one: whoever sold the
licence may know that device's id, and must not get it back by that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from checkout.device import REBIND_WINDOW, Device
from checkout.happening import Note
from checkout.reasons import CheckoutReason
from common.callable import Caller
from common.errors import Refusal
from common.params import ENFORCE_APP_CHECK


def is_owner(caller: Caller, device: Device) -> bool:
    """Whether a device is the caller's by its record."""
    return device.owner == caller.uid


def binding(caller: Caller, device: Device, now: datetime) -> tuple[dict[str, Any], Note] | None:
    """What makes a device the caller's: the fields that change, none if it is theirs, and what its history says.

    ``None`` if it is another's and stays so.
    """
    if is_owner(caller, device):
        return {}, Note.BIND
    if device.owner is None:
        return {"owner_uid": caller.uid}, Note.BIND
    if not ENFORCE_APP_CHECK.value or device.restored or not device.may_rebind(now):
        return None
    return rebinding(caller, device, now), Note.REBIND


def rebinding(caller: Caller, device: Device, now: datetime) -> dict[str, Any]:
    """The fields that change when a device goes from one user to another."""
    recent = [at for at in device.doc.get("rebinds") or [] if now - at < REBIND_WINDOW]
    return {"owner_uid": caller.uid, "rebinds": [*recent, now]}


def required_binding(caller: Caller, device: Device, now: datetime) -> tuple[dict[str, Any], Note]:
    """As ``binding``, of a device that must be or become the caller's.

    Raises:
        Refusal: ``DEVICE_NOT_YOURS``.
    """
    found = binding(caller, device, now)
    if found is None:
        raise Refusal(CheckoutReason.DEVICE_NOT_YOURS)
    return found


def noted(bound: Note, change: Note) -> Note:
    """What the history of a device says of a change that makes it the caller's too: mostly that it was another's."""
    return bound if bound is Note.REBIND else change
