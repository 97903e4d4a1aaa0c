"""A call about an event that its organiser has seen, and how it may be refused."""

from __future__ import annotations

from pydantic import Field

from admission.reasons import AdmissionReason
from admission.request_fields import EventId
from common.accounts import AccountReason
from common.errors import CallReason
from common.messages import RequestModel

REASONS = (
    AccountReason.ACCOUNT_DELETED,
    CallReason.PERMISSION_DENIED,
    AdmissionReason.ORGANIZER_NOT_FOUND,
    AdmissionReason.EVENT_NOT_FOUND,
    AdmissionReason.EVENT_NOT_CHANGEABLE,
    AdmissionReason.VERSION_CONFLICT,
)


class EventRequest(RequestModel):
    """An event, as its organiser has seen it."""

    event_id: EventId
    version: int | None = Field(None, ge=1, description="Refused if the event has another by now.")
