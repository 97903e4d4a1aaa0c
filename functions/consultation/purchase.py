"""Buying: createPaymentIntent opens a ticket and answers with what PaymentSheet needs to place the hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from common import cache, clock, documents
from common.callable import Caller, DocumentId, RequestModel, ResponseModel, Timestamp, callable_function
from common.documents import Doc, Unit, user_ref
from common.errors import CallReason, Refusal
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from consultation import loaded_ticket
from consultation.answers import TicketStatus
from consultation.decisions import bring_up_to_date, decide_and_carry_out, obtain
from consultation.loaded_ticket import LoadedTicket
from consultation.reasons import ConsultationReason
from consultation.request_fields import ImeconId, MetadataKey, MetadataValue
from consultation.settle import open_purchase, settle
from consultation.states import PENDING, Event
from consultation.ticket import (
    Terms,
    Ticket,
    create_params,
    lock_ref,
    new_ticket_id,
    purchase_fields,
    purchase_metadata,
    room_ref,
    ticket_ref,
)
from consultation.transition import PURCHASES, Happening, Note, write
from payments import gateway
from payments.objects import PaymentIntent
from payments.reasons import PaymentReason

EXTEND_AFTER = timedelta(minutes=1)
ROUNDS = 3


class CreatePaymentIntentRequest(RequestModel):
    """A consultation to buy. Price, currency and capture method are the server's; what is given must agree."""

    imecon_id: ImeconId = Field(description="The consultant's uid.")
    ticket_type: Annotated[DocumentId, StringConstraints(max_length=64)] = "dm_consultation"
    amount: int | None = Field(None, ge=1, le=99_999_999, description="JPY. The price the screen shows.")
    currency: Literal["jpy"] | None = None
    capture_method: Literal["manual"] | None = None
    session_id: Annotated[str, StringConstraints(max_length=200)] | None = Field(
        None,
        description="The app's own id, kept on the ticket and the payment (sessionId). The consultant can read it.",
    )
    metadata: dict[MetadataKey, MetadataValue] | None = Field(
        None,
        max_length=20,
        description="The app's own, kept on the ticket and the payment. The consultant can read it, Stripe never.",
    )
    chat_room_id: DocumentId | None = Field(None, description="An ended chat room to reopen.")


class CreatePaymentIntentResponse(ResponseModel):
    """The live ticket of this buyer and consultant, new or already there."""

    client_secret: str | None = Field(description="For PaymentSheet; null once the card is held.")
    clientSecret: str | None = Field(description="The same, in the spelling of older screens.")  # noqa: N815
    payment_intent_id: str | None
    ticket_id: str
    status: TicketStatus
    amount: int = Field(description="JPY")
    currency: str
    expires_at: Timestamp | None


@callable_function(
    who="a signed-in buyer",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        ConsultationReason.IMECON_UNAVAILABLE,
        ConsultationReason.TICKET_TYPE_UNAVAILABLE,
        PaymentReason.AMOUNT_MISMATCH,
        PaymentReason.CURRENCY_MISMATCH,
        ConsultationReason.SELF_PURCHASE,
        ConsultationReason.ROOM_NOT_REOPENABLE,
        PaymentReason.TOO_MANY_PURCHASES,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.PAYMENT_REJECTED,
    ),
)
def createPaymentIntent(caller: Caller, request: CreatePaymentIntentRequest) -> CreatePaymentIntentResponse:  # noqa: N802
    """Places a hold on the buyer's card for one consultation, to be paid with PaymentSheet.

    Calling it again for the same consultant is how an app recovers after a restart: it answers with the ticket that
    is already there and the same client secret while it is unpaid. A pair has one live ticket at a time; an unpaid one
    is given up when another ticket type or another room to reopen is asked for.
    """
    if request.imecon_id == caller.uid:
        raise Refusal(ConsultationReason.SELF_PURCHASE)
    for _ in range(ROUNDS):
        case = run_until_committed(lambda: _live_case(caller, request))
        intent = _intent(case)
        # A ticket that Stripe has meanwhile closed makes room for a new one.
        if case.ticket.state.live:
            return _answer(case.ticket, intent)
    raise Refusal(CallReason.BUSY)


def _live_case(caller: Caller, request: CreatePaymentIntentRequest) -> LoadedTicket:
    """The pair's live ticket; a new one if there is none. What a schedule has left undone on it is done first."""
    order = _Order.read(caller, request)
    if order.lock.exists:
        case = loaded_ticket.load(order.lock["ticket_id"])
        if case is None:
            raise documents.LostRace
        bring_up_to_date(case)
        if case.ticket.state.decision is not None:
            raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)
        if case.ticket.state == PENDING and not _asks_for(request, case.ticket):
            _give_up(case, order)
        if case.ticket.state.live:
            if case.ticket.state == PENDING:
                _agree(request, case.ticket.amount, case.ticket.doc["currency"])
                _extend(case.ticket)
            return case
        order = _Order.read(caller, request)
        if order.lock.exists:
            raise documents.LostRace
    return order.place()


def _asks_for(request: CreatePaymentIntentRequest, ticket: Ticket) -> bool:
    """Whether an unpaid ticket is what is asked for: of this type, and for this room, if one is named."""
    room = ticket.doc.get("chat_room_ref")
    return ticket.doc["type"] == request.ticket_type and request.chat_room_id in (None, room and room.id)


