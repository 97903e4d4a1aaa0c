"""stopCampaign: codes that were given away are good for nothing from now on."""

from __future__ import annotations

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import Field

from common import audit, clock, documents, history
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import Refusal
from common.messages import DocumentId, NotedRequest, ResponseModel, Timestamp
from common.retry import run_until_committed
from consultation.reasons import ConsultationReason
from consultation.records import campaign_ref


class StopCampaignRequest(NotedRequest):
    """Which campaign."""

    campaign_id: DocumentId = Field(description="The id in `code_campaigns`.")


class CampaignView(ResponseModel):
    """The campaign as it now is."""

    campaign_id: str = Field(description="The id in `code_campaigns`.")
    count: int = Field(description="How many codes it has.")
    redeemed: int = Field(description="How often they were used.")
    stopped_at: Timestamp
    stopped_by: str = Field(description="Who stopped it, by uid.")


@callable_function(who="an administrator", admin_only=True, reasons=(ConsultationReason.CAMPAIGN_NOT_FOUND,))
def stopCampaign(caller: Caller, request: StopCampaignRequest) -> CampaignView:  # noqa: N802
    """Ends all codes of one createTicketCodes at once. Consultations they were used for go on.

    Repeating it answers with when it was stopped.
    """
    campaign = run_until_committed(lambda: _stop(caller, request.campaign_id))
    names = ("count", "redeemed", "stopped_at", "stopped_by")
    return CampaignView(campaign_id=campaign.id, **{name: campaign[name] for name in names})


def _stop(caller: Caller, campaign_id: str) -> Doc:
    (campaign,) = documents.read(campaign_ref(campaign_id))
    if not campaign.exists:
        raise Refusal(ConsultationReason.CAMPAIGN_NOT_FOUND)
    if campaign.get("stopped_at") is None:
        now, unit = clock.now(), Unit()
        changes = {"stopped_at": now, "stopped_by": caller.uid}
        audit.of_change(unit, campaign, changes, caller.uid)
        # Not guarded by the campaign itself, which every use of its codes writes to: it is stopped once by this line.
        unit.create_unread(history.line_ref(campaign.ref, 1), {"event": "stop", "actor": caller.uid, "at": now})
        unit.merge_blindly(campaign.ref, changes)
        codes = documents.collection("ticket_codes").where(filter=FieldFilter("campaign", "==", campaign_id))
        for code in codes.select([]).stream(timeout=documents.RPC_TIMEOUT_SECONDS):
            unit.merge_blindly(code.reference, {"valid_until": now})
        unit.commit()
        (campaign,) = documents.read(campaign.ref)
    return campaign
