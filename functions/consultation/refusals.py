"""Why the state machine's refusal of a command is answered with which reason."""

from __future__ import annotations

from common.errors import Refusal
from consultation.reasons import ConsultationReason
from consultation.states import Decision, Status
from consultation.ticket import Ticket

_BY_STATUS = {
    Status.PENDING_PAYMENT: ConsultationReason.TICKET_UNPAID,
    Status.AUTHORIZED: ConsultationReason.SESSION_NOT_STARTED,
    Status.USED: ConsultationReason.SESSION_NOT_STARTED,
    Status.ACTIVE: ConsultationReason.SESSION_STARTED,
    Status.COMPLETED: ConsultationReason.TICKET_COMPLETED,
    Status.CANCELLED: ConsultationReason.TICKET_CANCELLED,
}


def refusal(ticket: Ticket, *, redeeming: bool = False) -> Refusal:
    """The refusal of a command that the ticket's state has no row for."""
    state = ticket.state
    if ticket.doc.get("cancel_reason") == "expired":
        return Refusal(ConsultationReason.TICKET_EXPIRED)
    if state.decision is Decision.VOID or state.status is Status.CANCELLED:
        return Refusal(ConsultationReason.TICKET_CANCELLED)
    if state.decision is Decision.CAPTURE:
        return Refusal(ConsultationReason.TICKET_COMPLETED)
    if redeeming and state.status in (Status.USED, Status.ACTIVE, Status.COMPLETED):
        return Refusal(ConsultationReason.TICKET_ALREADY_USED, chat_room_id=ticket.room_id)
    return Refusal(_BY_STATUS[state.status])


def refuse_if_expired(ticket: Ticket, now_is_late: bool) -> None:
    """A ticket past its deadline is expired at once, not only when the schedule has voided it."""
    if now_is_late and ticket.state.live and ticket.time("started_at") is None:
        raise Refusal(ConsultationReason.TICKET_EXPIRED)
