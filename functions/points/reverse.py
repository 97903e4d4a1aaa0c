"""reversePoints: an administrator takes one entry of the ledger back, once, with a second entry."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from common import clock, store
from common.callable import Caller, DocumentId, RequestModel, callable_function
from common.errors import Reason, Refusal
from common.store import Doc, Unit, settled_race, user_ref
from points import ledger
from points.ledger import Entry
from points.views import ReversedView


class ReversePointsRequest(RequestModel):
    """The entry to take back."""

    transaction_id: DocumentId
    reason: Annotated[str, StringConstraints(min_length=1, max_length=200)] = Field(description="Kept on the entry.")


@callable_function(
    who="an administrator",
    admin_only=True,
    reasons=(
        Reason.TRANSACTION_NOT_FOUND,
        Reason.TRANSACTION_NOT_REVERSIBLE,
        Reason.IDEMPOTENCY_MISMATCH,
        Reason.POINTS_INSUFFICIENT,
    ),
)
def reversePoints(caller: Caller, request: ReversePointsRequest) -> ReversedView:  # noqa: N802
    """Takes back an award or a payment in points. Stamps and badges stay: the visit took place.

    An entry can be reversed once; asking again with the same reason answers the same. An award whose points are spent
    already is refused, because a balance never falls below zero.
    """
    return settled_race(lambda: _reverse(caller, request))


def _reverse(caller: Caller, request: ReversePointsRequest) -> ReversedView:
    entry, reversal = store.read(
        ledger.entry_ref(request.transaction_id), ledger.entry_ref(ledger.reversal_id(request.transaction_id))
    )
    if not entry.exists:
        raise Refusal(Reason.TRANSACTION_NOT_FOUND)
    if entry["type"] == "reversal":
        raise Refusal(Reason.TRANSACTION_NOT_REVERSIBLE)
    if not reversal.exists:
        return _take_back(caller, request, entry, reversal.id)
    if reversal["reason"] != request.reason:
        raise Refusal(Reason.IDEMPOTENCY_MISMATCH)
    return ReversedView.of(reversal)


def _take_back(caller: Caller, request: ReversePointsRequest, entry: Doc, reversal_id: str) -> ReversedView:
    (user,) = store.read(user_ref(entry["userId"]))
    now, unit = clock.now(), Unit()
    more = {"reverses": entry.id, "reason": request.reason, "reversedBy": caller.uid}
    back = Entry(reversal_id, "reversal", entry["userId"], entry["storeId"], -entry["delta"], -entry["earned"], more)
    reversal = ledger.post(unit, user, back, now)
    # What the store sees: the ledger is the customer's.
    if entry["type"] == "earn":
        unit.merge(store.ref("point_awards", entry.id), {"reversedAt": now})
    else:
        for history in ("user_point_usage", "store_point_usage"):
            unit.merge(store.ref(history, entry.id), {"status": "reversed"})
    unit.commit()
    return ReversedView.of(reversal)
