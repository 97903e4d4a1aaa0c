"""redeemTicketCode: a code, paid for or given away, becomes a chat room that waits for its consultant."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from common import accounts, clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.codes import WRONG_CODES, CodeReason, normalised
from common.documents import Doc, Unit
from common.errors import Refusal
from common.messages import RequestModel
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from common.state_machine import Verdict
from consultation import loaded_ticket, perk
from consultation.answers import RoomView
from consultation.happening import Happening
from consultation.loaded_ticket import LoadedTicket
from consultation.reasons import ConsultationReason
from consultation.records import code_ref, lists_ref, redemption_ref, room_ref
from consultation.refusals import refusal, refuse_if_expired
from consultation.request_fields import ImeconId
from consultation.states import AUTHORIZED, Event
from consultation.ticket import Ticket
from consultation.transition import apply
from payments.reasons import PaymentReason


class RedeemTicketCodeRequest(RequestModel):
    """A code as a person typed it."""

    ticket_code: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    imecon_id: ImeconId | None = Field(None, description="The consultant to see, for a perk code that names none.")


@callable_function(
    who="the ticket's buyer; anybody signed in, for a perk code",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CodeReason.CODE_INVALID,
        ConsultationReason.CODE_EXPIRED,
        ConsultationReason.CODE_EXHAUSTED,
        ConsultationReason.CODE_ALREADY_REDEEMED,
        CodeReason.TOO_MANY_ATTEMPTS,
        ConsultationReason.IMECON_REQUIRED,
        ConsultationReason.IMECON_UNAVAILABLE,
        ConsultationReason.TICKET_TYPE_UNAVAILABLE,
        ConsultationReason.SELF_PURCHASE,
        ConsultationReason.CONSULTATION_IN_PROGRESS,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.TOO_MANY_PURCHASES,
        ConsultationReason.TICKET_UNPAID,
        ConsultationReason.TICKET_ALREADY_USED,
        ConsultationReason.TICKET_EXPIRED,
        ConsultationReason.TICKET_CANCELLED,
        ConsultationReason.TICKET_COMPLETED,
    ),
)
def redeemTicketCode(caller: Caller, request: RedeemTicketCodeRequest) -> RoomView:  # noqa: N802
    """Opens the chat room of a ticket. It waits (``pending``) until the consultant accepts.

    A paid code works for its buyer only; anybody else's is answered like one that does not exist. After ten wrong codes
    in fifteen minutes every code is refused for a while. A ticket that reopens a room ended less than its
    ``resume_minutes`` ago starts at once (``active``). For a perk code an unpaid purchase of the same consultant is
    given up.
    """
    return run_until_committed(lambda: _redeem(caller, request))


def _redeem(caller: Caller, request: RedeemTicketCodeRequest) -> RoomView:
    text = normalised(request.ticket_code)
    now = clock.now()
    deletion, wrong, lists, *found = documents.read(
        accounts.deletion_ref(caller.uid),
        WRONG_CODES.ref(caller.uid),
        lists_ref(caller.uid),
        *([code_ref(text), redemption_ref(text, caller.uid)] if text else []),
    )
    accounts.refuse_if_deleted(deletion, now)
    if WRONG_CODES.reached(wrong, now):
        raise Refusal(CodeReason.TOO_MANY_ATTEMPTS)
    code = found[0] if found else None
    if code is not None and code.get("kind") == "perk":
        return perk.redeem(caller, request.imecon_id, lists, code, found[1])
    loaded = _paid_ticket(caller, code, lists)
    if loaded is None:
        unit = Unit()
        WRONG_CODES.hit(unit, wrong, now)
        unit.commit()
        raise Refusal(CodeReason.CODE_INVALID)
    return RoomView.of(_open_room(loaded))


def _paid_ticket(caller: Caller, code: Doc | None, lists: Doc) -> LoadedTicket | None:
    """The ticket behind a paid code, or ``None`` for an unknown code and for one of somebody else."""
    if code is None or not code.exists:
        return None
    ticket_reference = code["ticket_ref"]
    room = code.get("room") or room_ref(ticket_reference.id)
    ticket, room_doc = documents.read(ticket_reference, room)
    loaded = loaded_ticket.of(ticket, lists, room_doc)
    return loaded if loaded is not None and loaded.ticket.buyer == caller.uid else None


def _open_room(loaded: LoadedTicket) -> Ticket:
    ticket, now = loaded.ticket, clock.now()
    if ticket.state == AUTHORIZED:
        refuse_if_expired(ticket, ticket.passed("expires_at", now))
    event = Event.REOPEN if _ended_just_now(loaded) else Event.REDEEM
    unit = Unit()
    if apply(unit, loaded, Happening(event, ticket.buyer, now)).verdict is not Verdict.MOVE:
        raise refusal(ticket, redeeming=True)
    unit.commit()
    return ticket


def _ended_just_now(loaded: LoadedTicket) -> bool:
    """Whether the ticket reopens a room whose session ended less than ``resume_minutes`` ago."""
    room = loaded.room
    if room is None or room.get("status") != "ended" or loaded.ticket.doc.get("chat_room_ref") is None:
        return False
    if room.get("ends_at") is None:
        # It never began: its money was taken at Stripe by somebody else than us.
        return False
    resume_until = room["ends_at"] + timedelta(minutes=loaded.ticket.terms.resume_minutes)
    return bool(clock.now() < resume_until)
