"""A purchase whose document was deleted by hand is written anew: from its session, and from what is left around it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from checkout import passes
from checkout.happening import Note
from checkout.loaded import LoadedPurchase, of
from checkout.origin import CheckoutOrigin, made_for
from checkout.products import ProductType
from checkout.purchase import new_purchase
from checkout.records import device_ref, purchase_ref
from checkout.states import Event, Status
from common import clock, documents, history, log
from common.documents import Doc, Unit
from common.history import Change
from payments.objects import CheckoutSession

Fields = dict[str, Any]
_ENDED = frozenset({Status.FULFILLED, Status.REFUNDED, Status.REVOKED})
"""What a history tells that Stripe cannot tell anew: that a device had it already, or that nobody has it any more."""
_TOLD = {
    Event.PAID: Status.FULFILLED,
    Note.BEGIN_CREDIT: Status.FULFILLED,
    Event.MONEY_BACK: Status.FULFILLED,
    Event.DISPUTED: Status.REVOKED,
    Event.MONEY_GONE: Status.REVOKED,
    Event.WRITE_OFF: Status.REVOKED,
}
"""Where a purchase was when its device's history says this of it."""


def rebuilt(fact: CheckoutSession) -> LoadedPurchase | None:
    """The purchase of a session, written anew; ``None`` for a session that is not ours."""
    origin = CheckoutOrigin.of(fact.origin)
    if origin is None or not made_for(fact, origin.purchase_id):
        return None
    doc, unit = Doc.new(purchase_ref(origin.purchase_id)), Unit()
    lines = history.lines(doc.ref)
    fields = new_purchase(origin, fact.amount, fact.currency, fact.created)
    fields |= {"session_id": fact.id, "payment_intent_id": fact.payment_intent_id, "expires_at": fact.expires_at}
    fields |= {"create_params": None, "token_kid": None, **_code(origin.purchase_id)}
    fields |= _progress(lines or _lines_of_device(origin), origin, clock.now()) | _moved(origin)
    history.begin(unit, doc, fields, Change(Note.REBUILD, "stripe", clock.now()), lines)
    unit.commit()
    log.warning("purchase rebuilt", purchase=doc.id, status=fields["status"])
    return of(doc)


def _progress(lines: history.Lines, origin: CheckoutOrigin, now: datetime) -> Fields:
    last = lines[max(lines)] if lines else {}
    if last.get("to") not in list(_ENDED):
        # What Stripe says next tells the rest.
        return {}
    told = [line for _, line in sorted(lines.items())]
    since = next((line for line in told if line.get("to") == Status.FULFILLED), last).get("at") or now
    begun = next((line["at"] for line in told if line.get("event") == Note.BEGIN_CREDIT), since)
    return {
        "status": last["to"],
        "fulfilled_at": since,
        "paid_at": since,
        "due_action": None,
        "due_at": None,
        "pass_ends_at": _pass_end(origin, begun) if origin.type is ProductType.DAYPASS else None,
    }


def _pass_end(origin: CheckoutOrigin, begun: datetime) -> datetime | None:
    """When a pass that was granted ends: as its device shows, which may still wait for it; else by the calendar."""
    (device,) = documents.read(device_ref(origin.device_id))
    if device.get("pass_purchase_id") == origin.purchase_id:
        shown: datetime | None = device.get("pass_ends_at")
        return shown
    return passes.ends_at(begun, origin.terms.min_pass_minutes)


def _lines_of_device(origin: CheckoutOrigin) -> history.Lines:
    """What the history of its device tells of a purchase whose own is gone."""
    about_it = FieldFilter("reason", "==", origin.purchase_id)
    found = device_ref(origin.device_id).collection("history").where(filter=about_it).stream()
    lines = {int(line.id): line.to_dict() or {} for line in found}
    return {number: {**line, "to": _TOLD[line["event"]]} for number, line in lines.items() if line["event"] in _TOLD}


def _moved(origin: CheckoutOrigin) -> Fields:
    """The device that the licence has come to."""
    has_it = FieldFilter("license_purchase_id", "==", origin.purchase_id)
    found = documents.collection("devices").where(filter=has_it).limit(1).select([]).stream()
    return next(({"device_id": device.id} for device in found), {})


def _code(purchase_id: str) -> Fields:
    """Its newest code."""
    its = documents.collection("license_codes").where(filter=FieldFilter("purchase_id", "==", purchase_id))
    newest = max((found for found in its.stream()), key=lambda found: int(found.get("generation")), default=None)
    if newest is None:
        return {"code_generation": 0, "code_kid": None, "code_hash": None}
    return {"code_generation": newest.get("generation"), "code_kid": newest.get("kid"), "code_hash": newest.id}
