"""issueSecureQR: the code to show now. Only the server signs: a key inside an app is no secret."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import Field

from common import cache, clock
from common.callable import Caller, callable_function
from common.errors import CallReason, Refusal
from common.messages import CAMEL_CASE, RequestModel, ResponseModel, Timestamp
from common.params import QR_SIGNING_KEYS
from qr import tokens
from qr.keys import audience, signing_keys
from qr.tokens import QrType
from shops.stores import StoreId, staff_ref, works_at


class IssueSecureQRRequest(RequestModel):
    """Whose code to show: one's own, or that of a store one works at."""

    type: Literal["user_point_earn", "store_point_use"]
    store_id: StoreId | None = Field(None, description="The store, for store_point_use.")


class IssueSecureQRResponse(ResponseModel):
    """A code for one minute."""

    model_config = CAMEL_CASE

    token: str = Field(description="What the QR code shows.")
    expires_at: Timestamp = Field(description="When to show the next one.")
    refresh_after_seconds: int = Field(description="Seconds until then, for the countdown.")


@callable_function(
    who="anybody signed in, for themselves; a store's staff, for the store",
    keep_warm=True,
    secrets=(QR_SIGNING_KEYS,),
    reasons=(CallReason.PERMISSION_DENIED,),
)
def issueSecureQR(caller: Caller, request: IssueSecureQRRequest) -> IssueSecureQRResponse:  # noqa: N802
    """Issues the code that a customer shows to earn points, or that a store shows to be paid in points.

    Nothing is stored: a code exists only once somebody reads it. Ask for the next one when it expires.
    """
    type_ = QrType(request.type)
    if (request.store_id is None) is (type_ is QrType.STORE_POINT_USE):
        problem = "missing" if request.store_id is None else "not_for_this_type"
        raise Refusal(CallReason.INVALID_ARGUMENT, fields=[{"field": "storeId", "problem": problem}])
    target = caller.uid
    if request.store_id is not None:
        (staff,) = cache.read(staff_ref(request.store_id))
        if not works_at(caller, staff):
            raise Refusal(CallReason.PERMISSION_DENIED)
        target = request.store_id
    token, qr = tokens.issue(type_, target, signing_keys(), audience(), clock.now())
    return IssueSecureQRResponse(
        token=token, expires_at=datetime.fromtimestamp(qr.expires_at, UTC), refresh_after_seconds=tokens.VALID_SECONDS
    )
