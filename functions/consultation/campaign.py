"""createTicketCodes: codes to give away, for invitations and perks.

The codes of a call are written with their campaign, which administrators see, and the batch that lists them, in one
commit. If nobody learns whether it took effect,
the batch tells: this call looks, and so does its repetition, which names the same batch.
"""

from __future__ import annotations

import functools
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from pydantic import Field, StringConstraints

from common import audit, clock, documents, ids
from common.callable import Caller, callable_function
from common.codes import new_code
from common.documents import PASSING, Doc, Unit, user_ref
from common.errors import CallReason, Refusal
from common.messages import AdministeredRequest, IsoTime, ResponseModel, Timestamp
from common.retry import run_until_committed
from consultation import shares
from consultation.on_sale import OnSale
from consultation.origin import DEFAULT_TYPE
from consultation.reasons import ConsultationReason
from consultation.records import batch_ref, campaign_ref, code_ref, type_ref
from consultation.request_fields import ImeconId, TicketType

LAST_DAY = datetime(9999, 1, 1, tzinfo=UTC)
"""The end of Firestore's timestamps, a year early: near it a time zone would carry a time beyond."""
BATCH_KEPT = timedelta(days=1)
_NOT_STOPPED = {"stopped_at": None, "stopped_by": None}


class CreateTicketCodesRequest(AdministeredRequest):
    """A batch of equal codes."""

    count: int = Field(ge=1, le=200, description="How many codes.")
    max_redemptions: int = Field(1, ge=1, le=100_000, description="How many people may use each code, once per person.")
    valid_until: IsoTime = Field(description="ISO 8601 with a time zone. From then on the codes are refused.")
    imecon_id: ImeconId | None = Field(None, description="The only consultant the codes are for; otherwise any.")
    ticket_type: TicketType = Field(DEFAULT_TYPE, description="What kind of consultation the codes give.")
    batch_id: Annotated[str, StringConstraints(pattern=f"^{ids.PLAIN}$", max_length=100)] | None = Field(
        None,
        description="The app's own, new for each batch. A call repeated with it within a day, because its answer was "
        "lost, is answered with the same codes.",
    )


class CreateTicketCodesResponse(ResponseModel):
    """The codes, shown this once: they can be read nowhere afterwards."""

    codes: list[str]
    campaign_id: str = Field(description="The id in `code_campaigns`, by which stopCampaign ends them.")
    max_redemptions: int
    valid_until: Timestamp


@callable_function(who="an administrator", admin_only=True, reasons=(ConsultationReason.TICKET_TYPE_UNAVAILABLE,))
def createTicketCodes(caller: Caller, request: CreateTicketCodesRequest) -> CreateTicketCodesResponse:  # noqa: N802
    """Makes perk codes. Whoever redeems one gets a consultation without a payment."""
    now = clock.now()
    if not now < request.valid_until <= LAST_DAY:
        raise _refusal("validUntil", "in_the_past" if request.valid_until <= now else "too_late")
    batch_id = request.batch_id or ids.new_nonce()
    codes, campaign_id = [new_code() for _ in range(request.count)], ids.new_nonce()
    make = functools.partial(_make, caller, request, batch_id, campaign_id, codes)
    try:
        made = run_until_committed(make)
    except PASSING:
        # It may have taken effect. Once more: then its batch is there.
        made = run_until_committed(make)
    return CreateTicketCodesResponse(
        codes=made["codes"],
        campaign_id=made["campaign"],
        max_redemptions=request.max_redemptions,
        valid_until=request.valid_until,
    )


def _make(caller: Caller, request: CreateTicketCodesRequest, batch_id: str, campaign_id: str, codes: list[str]) -> Doc:
    """Write the codes with their campaign and batch; if there is the batch already, it has the codes."""
    on_sale, batch = documents.read(type_ref(request.ticket_type), batch_ref(caller.uid, batch_id))
    given = request.model_dump(include={"count", "max_redemptions", "valid_until", "imecon_id", "ticket_type"})
    if batch.exists:
        if batch["given"] != given:
            raise _refusal("batchId", "used_for_other_codes")
        return batch
    if OnSale.of(on_sale) is None:
        raise Refusal(ConsultationReason.TICKET_TYPE_UNAVAILABLE)
    now, unit = clock.now(), Unit()
    kept = {"codes": codes, "campaign": campaign_id, "given": given, "expireAt": now + BATCH_KEPT}
    unit.create(batch, kept)
    campaign = {**given, "redeemed": 0, "created_by": caller.uid, "created_at": now, **_NOT_STOPPED}
    unit.create_unread(campaign_ref(campaign_id), campaign)
    audit.entry(unit, campaign_ref(campaign_id).path, {}, given)
    for code in codes:
        unit.create_unread(code_ref(code), {**_fields(caller, request, now), "campaign": campaign_id})
    unit.commit()
    return batch


def _fields(caller: Caller, request: CreateTicketCodesRequest, now: datetime) -> dict[str, Any]:
    return {
        "kind": "perk",
        "ticket_type": request.ticket_type,
        "imecon_ref": user_ref(request.imecon_id) if request.imecon_id else None,
        "max_redemptions": request.max_redemptions,
        "redeemed_count": 0,
        "shares": shares.how_many(request.max_redemptions),
        "valid_until": request.valid_until,
        "created_by": caller.uid,
        "created_at": now,
    }


def _refusal(field: str, problem: str) -> Refusal:
    return Refusal(CallReason.INVALID_ARGUMENT, fields=[{"field": field, "problem": problem}])
