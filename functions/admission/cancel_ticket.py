"""cancelTicket: a ticket is given back, for what its terms say."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from admission import giving_back
from admission.decisions import capture_first, resume
from admission.order import LoadedOrder, Order
from admission.reasons import AdmissionReason
from admission.records import order_ref, ticket_ref
from admission.request_fields import TicketId
from admission.states import CAPTURING, OrderEvent, OrderStatus, TicketStatus
from admission.transition import Happening
from common import clock, documents
from common.callable import Caller, callable_function
from common.documents import Doc, LostRace, Unit
from common.errors import Refusal
from common.messages import RequestModel, ResponseModel
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from payments.limits import count_stripe_call
from payments.reasons import PaymentReason


class CancelTicketRequest(RequestModel):
    """The ticket to give back."""

    ticket_id: TicketId
    quote_only: bool = Field(False, description="Only say what would come back.")


class CancelTicketResponse(ResponseModel):
    """What comes back, or would."""

    ticket_id: str
    refund_amount: int = Field(description="JPY")
    status: str = Field(description="valid where it was only asked, else cancelled")


@dataclass
class _Loaded(LoadedOrder):
    """An order with one of its tickets."""

    ticket: Doc
    number: int

    def reload(self) -> None:
        doc, self.ticket = documents.read(self.order.doc.ref, self.ticket.ref)
        if not doc.exists:
            raise LostRace
        self.order = Order(doc)


@callable_function(
    who="the buyer, as long as the ticket is theirs",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        AdmissionReason.ORDER_NOT_FOUND,
        AdmissionReason.NOT_CANCELLABLE,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.TOO_MANY_PURCHASES,
    ),
)
def cancelTicket(caller: Caller, request: CancelTicketRequest) -> CancelTicketResponse:  # noqa: N802
    """Gives a ticket back, until so many hours before the event as its terms said when it was bought.

    Its place can be had by others at once. If Stripe cannot be reached, the refund is decided, and a schedule carries
    it out. Repeating it answers with what came back.
    """
    loaded = _load(caller, request.ticket_id)
    if loaded.ticket["status"] == TicketStatus.CANCELLED:
        return _answer(loaded, int(loaded.ticket.get("cancelled_for") or 0))
    refund = _refund(loaded)
    if request.quote_only:
        return _answer(loaded, refund)
    if loaded.order.state == CAPTURING:
        capture_first(loaded)
    if loaded.order.amount:
        count_stripe_call(caller.uid)
    run_until_committed(lambda: _give_back(caller, loaded), loaded.reload)
    resume(loaded)
    return _answer(loaded, int(loaded.ticket.get("cancelled_for") or 0))


def _load(caller: Caller, ticket_id: str) -> _Loaded:
    order_id, _, number = ticket_id.rpartition(".")
    order, ticket = documents.read(order_ref(order_id), ticket_ref(order_id, int(number)))
    if not order.exists or not ticket.exists:
        raise Refusal(AdmissionReason.ORDER_NOT_FOUND)
    loaded = _Loaded(Order(order), ticket, int(number))
    _refuse_others(caller, loaded)
    return loaded


def _refuse_others(caller: Caller, loaded: _Loaded) -> None:
    """Only whoever bought a ticket gives it back, and only while it is theirs: it may be handed on meanwhile."""
    if {loaded.ticket["purchaser_id"], loaded.ticket["holder_id"]} != {caller.uid}:
        raise Refusal(AdmissionReason.ORDER_NOT_FOUND)


def _refund(loaded: _Loaded) -> int:
    order, valid = loaded.order, loaded.ticket["status"] == TicketStatus.VALID
    may = order.state.status is OrderStatus.PAID and not order.disputed
    if not valid or not may or clock.now() >= giving_back.refundable_until(order):
        raise Refusal(AdmissionReason.NOT_CANCELLABLE, status=loaded.ticket["status"])
    return giving_back.refund_of(order, int(loaded.ticket["price"]))


def _give_back(caller: Caller, loaded: _Loaded) -> None:
    if loaded.ticket["status"] == TicketStatus.CANCELLED:
        return
    _refuse_others(caller, loaded)
    refund, last, unit = _refund(loaded), len(loaded.order.kept) == 1, Unit()
    if refund:
        event = OrderEvent.ALL_RETURNED if last else OrderEvent.PART_RETURNED
    else:
        event = OrderEvent.ALL_GIVEN_UP if last else OrderEvent.PART_GIVEN_UP
    happening = Happening(event, caller.uid, clock.now(), reason="ticket_cancelled")
    giving_back.give_back(unit, loaded.order, [loaded.number], refund, happening, [loaded.ticket])
    unit.commit()


def _answer(loaded: _Loaded, refund: int) -> CancelTicketResponse:
    return CancelTicketResponse(ticket_id=loaded.ticket.id, refund_amount=refund, status=str(loaded.ticket["status"]))
