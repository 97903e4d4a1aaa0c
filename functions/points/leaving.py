"""What becomes of somebody's points when they delete their account.

The balance is forfeited by an entry of its own, so that it stays the sum of its entries and nobody who comes again
under this uid finds it. Entries, awards and payments stay for the stores' books; they name a customer by uid only, once
the name in a store's list is blanked. Stamp cards go; badges go with ``users/{uid}``.
"""

from __future__ import annotations

import secrets

from google.cloud.firestore_v1.base_query import FieldFilter

from common import clock, documents, pages
from common.deadline import Deadline
from common.documents import Unit
from common.retry import run_until_committed
from points import balance, ledger
from points.ledger import NewEntry
from shops import leaving as staff


def leave(uid: str, deadline: Deadline) -> None:
    """Forfeit the balance, and remove or blank the rest."""
    staff.leave(uid, deadline)
    run_until_committed(lambda: _forfeit(uid))
    mine = FieldFilter("userId", "==", uid)
    pages.delete_all(documents.collection("stamps").where(filter=mine), deadline)
    for page in pages.pages(documents.collection("store_point_usage").where(filter=mine), deadline):
        unit = Unit()
        for usage in page:
            unit.merge_blindly(usage.reference, {"userName": None})
        unit.commit()


def _forfeit(uid: str) -> None:
    kept = balance.as_read(*documents.read(*balance.refs(uid)))
    if not (kept.available or kept.total or kept.stores):
        return
    unit = Unit()
    # The balance is the guard, and somebody may leave more than once. No other id has two dots after this word.
    id_ = f"forfeit.{uid}.{secrets.token_hex(12)}"
    entry = NewEntry(id_, "forfeit", uid, "", -kept.available, -kept.total, {})
    ledger.post(unit, kept, entry, clock.now(), stores=0)
    unit.commit()
