"""verifySecureQR: a code that was scanned just now, verified and claimed for whoever read it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from common import cache, clock
from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import CAMEL_CASE, DocumentId, RequestModel, ResponseModel
from common.params import QR_SIGNING_KEYS
from qr import readings, tokens
from qr.keys import audience, signing_keys
from qr.reasons import QrReason
from qr.tokens import Qr, QrType
from shops.stores import staff_ref, works_at


class VerifySecureQRRequest(RequestModel):
    """What the camera read, and for whom."""

    token: Annotated[str, StringConstraints(min_length=1, max_length=16_384)]
    reader_id: DocumentId | None = Field(
        None, description="The reading store's id, for a user's code. A store's code is read for the caller."
    )


class VerifySecureQRResponse(ResponseModel):
    """The code's meaning. It is now this reader's alone."""

    model_config = CAMEL_CASE

    valid: Literal[True] = True
    type: Literal["user_point_earn", "store_point_use"]
    target_id: str = Field(description="The uid or the store id whose code it is.")
    nonce: str = Field(description="Names the reading in the calls that follow.")


@callable_function(
    who="staff of the reading store, for a user's code; anybody signed in, for a store's",
    keep_warm=True,
    secrets=(QR_SIGNING_KEYS,),
    reasons=(
        QrReason.QR_INVALID,
        QrReason.QR_TYPE_UNKNOWN,
        QrReason.QR_EXPIRED,
        QrReason.QR_ALREADY_USED,
        QrReason.QR_WRONG_READER,
        QrReason.QR_OWN,
    ),
)
def verifySecureQR(caller: Caller, request: VerifySecureQRRequest) -> VerifySecureQRResponse:  # noqa: N802
    """Verifies a scanned code and claims it for its reader.

    The first store to verify a user's code has it; the same store may ask again and gets the same answer, any other
    gets ``QR_ALREADY_USED``. A store's code may be read by many users, by each for themselves.
    """
    qr = tokens.verify(request.token, signing_keys(), audience(), clock.now())
    readings.claim(qr, _reader(caller, qr, request.reader_id), caller.uid)
    return VerifySecureQRResponse(type=qr.type.value, target_id=qr.target_id, nonce=qr.nonce)


def _reader(caller: Caller, qr: Qr, reader_id: str | None) -> str:
    """Whom the reading counts for. What the app sends is believed only where the caller works."""
    if qr.type is QrType.STORE_POINT_USE:
        if _works_at(caller, qr.target_id):
            raise Refusal(QrReason.QR_OWN)
        return caller.uid
    if qr.target_id == caller.uid:
        raise Refusal(QrReason.QR_OWN)
    if reader_id is None or not _works_at(caller, reader_id):
        raise Refusal(QrReason.QR_WRONG_READER)
    return reader_id


def _works_at(caller: Caller, store_id: str) -> bool:
    (staff,) = cache.read(staff_ref(store_id))
    return works_at(caller, staff)
