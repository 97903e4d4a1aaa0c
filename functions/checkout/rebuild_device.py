"""A device whose document was deleted by hand is written anew: from its purchases, and what is left of its history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from checkout import device as devices
from checkout import grants, passes
from checkout.device import LOCKS, Device
from checkout.happening import Note
from checkout.products import ProductType
from checkout.purchase import CheckoutPurchase
from checkout.states import Status
from common import clock, documents, history, log
from common.documents import Doc, Unit
from common.history import Change
from common.retry import run_until_committed

Fields = dict[str, Any]
_BY_ITS_OWNER = frozenset({Note.CREATE, Note.BIND, Note.REBIND, Note.BEGIN_CREDIT, Note.NEW_CODE})
"""What only the owner of a device does, or who becomes it."""


def found_or_rebuilt(doc: Doc) -> Device:
    """The device of a document as it was read.

    Only where there may have been one: whether there was is a query.
    """
    return Device(doc) if doc.exists else run_until_committed(lambda: _rebuilt(doc))


def _rebuilt(gone: Doc) -> Device:
    (doc,) = documents.read(gone.ref)
    if doc.exists:
        return Device(doc)
    of_it = documents.collection("purchases").where(filter=FieldFilter("device_id", "==", doc.id))
    bought = [CheckoutPurchase(Doc.found(found)) for found in of_it.stream()]
    lines = history.lines(doc.ref)
    if bought or lines:
        fields = {**_had(bought), "owner_uid": _owner(lines, bought), "rebinds": _rebinds(lines)}
        unit = Unit()
        devices.write(unit, Device(doc), fields, Change(Note.REBUILD, "schedule", clock.now()), lines)
        unit.commit()
        log.warning("device rebuilt", device=doc.id)
    return Device(doc)


def _had(bought: Sequence[CheckoutPurchase]) -> Fields:
    """What its purchases say that it has, and waits for."""
    given = sorted((each for each in bought if each.time("fulfilled_at")), key=lambda each: each.doc["fulfilled_at"])
    fields: Fields = {LOCKS[each.type]: each.id for each in bought if each.state.waits}
    for each in given:
        has_it = each.state.status is Status.FULFILLED
        if each.type is ProductType.DAYPASS:
            fields |= _of_pass(each, has_it) | {"unlock_count": fields.get("unlock_count", 0) + 1}
        elif has_it:
            moved = each.id if each.doc.get("transfers") else None
            fields |= {**grants.licensed(each, each.doc["fulfilled_at"]), "license_by_code": moved}
    return fields


def _of_pass(purchase: CheckoutPurchase, has_it: bool) -> Fields:
    ends_at = purchase.time("pass_ends_at")
    begun = {} if ends_at is None else {"last_unlock_date": passes.today(purchase.doc["fulfilled_at"])}
    if not has_it:
        return begun
    return {**begun, "pass_purchase_id": purchase.id, "pass_ends_at": ends_at, "pass_credit": ends_at is None}


def _owner(lines: history.Lines, bought: Sequence[CheckoutPurchase]) -> str | None:
    """Who used it last, as its history tells; else who bought last for it, unless they left, or moved it here."""
    here = {each.id for each in bought}
    for _, line in sorted(lines.items(), reverse=True):
        if line["event"] == Note.LEAVE:
            return None
        if line["event"] in _BY_ITS_OWNER or (line["event"] == Note.MOVE and line["reason"] in here):
            return str(line["actor"])
    own = [each for each in bought if not each.buyer_left and not each.doc.get("transfers")]
    return max(own, key=lambda each: each.doc["created_at"]).buyer if own else None


def _rebinds(lines: history.Lines) -> list[Any]:
    return [line["at"] for _, line in sorted(lines.items()) if line["event"] == Note.REBIND]
