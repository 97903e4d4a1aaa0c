"""A purchase in the making: everything it is decided on, read at once, and the commit that opens its ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from common import accounts, cache, clock, ids
from common.callable import Caller
from common.documents import Doc, Unit, user_ref
from common.errors import Refusal
from common.messages import DocumentId, RequestModel
from consultation import user_lists
from consultation.happening import Happening, Note
from consultation.limits import PURCHASES
from consultation.loaded_ticket import LoadedTicket
from consultation.origin import DEFAULT_TYPE, TicketOrigin, create_params, terms_text
from consultation.reasons import ConsultationReason
from consultation.records import imecon_ref, lists_ref, lock_ref, room_ref, ticket_ref, type_ref
from consultation.request_fields import ImeconId, MetadataKey, MetadataValue, TicketType
from consultation.settle import open_purchase
from consultation.states import Kind
from consultation.terms import Terms
from consultation.ticket import Ticket, new_ticket
from payments.reasons import PaymentReason


class CreatePaymentIntentRequest(RequestModel):
    """A consultation to buy. Price, currency and capture method are the server's; what is given must agree."""

    imecon_id: ImeconId = Field(description="The consultant's uid.")
    ticket_type: TicketType = DEFAULT_TYPE
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


@dataclass
class Order:
    """What is wanted, and the documents that say whether it may be had.

    Attributes:
        requests: the consultant's lists, of which only matters whether they are there.
        lists: the buyer's.
        made: how many purchases were made lately.
    """

    caller: Caller
    wanted: CreatePaymentIntentRequest
    on_sale: Doc
    imecon: Doc
    requests: Doc
    lock: Doc
    lists: Doc
    made: Doc
    room: Doc | None

    @classmethod
    def read(cls, caller: Caller, wanted: CreatePaymentIntentRequest) -> Order:
        """In at most one round trip.

        Raises:
            Refusal: ``ACCOUNT_DELETED``.
        """
        beside = [
            accounts.deletion_ref(caller.uid),
            lock_ref(caller.uid, wanted.imecon_id),
            lists_ref(caller.uid),
            PURCHASES.ref(caller.uid),
        ]
        if wanted.chat_room_id is not None:
            beside.append(room_ref(wanted.chat_room_id))
        near_static = type_ref(wanted.ticket_type), imecon_ref(wanted.imecon_id), lists_ref(wanted.imecon_id)
        on_sale, imecon, requests, deletion, lock, lists, made, *room = cache.read(*near_static, beside=tuple(beside))
        accounts.refuse_if_deleted(deletion, clock.now())
        return cls(caller, wanted, on_sale, imecon, requests, lock, lists, made, room[0] if room else None)

    def place(self) -> LoadedTicket:
        """Commit the ticket, its lock and the count of purchases. Stripe is asked only after this."""
        now = clock.now()
        self.check(now)
        uid, wanted = self.caller.uid, self.wanted
        origin = TicketOrigin(
            ticket_id=ids.new_id(uid),
            user_id=uid,
            imecon_id=wanted.imecon_id,
            ticket_type=wanted.ticket_type,
            terms_text=terms_text(Terms.of(self.on_sale.data or {})),
            chat_room_id=wanted.chat_room_id,
        )
        amount, currency = int(self.on_sale["amount"]), str(self.on_sale["currency"])
        fields = new_ticket(
            Kind.PAID,
            origin,
            now,
            amount=amount,
            currency=currency,
            create_params=create_params(amount, currency, origin.metadata()),
            session_id=wanted.session_id,
            metadata=wanted.metadata or {},
        )
        ticket, unit = Doc.new(ticket_ref(origin.ticket_id)), Unit()
        open_purchase(unit, self.lock, ticket, fields, Happening(Note.PURCHASE, uid, now))
        user_lists.begin(unit, self.lists)
        user_lists.begin_requests(unit, self.requests)
        PURCHASES.hit(unit, self.made, now)
        unit.commit()
        return LoadedTicket(Ticket(ticket), self.lists)

    def check(self, now: datetime) -> None:
        """Refuse what may not be had.

        Raises:
            Refusal: with the reason.
        """
        if not self.imecon.get("active"):
            raise Refusal(ConsultationReason.IMECON_UNAVAILABLE)
        if not self.on_sale.get("active"):
            raise Refusal(ConsultationReason.TICKET_TYPE_UNAVAILABLE)
        agree(self.wanted.amount, self.wanted.currency, int(self.on_sale["amount"]), str(self.on_sale["currency"]))
        if self.room is not None and not self._may_reopen(self.room):
            raise Refusal(ConsultationReason.ROOM_NOT_REOPENABLE)
        if PURCHASES.reached(self.made, now):
            raise Refusal(PaymentReason.TOO_MANY_PURCHASES)

    def _may_reopen(self, room: Doc) -> bool:
        return bool(
            room.get("user_ref") == user_ref(self.caller.uid)
            and room.get("imecon_ref") == user_ref(self.wanted.imecon_id)
            and room.get("status") in ("ended", "cancelled")
        )


def agree(shown_amount: int | None, shown_currency: str | None, amount: int, currency: str) -> None:
    """Refuse what the screen showed, if it showed anything else than what is asked for.

    Raises:
        Refusal: ``AMOUNT_MISMATCH`` or ``CURRENCY_MISMATCH``, with what is right.
    """
    if shown_amount is not None and shown_amount != amount:
        raise Refusal(PaymentReason.AMOUNT_MISMATCH, amount=amount)
    if shown_currency is not None and shown_currency != currency:
        raise Refusal(PaymentReason.CURRENCY_MISMATCH, currency=currency)
