"""reversePoints: an administrator takes one entry of the ledger back, once, with a second entry."""

from __future__ import annotations

from typing import Annotated

from google.cloud import firestore
from pydantic import Field, StringConstraints

from common import audit, clock, documents
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import Refusal
from common.messages import AdministeredRequest, DocumentId
from common.retry import run_until_committed
from points import balance, ledger
from points.answers import ReversedView
from points.award import award_ref
from points.ledger import Entry, NewEntry
from points.reasons import PointsReason
from qr.reasons import QrReason


class ReversePointsRequest(AdministeredRequest):
    """The entry to take back."""

    transaction_id: DocumentId
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(description="Kept on the entry.")


@callable_function(
    who="an administrator",
    admin_only=True,
    reasons=(
        PointsReason.TRANSACTION_NOT_FOUND,
        PointsReason.TRANSACTION_NOT_REVERSIBLE,
        QrReason.IDEMPOTENCY_MISMATCH,
        PointsReason.POINTS_INSUFFICIENT,
    ),
)
def reversePoints(caller: Caller, request: ReversePointsRequest) -> ReversedView:  # noqa: N802
    """Takes back an award, a payment in points or an imported balance. Stamps and badges stay: the visit took place.

    An entry can be reversed once; asking again with the same reason answers the same. An award whose points are spent
    already is refused, because a balance never falls below zero.
    """
    return run_until_committed(lambda: _reverse(caller, request))


def _reverse(caller: Caller, request: ReversePointsRequest) -> ReversedView:
    entry, reversal = map(
        Entry,
        documents.read(
            ledger.entry_ref(request.transaction_id), ledger.entry_ref(ledger.reversal_id(request.transaction_id))
        ),
    )
    if not entry.exists:
        raise Refusal(PointsReason.TRANSACTION_NOT_FOUND)
    if entry.type in ("reversal", "forfeit"):
        raise Refusal(PointsReason.TRANSACTION_NOT_REVERSIBLE)
    if not reversal.exists:
        return _take_back(caller, request, entry, reversal.id)
    if reversal.reason != request.reason:
        raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
    return ReversedView.of(reversal)


def _take_back(caller: Caller, request: ReversePointsRequest, entry: Entry, reversal_id: str) -> ReversedView:
    kept, user, *telling = documents.read(*balance.refs(entry.user_id), *_telling(entry))
    now, unit = clock.now(), Unit()
    more = {"reverses": entry.id, "reason": request.reason, "reversedBy": caller.uid}
    back = NewEntry(reversal_id, "reversal", entry.user_id, entry.store_id, -entry.delta, -entry.earned, more)
    audit.entry(
        unit, ledger.entry_ref(entry.id).path, {"reversed": False}, {"reversed": True, "reason": request.reason}
    )
    reversal = ledger.post(unit, balance.as_read(kept, user), back, now)
    for doc in telling:
        if doc.exists:
            unit.update_as_read(doc, {"reversedAt": now} if entry.type == "earn" else {"status": "reversed"})
    unit.commit()
    return ReversedView.of(reversal)


def _telling(entry: Entry) -> tuple[firestore.DocumentReference, ...]:
    """What tells of an entry besides the ledger, which a store may not read."""
    if entry.type == "earn":
        return (award_ref(entry.id),)
    if entry.type == "redeem":
        return tuple(documents.ref(history, entry.id) for history in ("user_point_usage", "store_point_usage"))
    return ()
