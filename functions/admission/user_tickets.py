"""getUserTickets: what somebody has bought, coming and past."""

from __future__ import annotations

from google.cloud.firestore_v1.base_query import FieldFilter
from pydantic import Field

from admission.tickets import TicketView
from common import clock, documents
from common.callable import Caller, callable_function
from common.messages import DocumentId, RequestModel, ResponseModel

PAGE = 50


class GetUserTicketsRequest(RequestModel):
    """Where to go on."""

    cursor: DocumentId | None = Field(None, description="The last answer's; the first page where absent.")


class GetUserTicketsResponse(ResponseModel):
    """A page of the caller's tickets."""

    coming: list[TicketView]
    past: list[TicketView]
    cursor: str | None = Field(description="For the next page; null at the end.")


@callable_function(who="a signed-in user, for their own tickets")
def getUserTickets(caller: Caller, request: GetUserTicketsRequest) -> GetUserTicketsResponse:  # noqa: N802
    """Lists tickets that are the caller's, those to coming events apart from those to past ones."""
    query = (
        documents.collection("event_tickets")
        .where(filter=FieldFilter("holder_id", "==", caller.uid))
        .order_by("__name__")
        .limit(PAGE)
    )
    if request.cursor is not None:
        query = query.start_after({"__name__": request.cursor})
    found = [ticket.to_dict() or {} for ticket in query.stream(timeout=documents.RPC_TIMEOUT_SECONDS)]
    now = clock.now()
    coming = [TicketView.of(ticket) for ticket in found if ticket["event_date"] >= now]
    past = [TicketView.of(ticket) for ticket in found if ticket["event_date"] < now]
    cursor = str(found[-1]["ticket_id"]) if len(found) == PAGE else None
    return GetUserTicketsResponse(coming=coming, past=past, cursor=cursor)
