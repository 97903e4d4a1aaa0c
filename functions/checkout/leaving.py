"""What becomes of somebody's licences and day passes when they delete their account.

What is open is closed, by the same events as ever. Purchases stay for the books, and name people by uid only. A device
keeps what was paid for it and belongs to nobody: whoever uses it next is its owner.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from checkout import device as devices
from checkout import loaded as loading
from checkout.decisions import decide_and_carry_out, try_to_bring_up_to_date
from checkout.device import Device
from checkout.happening import Happening, Note
from checkout.products import ProductType
from checkout.purchase import CheckoutPurchase
from checkout.records import device_ref, purchase_ref
from checkout.states import OPEN, Event
from common import clock, documents, history, pages
from common.deadline import Deadline
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed

ACCOUNT_DELETED = "account_deleted"
"""A purchase's ``end_reason``."""


def leave(uid: str, deadline: Deadline) -> None:
    """Close what is open, let go of their devices, and blank what the books do not need."""
    bought = documents.collection("purchases").where(filter=FieldFilter("buyer_uid", "==", uid))
    for found in _each(bought.where(filter=FieldFilter("status", "==", OPEN.status.value)), deadline):
        _close(found.id, uid)
    for found in _each(bought, deadline):
        if not CheckoutPurchase(Doc.found(found)).buyer_left:
            run_until_committed(lambda id_=found.id: _blank(id_, uid))  # type: ignore[misc]
    owned = documents.collection("devices").where(filter=FieldFilter("owner_uid", "==", uid))
    for found in _each(owned, deadline):
        # Its page may have been opened by an earlier installation.
        for waiting in filter(None, map(Device(Doc.found(found)).lock, ProductType)):
            _close(waiting, uid)
        run_until_committed(lambda id_=found.id: _let_go(id_, uid))  # type: ignore[misc]


def _each(query: Any, deadline: Deadline) -> Iterator[Any]:
    for page in pages.pages(query, deadline):
        for found in page:
            if not deadline.passed:
                yield found


def _close(purchase_id: str, uid: str) -> None:
    loaded = loading.load(purchase_id)
    if loaded is None:
        return
    try_to_bring_up_to_date(loaded)

    def close(purchase: CheckoutPurchase) -> Happening | None:
        if purchase.state != OPEN:
            return None
        return Happening(Event.CANCEL, uid, clock.now(), reason=ACCOUNT_DELETED)

    decide_and_carry_out(loaded, close)


def _blank(purchase_id: str, uid: str) -> None:
    """Take the receipt off a purchase, also one that comes later."""
    (doc,) = documents.read(purchase_ref(purchase_id))
    if not doc.exists:
        return
    unit = Unit()
    history.advance(unit, doc, {"receipt_url": None, "buyer_left": True}, Change(Note.BLANK, uid, clock.now()))
    unit.commit()


def _let_go(device_id: str, uid: str) -> None:
    (doc,) = documents.read(device_ref(device_id))
    device = Device(doc)
    if device.owner != uid:
        return
    unit = Unit()
    devices.write(unit, device, {"owner_uid": None}, Change(Note.LEAVE, uid, clock.now()))
    unit.commit()
