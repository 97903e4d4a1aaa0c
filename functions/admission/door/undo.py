"""undoEntry: somebody was let in by mistake, or did not go in after all."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from admission.door.check import Direction
from admission.door.entries import change_ticket
from admission.door.readable import as_readable
from admission.door.records import entry_ref, ticket_of
from admission.door.standing import stand
from admission.door.tally import Tally, stands
from admission.reasons import AdmissionReason
from admission.request_fields import EventId, TicketId
from common import clock, documents
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.messages import RequestModel, ResponseModel
from common.retry import run_until_committed

Note = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class UndoEntryRequest(RequestModel):
    """The ticket that somebody was let in with."""

    event_id: EventId
    ticket_id: TicketId
    note: Note | None = Field(None, description="Why, for whoever looks at the entry later.")


class UndoEntryResponse(ResponseModel):
    """The ticket as it now is."""

    ticket_id: str = Field(description="The id in `event_tickets`.")
    status: str = Field(description="valid; used where an earlier entry stands; cancelled")
    undone: bool = Field(description="Whether this call took an entry back.")


@callable_function(
    who="whoever stands at the event's door, as for validateTicket",
    reasons=(CallReason.PERMISSION_DENIED, AdmissionReason.EVENT_NOT_FOUND, AdmissionReason.TICKET_NOT_FOUND),
)
def undoEntry(caller: Caller, request: UndoEntryRequest) -> UndoEntryResponse:  # noqa: N802
    """Takes the latest entry with a ticket back; who did it, when and why stays written on the entry.

    The ticket is valid again, or where an earlier entry stands its holder is outside. If the latest who passed went
    out, or all was taken back, nothing changes, so repeating it is safe. Where two phones without a network let
    somebody in with one ticket, the later entry is taken back first.
    """
    return run_until_committed(lambda: _undo(caller, request))


def _undo(caller: Caller, request: UndoEntryRequest) -> UndoEntryResponse:
    standing = stand(caller, request.event_id, ticket_of(request.ticket_id))
    ticket, unit, now = as_readable(standing.beside[0]), Unit(), clock.now()
    if ticket.get("event_id") != standing.event.id:
        raise Refusal(AdmissionReason.TICKET_NOT_FOUND)
    entries = entries_of(ticket)
    latest = next((entry for entry in reversed(entries) if stands(entry.data or {})), None)
    undone = latest is not None and latest["direction"] == Direction.ENTRY
    if latest is not None and undone:
        unit.update_as_read(latest, {"undone_at": now, "undone_by": caller.uid, "undo_note": request.note})
        rest = [entry.data or {} for entry in entries if entry is not latest]
        change_ticket(unit, ticket, Tally.of(rest).on_ticket(ticket.data or {}), now)
        unit.commit()
    else:
        # Somebody else may have taken it back after the ticket was read, and before its entries were.
        (ticket,) = documents.read(ticket.ref)
    return UndoEntryResponse(ticket_id=ticket.id, status=ticket["status"], undone=undone)


def entries_of(ticket: Doc) -> list[Doc]:
    """Those that a ticket counts and that are there, in their order."""
    refs = [entry_ref(ticket.id, number) for number in range(1, int(ticket.get("entries") or 0) + 1)]
    read = documents.read_page(refs)
    return [read[ref.path] for ref in refs if read[ref.path].exists]
