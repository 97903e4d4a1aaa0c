"""redeemTicketCode: a code, paid for or given away, becomes a chat room that waits for its consultant."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated

from pydantic import Field, StringConstraints

from common import clock, store
from common.callable import Caller, RequestModel, callable_function
from common.errors import Reason, Refusal
from common.limits import Limit
from common.store import Doc, Unit, settled_race, user_ref
from consultation import case as cases
from consultation import perk
from consultation.case import Case
from consultation.codes import normalised
from consultation.fields import ImeconId
from consultation.machine import AUTHORIZED, Event, Verdict
from consultation.refusals import refusal, refuse_if_expired
from consultation.ticket import Ticket, room_ref
from consultation.transition import Happening, apply
from consultation.views import RoomView

WRONG_CODES = Limit("codes", most=10, window=timedelta(minutes=15))


class RedeemTicketCodeRequest(RequestModel):
    """A code as a person typed it."""

    ticket_code: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    imecon_id: ImeconId | None = Field(None, description="The consultant to see, for a perk code that names none.")


@callable_function(
    who="the ticket's buyer; anybody signed in, for a perk code",
    keep_warm=True,
    reasons=(
        Reason.CODE_INVALID,
        Reason.CODE_EXPIRED,
        Reason.CODE_EXHAUSTED,
        Reason.CODE_ALREADY_REDEEMED,
        Reason.TOO_MANY_ATTEMPTS,
        Reason.IMECON_REQUIRED,
        Reason.IMECON_UNAVAILABLE,
        Reason.SELF_PURCHASE,
        Reason.CONSULTATION_IN_PROGRESS,
        Reason.TICKET_UNPAID,
        Reason.TICKET_ALREADY_USED,
        Reason.TICKET_EXPIRED,
        Reason.TICKET_CANCELLED,
        Reason.TICKET_COMPLETED,
    ),
)
def redeemTicketCode(caller: Caller, request: RedeemTicketCodeRequest) -> RoomView:  # noqa: N802
    """Opens the chat room of a ticket. It waits (``pending``) until the consultant accepts.

    A paid code works for its buyer only; anybody else's is answered like one that does not exist. After ten wrong codes
    in fifteen minutes every code is refused for a while. A ticket that reopens a room ended less than its
    ``resume_minutes`` ago starts at once (``active``).
    """
    return settled_race(lambda: _redeem(caller, request))


def _redeem(caller: Caller, request: RedeemTicketCodeRequest) -> RoomView:
    text = normalised(request.ticket_code)
    now = clock.now()
    wrong, buyer, *found = store.read(
        WRONG_CODES.ref(caller.uid),
        user_ref(caller.uid),
        *([store.ref("ticket_codes", text), perk.redemption_ref(text, caller.uid)] if text else []),
    )
    if WRONG_CODES.reached(wrong, now):
        raise Refusal(Reason.TOO_MANY_ATTEMPTS)
    code = found[0] if found else None
    if code is not None and code.get("kind") == "perk":
        return perk.redeem(caller, request.imecon_id, code, found[1])
    case = _paid_case(caller, code, buyer)
    if case is None:
        unit = Unit()
        WRONG_CODES.hit(unit, wrong, now)
        unit.commit()
        raise Refusal(Reason.CODE_INVALID)
    return RoomView.of(_open_room(case))


def _paid_case(caller: Caller, code: Doc | None, buyer: Doc) -> Case | None:
    """The case behind a paid code, or ``None`` for an unknown code and for one of somebody else."""
    if code is None or not code.exists:
        return None
    ticket_reference = code["ticket_ref"]
    room = code.get("room") or room_ref(ticket_reference.id)
    ticket, room_doc = store.read(ticket_reference, room)
    case = cases.of(ticket, buyer, room_doc)
    return case if case is not None and case.ticket.buyer == caller.uid else None


def _open_room(case: Case) -> Ticket:
    ticket, now = case.ticket, clock.now()
    if ticket.state == AUTHORIZED:
        refuse_if_expired(ticket, ticket.passed("expires_at", now))
    event = Event.REOPEN if _ended_just_now(case) else Event.REDEEM
    unit = Unit()
    if apply(unit, case, Happening(event, ticket.buyer, now)).verdict is not Verdict.MOVE:
        raise refusal(ticket, event)
    unit.commit()
    return ticket


def _ended_just_now(case: Case) -> bool:
    """Whether the ticket reopens a room whose session ended less than ``resume_minutes`` ago."""
    room = case.room
    if room is None or room.get("status") != "ended" or case.ticket.doc.get("chat_room_ref") is None:
        return False
    if room.get("ends_at") is None:
        # It never began: its money was taken at Stripe by somebody else than us.
        return False
    resume_until = room["ends_at"] + timedelta(minutes=case.ticket.terms.resume_minutes)
    return bool(clock.now() < resume_until)
