"""The session: answerConsultation starts it or declines it, endConsultation ends it and has the money captured."""

from __future__ import annotations

from pydantic import Field

from common import clock
from common.callable import Caller, callable_function
from common.errors import CallReason, Refusal
from common.messages import DocumentId, RequestModel
from common.params import STRIPE_SECRET_KEY
from consultation import access
from consultation.answers import RoomView
from consultation.commands import command
from consultation.happening import Happening
from consultation.reasons import ConsultationReason
from consultation.refusals import refusal, refuse_if_expired
from consultation.states import Event
from consultation.ticket import Ticket, unserved


class AnswerConsultationRequest(RequestModel):
    """The consultant's answer to a request."""

    chat_room_id: DocumentId
    accept: bool = Field(description="true starts the session now; false declines and voids the hold.")


class EndConsultationRequest(RequestModel):
    """The session to end."""

    chat_room_id: DocumentId


@callable_function(
    who="the consultant",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        ConsultationReason.ROOM_NOT_FOUND,
        CallReason.PERMISSION_DENIED,
        ConsultationReason.TICKET_UNPAID,
        ConsultationReason.SESSION_NOT_STARTED,
        ConsultationReason.SESSION_STARTED,
        ConsultationReason.TICKET_EXPIRED,
        ConsultationReason.TICKET_CANCELLED,
        ConsultationReason.TICKET_COMPLETED,
    ),
)
def answerConsultation(caller: Caller, request: AnswerConsultationRequest) -> RoomView:  # noqa: N802
    """Accepts or declines a consultation whose code was redeemed.

    Accepting starts the session's clock and opens the room for messages. A started session no longer expires.
    """
    loaded = access.by_room(caller, request.chat_room_id)
    if caller.uid != loaded.ticket.imecon:
        raise Refusal(CallReason.PERMISSION_DENIED)
    event = Event.ACCEPT if request.accept else Event.DECLINE

    def answer(ticket: Ticket) -> Happening:
        now = clock.now()
        if event is Event.ACCEPT:
            refuse_if_expired(ticket, ticket.passed("expires_at", now))
        return Happening(event, caller.uid, now)

    return RoomView.of(command(loaded, answer))


@callable_function(
    who="the buyer or the consultant",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        ConsultationReason.ROOM_NOT_FOUND,
        ConsultationReason.TICKET_UNPAID,
        ConsultationReason.SESSION_NOT_STARTED,
        ConsultationReason.TICKET_EXPIRED,
        ConsultationReason.TICKET_CANCELLED,
        ConsultationReason.TICKET_COMPLETED,
    ),
)
def endConsultation(caller: Caller, request: EndConsultationRequest) -> RoomView:  # noqa: N802
    """Ends the session and captures the money.

    A consultant who ends before ``min_session_minutes`` charges nothing: the hold is voided. If Stripe cannot be
    reached the session is over all the same, and the schedule carries the decision out.
    """
    loaded = access.by_room(caller, request.chat_room_id)
    if not loaded.ticket.is_party(caller.uid):
        raise Refusal(ConsultationReason.ROOM_NOT_FOUND)

    def end(ticket: Ticket) -> Happening:
        now = clock.now()
        if ticket.time("started_at") is None:
            # Of a ticket that is over too: a repetition answers only what this call may have done.
            raise refusal(ticket)
        return Happening(Event.ABANDON if unserved(ticket, caller.uid, now) else Event.END, caller.uid, now)

    return RoomView.of(command(loaded, end))