def _give_up(case: LoadedTicket, order: _Order) -> None:
    """Close a purchase for the sake of an order that may be placed, unless its card is held by now."""
    order.check(clock.now())
    _intent(case)

    def cancel(ticket: Ticket) -> Happening | None:
        if ticket.state != PENDING:
            return None
        return Happening(Event.CANCEL, ticket.buyer, clock.now(), reason="abandoned")

    decide_and_carry_out(case, cancel)
    if case.ticket.state.decision is not None:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)


def _extend(ticket: Ticket) -> None:
    """Give a buyer who comes back the full time to pay again. Twins of one call extend once."""
    now = clock.now()
    until = now + timedelta(minutes=ticket.terms.pending_minutes)
    if until - (ticket.time("expires_at") or now) < EXTEND_AFTER:
        return
    unit = Unit()
    write(unit, ticket, Happening(Note.EXTEND, ticket.buyer, now), {"expires_at": until, "due_at": until})
    unit.commit()


@dataclass
class _Order:
    """A purchase in the making, with everything it is decided on."""

    caller: Caller
    request: CreatePaymentIntentRequest
    kind: Doc
    imecon: Doc
    lock: Doc
    made: Doc
    room: Doc | None

    @classmethod
    def read(cls, caller: Caller, request: CreatePaymentIntentRequest) -> _Order:
        beside = [lock_ref(caller.uid, request.imecon_id), PURCHASES.ref(caller.uid)]
        if request.chat_room_id is not None:
            beside.append(room_ref(request.chat_room_id))
        kind, imecon, lock, made, *room = cache.read(
            documents.ref("ticket_types", request.ticket_type),
            documents.ref("imecons", request.imecon_id),
            beside=tuple(beside),
        )
        return cls(caller, request, kind, imecon, lock, made, room[0] if room else None)

    def place(self) -> LoadedTicket:
        """Commit the ticket, its lock and the count of purchases. Stripe is asked only after this."""
        now = clock.now()
        self.check(now)
        caller, request = self.caller, self.request
        ticket_id = new_ticket_id(caller.uid)
        metadata = purchase_metadata(
            ticket_id,
            caller.uid,
            request.imecon_id,
            request.ticket_type,
            request.chat_room_id,
            Terms.of(self.kind.data or {}),
        )
        params = create_params(int(self.kind["amount"]), str(self.kind["currency"]), metadata)
        own = {"session_id": request.session_id, "metadata": request.metadata or {}}
        ticket = Doc(ticket_ref(ticket_id), None, None)
        unit = Unit()
        open_purchase(unit, self.lock, ticket, {**purchase_fields(metadata, params, now), **own}, caller.uid)
        PURCHASES.hit(unit, self.made, now)
        unit.commit()
        return LoadedTicket(Ticket(ticket), Doc(user_ref(caller.uid), None, None))

    def check(self, now: datetime) -> None:
        if not self.imecon.get("active"):
            raise Refusal(ConsultationReason.IMECON_UNAVAILABLE)
        if not self.kind.get("active"):
            raise Refusal(ConsultationReason.TICKET_TYPE_UNAVAILABLE)
        _agree(self.request, int(self.kind["amount"]), str(self.kind["currency"]))
        if self.room is not None and not self._may_reopen(self.room):
            raise Refusal(ConsultationReason.ROOM_NOT_REOPENABLE)
        if PURCHASES.reached(self.made, now):
            raise Refusal(PaymentReason.TOO_MANY_PURCHASES)

    def _may_reopen(self, room: Doc) -> bool:
        return bool(
            room.get("user_ref") == user_ref(self.caller.uid)
            and room.get("imecon_ref") == user_ref(self.request.imecon_id)
            and room.get("status") in ("ended", "cancelled")
        )


def _agree(request: CreatePaymentIntentRequest, amount: int, currency: str) -> None:
    if request.amount is not None and request.amount != amount:
        raise Refusal(PaymentReason.AMOUNT_MISMATCH, amount=amount)
    if request.currency is not None and request.currency != currency:
        raise Refusal(PaymentReason.CURRENCY_MISMATCH, currency=currency)


def _intent(case: LoadedTicket) -> PaymentIntent | None:
    """The PaymentIntent to pay, or ``None`` when there is nothing left to pay."""
    if case.ticket.state != PENDING:
        return None
    try:
        known = case.ticket.payment_intent_id
        fact = obtain(case) if known is None else gateway.retrieve(known)
        case.ticket = settle(fact, case=case) or case.ticket
        if case.ticket.state != PENDING:
            return None
        # A twin of this call may have been first; only the PaymentIntent on the ticket is ever given out.
        mine = case.ticket.payment_intent_id
        return fact if mine in (None, fact.id) else gateway.retrieve(str(mine))
    except gateway.Unavailable as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    except (gateway.Rejected, gateway.Missing) as error:
        raise Refusal(PaymentReason.PAYMENT_REJECTED) from error


def _answer(ticket: Ticket, intent: PaymentIntent | None) -> CreatePaymentIntentResponse:
    secret = intent.client_secret if intent is not None else None
    return CreatePaymentIntentResponse(
        client_secret=secret,
        clientSecret=secret,
        payment_intent_id=ticket.payment_intent_id,
        ticket_id=ticket.id,
        status=ticket.state.status.value,
        amount=ticket.amount,
        currency=ticket.doc["currency"],
        expires_at=ticket.time("expires_at"),
    )
