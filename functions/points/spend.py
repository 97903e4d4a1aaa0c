"""usePoints: a customer who read a store's code pays with points."""

from __future__ import annotations

from pydantic import Field

from common import accounts, clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import Refusal
from common.messages import RequestModel
from common.retry import run_until_committed
from points import balance, ledger
from points.answers import SpentView
from points.ledger import Entry, NewEntry
from points.reasons import PointsReason
from qr import readings
from qr.readings import Reading
from qr.reasons import QrReason
from qr.request_fields import Nonce
from shops.reasons import StoreReason
from shops.stores import StoreId, name_of, store_ref

LONGEST_NAME = 100


class UsePointsRequest(RequestModel):
    """How many points to pay, at the store whose code was read."""

    nonce: Nonce
    store_id: StoreId
    points: int = Field(ge=1, le=1_000_000, description="A point is worth 1 JPY.")


@callable_function(
    who="the customer who read the store's code",
    keep_warm=True,
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        QrReason.QR_NOT_VERIFIED,
        QrReason.QR_EXPIRED,
        QrReason.IDEMPOTENCY_MISMATCH,
        PointsReason.POINTS_INSUFFICIENT,
        StoreReason.STORE_UNAVAILABLE,
    ),
)
def usePoints(caller: Caller, request: UsePointsRequest) -> SpentView:  # noqa: N802
    """Pays with points. The balance never falls below zero.

    A reading of a code is good for one payment; asking again with the same points answers the same, or that it was
    reversed since.
    """
    return run_until_committed(lambda: _pay(caller, request))


def _pay(caller: Caller, request: UsePointsRequest) -> SpentView:
    usage_id = f"{request.nonce}_{caller.uid}"
    deletion, posted, read, store, kept, user = documents.read(
        accounts.deletion_ref(caller.uid),
        ledger.entry_ref(usage_id),
        readings.of_store_ref(request.nonce, caller.uid),
        store_ref(request.store_id),
        *balance.refs(caller.uid),
    )
    now = clock.now()
    accounts.refuse_if_deleted(deletion, now)
    entry, reading = Entry(posted), Reading(read)
    if entry.exists:
        if (entry.points, entry.store_id) != (request.points, request.store_id):
            raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
        (reversal,) = documents.read(ledger.entry_ref(ledger.reversal_id(usage_id)))
        return SpentView.of(entry, reversed_=reversal.exists)
    reading.require(caller.uid)
    if reading.target_id != request.store_id:
        raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
    store_name, unit = name_of(store), Unit()
    reading.mark_used(unit, now)
    more = {"nonce": request.nonce, "storeName": store_name}
    spent = NewEntry(usage_id, "redeem", caller.uid, request.store_id, -request.points, 0, more)
    entry = ledger.post(unit, balance.as_read(kept, user), spent, now, in_person=True)
    usage = {
        "usageId": usage_id,
        "userId": caller.uid,
        "storeId": request.store_id,
        "pointsUsed": request.points,
        "usedAt": now,
        "status": "completed",
    }
    unit.create_unread(documents.ref("user_point_usage", usage_id), {**usage, "storeName": store_name})
    unit.create_unread(
        documents.ref("store_point_usage", usage_id),
        {
            **usage,
            "userName": _shown_name(user),
            "equivalentAmount": request.points,
        },
    )
    unit.commit()
    return SpentView.of(entry)


def _shown_name(user: Doc) -> str | None:
    """The customer's name for the store's list. The profile is theirs to write, so it may hold anything."""
    names = (user.get("display_name"), user.get("displayName"))
    return next((name[:LONGEST_NAME] for name in names if isinstance(name, str) and name), None)
