"""A purchase by any id of it: its own, its session's or its payment's."""

from __future__ import annotations

from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from checkout import surroundings
from checkout.aftermath import recorded
from checkout.comparison import OF_PURCHASES
from checkout.purchase import CheckoutPurchase
from checkout.records import purchase_ref
from common import documents, ids
from common.invariants import violations
from payments.inspection import Inspected


def inspect(id_: str) -> Inspected | None:
    """The purchase that has this id. ``None`` if none does."""
    purchase_id = _named_by(id_)
    (doc,) = documents.read(purchase_ref(purchase_id)) if purchase_id else (None,)
    if doc is None or not doc.exists:
        return None
    purchase = CheckoutPurchase(doc)

    def wrong(fact: Any) -> list[str]:
        (records,) = surroundings.of_purchases([purchase], {fact.id: fact} if fact is not None else {})
        return violations(OF_PURCHASES, records)

    return Inspected(doc, purchase.buyer, purchase.payment_intent_id, wrong, purchase.session_id)


def _named_by(id_: str) -> str | None:
    if ids.purchase(id_):
        return id_
    if id_.startswith("pi_"):
        return recorded(id_)
    return _of_session(id_) if id_.startswith("cs_") else None


def _of_session(session_id: str) -> str | None:
    has_it = FieldFilter("session_id", "==", session_id)
    found = documents.collection("purchases").where(filter=has_it).limit(1).select([])
    return next((each.id for each in found.stream(timeout=documents.RPC_TIMEOUT_SECONDS)), None)
