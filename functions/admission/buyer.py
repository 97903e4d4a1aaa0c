"""How many places one person has of an event: what is bought, and what is held and not over by the clock."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from google.cloud import firestore

from admission.block import GRACE
from admission.order import Order
from admission.reasons import AdmissionReason
from admission.records import buyer_ref
from common.documents import Doc, Unit
from common.errors import Refusal


def _live(doc: Doc, now: datetime, without: str = "") -> dict[str, Any]:
    held: dict[str, Any] = doc.get("held") or {}
    return {id_: each for id_, each in held.items() if id_ != without and each and now < each["until"] + GRACE}


def has(doc: Doc, now: datetime, without: str = "") -> int:
    """What counts of a buyer, besides one order."""
    return int(doc.get("owned", 0)) + sum(int(each["n"]) for each in _live(doc, now, without).values())


def refuse_too_many(doc: Doc, more: int, most: int, now: datetime) -> None:
    """Refuse what is more than one person may have.

    Raises:
        Refusal: ``LIMIT_PER_PERSON``, with how many are left to them.
    """
    left = most - has(doc, now)
    if more > left:
        raise Refusal(AdmissionReason.LIMIT_PER_PERSON, left=max(0, left), max_per_person=most)


def hold(
    unit: Unit,
    doc: Doc,
    order_id: str,
    places: int,
    until: datetime | None,
    now: datetime,
    offer_of: str | None = None,
) -> None:
    """Plan to count places, held until then or bought; guarded, so that orders made at once are all counted.

    Args:
        offer_of: the tier, if they waited for it, so that their next purchase of it is this order.
    """
    held = _live(doc, now)
    if until is not None:
        held[order_id] = {"n": places, "until": until}
    owned = int(doc.get("owned", 0)) + (places if until is None else 0)
    fields: dict[str, Any] = {"held": held, "owned": owned, "version": int(doc.get("version", 0)) + 1}
    if offer_of is not None:
        offer = {"order": order_id, "n": places, "until": until, "request_id": None}
        fields["offers"] = {**(doc.get("offers") or {}), offer_of: offer}
    if doc.exists:
        unit.update_as_read(doc, fields)
    else:
        unit.create(doc, fields)


def offer(doc: Doc, tier: str, places: int, request_id: str, now: datetime) -> dict[str, Any] | None:
    """The offer that a purchase takes up, or that the same purchase took up before."""
    found: dict[str, Any] | None = (doc.get("offers") or {}).get(tier)
    if found is None or found["request_id"] == request_id:
        return found
    fits = found["request_id"] is None and found["n"] == places and now < found["until"]
    return found if fits else None


def take_offer(unit: Unit, doc: Doc, tier: str, request_id: str) -> None:
    """Plan an offer to be what this purchase made, and no other."""
    offers = doc["offers"]
    changed = {**offers, tier: {**offers[tier], "request_id": request_id}}
    unit.update_as_read(doc, {"offers": changed, "version": int(doc["version"]) + 1})


def unchanged(unit: Unit, doc: Doc) -> None:
    """Plan that nothing was counted since it was read: of two orders that only fit by themselves, one is taken."""
    fields = {"version": int(doc.get("version", 0)) + 1}
    if doc.exists:
        unit.update_as_read(doc, fields)
    else:
        unit.create(doc, fields)


def bought(unit: Unit, order: Order) -> None:
    """Plan to count an order's places as bought. Guarded by the order that is in the commit."""
    _add(unit, order, len(order.items))


def let_go(unit: Unit, order: Order) -> None:
    """Plan to count an order's held places no more."""
    unit.merge_blindly(buyer_ref(order.event_id, order.buyer), {"held": {order.id: None}})


def lost(unit: Unit, order: Order) -> None:
    """Plan to count places no more that were bought."""
    _add(unit, order, -len(order.kept))


def gave_back(unit: Unit, order: Order, places: int) -> None:
    """Plan to count so many places no more."""
    _add(unit, order, -places)


def _add(unit: Unit, order: Order, places: int) -> None:
    changes = {"held": {order.id: None}, "owned": firestore.Increment(places)}
    unit.merge_blindly(buyer_ref(order.event_id, order.buyer), changes)
