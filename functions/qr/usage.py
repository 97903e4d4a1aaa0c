"""recordQRUsage and checkQRUsage: a claimed code is finalised, and can be asked about."""

from __future__ import annotations

from google.api_core.exceptions import GoogleAPIError
from pydantic import Field

from common import cache, clock, documents, log
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import Refusal
from common.messages import CAMEL_CASE, DocumentId, RequestModel, ResponseModel
from common.retry import run_until_committed
from qr import readings
from qr.readings import Reading
from qr.reasons import QrReason
from qr.request_fields import Nonce
from shops.stores import staff_ref, works_at


class RecordQRUsageRequest(RequestModel):
    """The reading to finalise."""

    nonce: Nonce
    reader_id: DocumentId | None = Field(None, description="The reading store's id, for a user's code.")
    target_id: DocumentId = Field(description="Whose code it was, as verifySecureQR answered.")
    timestamp: int | None = Field(
        None, ge=0, le=10**15, description="The app's clock in milliseconds. Not used: the server's clock counts."
    )


class RecordQRUsageResponse(ResponseModel):
    """The reading is on record."""

    model_config = CAMEL_CASE

    success: bool = True


class CheckQRUsageRequest(RequestModel):
    """The reading to ask about."""

    nonce: Nonce
    reader_id: DocumentId | None = Field(None, description="The reading store's id, for a user's code.")


class CheckQRUsageResponse(ResponseModel):
    """Whether the code is used up for this reader."""

    model_config = CAMEL_CASE

    used: bool = Field(description="Also true when it cannot be found out.")


@callable_function(
    who="the reader of the code",
    reasons=(QrReason.QR_NOT_VERIFIED, QrReason.QR_ALREADY_USED, QrReason.QR_EXPIRED, QrReason.IDEMPOTENCY_MISMATCH),
)
def recordQRUsage(caller: Caller, request: RecordQRUsageRequest) -> RecordQRUsageResponse:  # noqa: N802
    """Records that a verified code was used, once, by the reader who verified it.

    Calling it again changes nothing and answers the same.
    """
    run_until_committed(lambda: _record(caller, request))
    return RecordQRUsageResponse()


def _record(caller: Caller, request: RecordQRUsageRequest) -> None:
    reading, reader = _claimed(caller, request.nonce, request.reader_id)
    repeated = reading.used and reading.reader_id == reader
    if not repeated:
        reading.require(reader)
    if reading.target_id != request.target_id:
        raise Refusal(QrReason.IDEMPOTENCY_MISMATCH)
    if not repeated:
        unit = Unit()
        reading.mark_used(unit, clock.now())
        unit.commit()


def _claimed(caller: Caller, nonce: str, reader_id: str | None) -> tuple[Reading, str | None]:
    """What ``_find`` gives, of a code that was most probably a user's if staff of a store say so.

    Somebody who was dismissed a moment ago may so record what their store has claimed, which moves no points.
    """
    known = cache.remembered(staff_ref(reader_id)) if reader_id is not None else None
    if known is not None and works_at(caller, known):
        (of_user,) = documents.read(readings.of_user_ref(nonce))
        if of_user.exists:
            return Reading(of_user), reader_id
    return _find(caller, nonce, reader_id)


def _find(caller: Caller, nonce: str, reader_id: str | None) -> tuple[Reading, str | None]:
    """The reading of a code, in one round trip, and as whom the caller asks.

    For a store's code that is the caller, whatever the app sends; for a user's the store, if the caller works there.
    """
    *staff, of_user, of_store = cache.read_anew(
        *([staff_ref(reader_id)] if reader_id is not None else []),
        beside=(readings.of_user_ref(nonce), readings.of_store_ref(nonce, caller.uid)),
    )
    if of_store.exists:
        return Reading(of_store), caller.uid
    works_there = bool(staff) and works_at(caller, staff[0])
    return Reading(of_user), reader_id if works_there else None


@callable_function(who="anybody signed in")
def checkQRUsage(caller: Caller, request: CheckQRUsageRequest) -> CheckQRUsageResponse:  # noqa: N802
    """Says whether a code is used up: recorded, or claimed by another reader.

    Fails safe: if the records cannot be read, the code counts as used.
    """
    try:
        reading, reader = _find(caller, request.nonce, request.reader_id)
    except GoogleAPIError as error:
        log.warning("qr usage unknown", problem=type(error).__name__)
        return CheckQRUsageResponse(used=True)
    return CheckQRUsageResponse(used=reading.exists and (reading.used or reading.reader_id != reader))
