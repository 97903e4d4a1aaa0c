"""getTicketQR: the code by which a ticket's holder is let in."""

from __future__ import annotations

import base64
import io
from datetime import UTC, datetime

import segno
from pydantic import Field

from admission.door import keys, tokens
from admission.door.check import OLDEST_MINUTES
from admission.door.records import ticket_of
from admission.door.tokens import MINUTE_SECONDS, TicketCode, event_hash
from admission.event import Event
from admission.reasons import AdmissionReason
from admission.records import event_ref
from admission.request_fields import TicketId
from admission.states import TicketStatus
from common import cache, clock, documents
from common.callable import Caller, callable_function
from common.documents import Doc
from common.errors import Refusal
from common.messages import RequestModel, ResponseModel, Timestamp
from common.params import TICKET_KEYS

ERROR_CORRECTION = "M"
PIXELS_A_MODULE = 6
REFRESH_AFTER_SECONDS = MINUTE_SECONDS


class GetTicketQRRequest(RequestModel):
    """The ticket to show."""

    ticket_id: TicketId


class GetTicketQRResponse(ResponseModel):
    """What the door scans."""

    ticket_id: str = Field(description="The id in `event_tickets`.")
    token: str = Field(description="What the QR code says. A secret: whoever has it is let in.")
    qr_code: str = Field(description="The code as a PNG, in base64.")
    expires_at: Timestamp | None = Field(description="When no door takes it any more; null where codes do not rotate.")
    refresh_after_seconds: int | None = Field(description="When to ask for the next one; null likewise.")


@callable_function(
    who="the holder of the ticket",
    keep_warm=True,
    secrets=(TICKET_KEYS,),
    reasons=(AdmissionReason.TICKET_NOT_FOUND, AdmissionReason.TICKET_NOT_USABLE),
)
def getTicketQR(caller: Caller, request: GetTicketQRRequest) -> GetTicketQRResponse:  # noqa: N802
    """Gives a ticket's code, as text and as an image. It can be printed, unless the event has rotating codes.

    A used ticket still has its code: its holder may come in again where that is allowed, and show at the door what
    they have come in with. One that was cancelled, or is blocked by a dispute, has none. Nothing is stored.
    """
    (ticket,) = documents.read(ticket_of(request.ticket_id))
    if ticket.get("holder_id") != caller.uid:
        raise Refusal(AdmissionReason.TICKET_NOT_FOUND)
    if ticket["status"] == TicketStatus.CANCELLED or ticket.get("blocked"):
        raise Refusal(AdmissionReason.TICKET_NOT_USABLE, status=ticket["status"])
    (event,) = cache.read(event_ref(str(ticket["event_id"])))
    minute = int(clock.now().timestamp()) // MINUTE_SECONDS if Event(event).rotating_qr else None
    kid, key = next(iter(keys.private_keys().items()))
    token = tokens.issue(_code(ticket, minute), kid, key)
    return GetTicketQRResponse(
        ticket_id=ticket.id,
        token=token,
        qr_code=base64.b64encode(png(token)).decode(),
        expires_at=None if minute is None else _expires_at(minute),
        refresh_after_seconds=None if minute is None else REFRESH_AFTER_SECONDS,
    )


def png(token: str) -> bytes:
    """The image of a code."""
    image = io.BytesIO()
    # Boosting would take a higher error correction where it fits, and codes of one event would look unlike.
    code = segno.make_qr(token, error=ERROR_CORRECTION, boost_error=False)
    code.save(image, kind="png", scale=PIXELS_A_MODULE)
    return image.getvalue()


def _code(ticket: Doc, minute: int | None) -> TicketCode:
    return TicketCode(
        ticket_id=ticket.id,
        generation=int(ticket["generation"]),
        event=event_hash(str(ticket["event_id"])),
        seat=str(ticket["seat_number"]) if minute is None else None,
        minute=minute,
    )


def _expires_at(minute: int) -> datetime:
    return datetime.fromtimestamp((minute + OLDEST_MINUTES + 1) * MINUTE_SECONDS, UTC)
