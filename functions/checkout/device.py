"""A device: a typed view of ``devices/{device_id}``, and who may use it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from checkout.products import ProductType
from common import history
from common.documents import DocumentView, Unit
from common.history import Change

REBINDS = 3
REBIND_WINDOW = timedelta(days=30)
LOCKS = {ProductType.LICENSE: "open_license", ProductType.DAYPASS: "open_daypass"}
"""The field that names the one purchase of a kind that waits for its payment."""


class Device(DocumentView):
    """A device's document. One that is not there yet has nothing and belongs to nobody.

    Attributes:
        left: what is left of an earlier history, where only the document was deleted.
    """

    left: history.Lines = history.NOTHING

    def look_back(self) -> Device:
        """Read what is left of a device that is not there. Only where there may be something: it is a query."""
        if not self.exists:
            self.left = history.lines(self.doc.ref)
        return self

    @property
    def version(self) -> int:
        return int(self.doc.get("version") or 0)

    @property
    def owner(self) -> str | None:
        owner: str | None = self.doc.get("owner_uid")
        return owner

    @property
    def licensed(self) -> bool:
        return bool(self.doc.get("license_purchased"))

    @property
    def restored(self) -> bool:
        """Whether its licence came by a code. Whoever had the licence before may know the device's id."""
        return self.licensed and self.doc.get("license_by_code") == self.license_purchase_id

    @property
    def license_purchase_id(self) -> str | None:
        known: str | None = self.doc.get("license_purchase_id")
        return known

    @property
    def pass_purchase_id(self) -> str | None:
        known: str | None = self.doc.get("pass_purchase_id")
        return known

    @property
    def unlock_count(self) -> int:
        return int(self.doc.get("unlock_count") or 0)

    @property
    def has_credit(self) -> bool:
        """Whether a day pass was paid that has not begun."""
        return bool(self.doc.get("pass_credit"))

    def time(self, field: str) -> datetime | None:
        value: datetime | None = self.doc.get(field)
        return value

    def pass_active(self, now: datetime) -> bool:
        """Whether a day pass is valid, or waits to begin."""
        ends_at = self.time("pass_ends_at")
        return self.has_credit or (ends_at is not None and now < ends_at)

    def lock(self, type_: ProductType) -> str | None:
        """The purchase of a kind that waits for its payment."""
        known: str | None = self.doc.get(LOCKS[type_])
        return known

    def may_rebind(self, now: datetime) -> bool:
        """Whether another user may take it over: the app was installed anew, and not too often."""
        recent = [at for at in self.doc.get("rebinds") or [] if now - at < REBIND_WINDOW]
        return len(recent) < REBINDS


NOTHING: dict[str, Any] = {
    "owner_uid": None,
    "license_purchased": False,
    "license_purchased_at": None,
    "license_purchase_id": None,
    "license_generation": 0,
    "license_kid": None,
    "license_by_code": None,
    "unlock_count": 0,
    "last_unlock_date": None,
    "pass_ends_at": None,
    "pass_purchase_id": None,
    "pass_credit": False,
    "open_license": None,
    "open_daypass": None,
    "rebinds": [],
}
"""A device that was never used."""


def write(unit: Unit, device: Device, changes: dict[str, Any], change: Change) -> None:
    """Plan a change of a device, its first one too, with its next version and history line."""
    if not device.exists:
        history.begin(unit, device.doc, {**NOTHING, **changes}, change, device.left)
    elif changes:
        history.advance(unit, device.doc, changes, change)
