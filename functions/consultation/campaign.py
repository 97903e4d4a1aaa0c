"""createTicketCodes: codes to give away, for invitations and perks."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import Field

from common import clock, documents
from common.callable import Caller, callable_function
from common.documents import Unit, user_ref
from common.errors import CallReason, Refusal
from common.messages import IsoTime, RequestModel, ResponseModel, Timestamp
from common.retry import run_until_committed
from consultation.codes import new_code
from consultation.origin import DEFAULT_TYPE
from consultation.reasons import ConsultationReason
from consultation.records import code_ref, type_ref
from consultation.request_fields import ImeconId, TicketType

LAST_DAY = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of Firestore's timestamps, a year early: near it a time zone would carry a time beyond."""


class CreateTicketCodesRequest(RequestModel):
    """A batch of equal codes."""

    count: int = Field(ge=1, le=200, description="How many codes.")
    max_redemptions: int = Field(1, ge=1, le=100_000, description="How many people may use each code, once per person.")
    valid_until: IsoTime = Field(description="ISO 8601 with a time zone. From then on the codes are refused.")
    imecon_id: ImeconId | None = Field(None, description="The only consultant the codes are for; otherwise any.")
    ticket_type: TicketType = Field(DEFAULT_TYPE, description="What kind of consultation the codes give.")


class CreateTicketCodesResponse(ResponseModel):
    """The codes, shown this once: they can be read nowhere afterwards."""

    codes: list[str]
    max_redemptions: int
    valid_until: Timestamp


@callable_function(who="an administrator", admin_only=True, reasons=(ConsultationReason.TICKET_TYPE_UNAVAILABLE,))
def createTicketCodes(caller: Caller, request: CreateTicketCodesRequest) -> CreateTicketCodesResponse:  # noqa: N802
    """Makes perk codes. Whoever redeems one gets a consultation without a payment."""
    now = clock.now()
    if not now < request.valid_until <= LAST_DAY:
        problem = "in_the_past" if request.valid_until <= now else "too_late"
        raise Refusal(CallReason.INVALID_ARGUMENT, fields=[{"field": "validUntil", "problem": problem}])
    (on_sale,) = documents.read(type_ref(request.ticket_type))
    if not on_sale.exists:
        raise Refusal(ConsultationReason.TICKET_TYPE_UNAVAILABLE)
    codes = run_until_committed(lambda: _write(caller, request, now))
    return CreateTicketCodesResponse(
        codes=codes, max_redemptions=request.max_redemptions, valid_until=request.valid_until
    )


def _write(caller: Caller, request: CreateTicketCodesRequest, now: datetime) -> list[str]:
    codes = [new_code() for _ in range(request.count)]
    unit = Unit()
    for code in codes:
        unit.create_unread(
            code_ref(code),
            {
                "kind": "perk",
                "ticket_type": request.ticket_type,
                "imecon_ref": user_ref(request.imecon_id) if request.imecon_id else None,
                "max_redemptions": request.max_redemptions,
                "redeemed_count": 0,
                "valid_until": request.valid_until,
                "created_by": caller.uid,
                "created_at": now,
            },
        )
    unit.commit()
    return codes
