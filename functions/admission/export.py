"""exportAttendees: who comes to an event, as pages of CSV that spreadsheets open without harm."""

from __future__ import annotations

import csv
import io
from datetime import datetime

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import Field

from admission.loaded_event import LoadedEvent
from admission.reasons import AdmissionReason
from admission.request_fields import EventId
from admission.roles import Role
from common import documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.clock import TOKYO
from common.errors import CallReason
from common.messages import DocumentId, RequestModel, ResponseModel

PAGE = 500
BOM = "\ufeff"
"""By which spreadsheets know UTF-8."""
COLUMNS = ("ticket_id", "tier", "seat_number", "holder_name", "status", "price", "purchase_date")
EXPORTERS = frozenset({Role.OWNER, Role.MANAGER, Role.FINANCE})
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""Also as they are typed in full width, which some spreadsheets read alike."""


class ExportAttendeesRequest(RequestModel):
    """The event, and where to go on."""

    event_id: EventId
    cursor: DocumentId | None = Field(None, description="The last answer's; the first page where absent.")


class ExportAttendeesResponse(ResponseModel):
    """A page of the event's tickets."""

    csv: str = Field(description="The first page begins with a byte order mark and the names of the columns.")
    cursor: str | None = Field(description="For the next page; null at the end.")


@callable_function(
    who="an owner, a manager or finance of the organiser",
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CallReason.PERMISSION_DENIED,
        AdmissionReason.ORGANIZER_NOT_FOUND,
        AdmissionReason.EVENT_NOT_FOUND,
    ),
)
def exportAttendees(caller: Caller, request: ExportAttendeesRequest) -> ExportAttendeesResponse:  # noqa: N802
    """Lists the tickets of an event as CSV, in pages. A cell that a spreadsheet would run as a formula is quoted."""
    loaded = LoadedEvent.read(caller, request.event_id, EXPORTERS)
    of_event = FieldFilter("event_id", "==", loaded.event.id)
    query = documents.collection("event_tickets").where(filter=of_event).order_by("__name__").limit(PAGE)
    if request.cursor is not None:
        query = query.start_after({"__name__": request.cursor})
    found = [
        {**(ticket.to_dict() or {}), "ticket_id": ticket.id}
        for ticket in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS)
    ]
    text = io.StringIO()
    lines = csv.writer(text)
    if request.cursor is None:
        text.write(BOM)
        lines.writerow(COLUMNS)
    for ticket in found:
        lines.writerow([harmless(_cell(ticket.get(name))) for name in COLUMNS])
    cursor = found[-1]["ticket_id"] if len(found) == PAGE else None
    return ExportAttendeesResponse(csv=text.getvalue(), cursor=cursor)


def _cell(value: object) -> object:
    return value.astimezone(TOKYO).isoformat(timespec="seconds") if isinstance(value, datetime) else value


def harmless(value: object) -> str:
    """A cell that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text
