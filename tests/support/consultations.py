"""What people do in the app about a consultation, one line each: buy, pay, redeem, meet, end, cancel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from devkit.stripe_sim import StripeSimulator

from .calls import Calls
from .clock import ClockInHand

BUYER, IMECON = "buyer", "imecon-1"


@dataclass(eq=False)
class Consultation:
    """One consultation on its way: who bought it of whom, and the ids that the apps learn of it.

    Attributes:
        secret: the client secret that pays it; empty when there is none, or none any more.
        code: the ticket code; empty before the payment is held.
        room: the chat room; empty before the code is redeemed.
    """

    buyer: str
    imecon: str = IMECON
    ticket: str = ""
    payment: str = ""
    secret: str = ""
    code: str = ""
    room: str = ""

    @property
    def room_id(self) -> str:
        """The room's id. A room that was not opened yet goes by its ticket's id."""
        return self.room or self.ticket


@dataclass(kw_only=True)
class Consultations(Calls, ClockInHand):
    """Each verb is one call and gives its answer; each state brings a new consultation there and gives it."""

    simulator: StripeSimulator

    # One call each.

    def purchase(self, buyer: str = BUYER, imecon: str = IMECON, **more: Any) -> Any:
        """createPaymentIntent."""
        return self.call("createPaymentIntent", {"imecon_id": imecon, **more}, buyer)

    def order(self, consultation: Consultation, **more: Any) -> Any:
        """createPaymentIntent for a consultation that may have been ordered before."""
        answer = self.purchase(consultation.buyer, consultation.imecon, **more)
        consultation.ticket, consultation.payment = answer["ticket_id"], answer["payment_intent_id"] or ""
        consultation.secret = answer["client_secret"] or ""
        return answer

    def confirm(self, consultation: Consultation) -> Any:
        """confirmTicket, by the buyer."""
        answer = self.call("confirmTicket", {"payment_intent_id": consultation.payment}, consultation.buyer)
        consultation.code = answer["ticket_code"] or consultation.code
        return answer

    def redeem(self, consultation: Consultation, uid: str | None = None, **more: Any) -> Any:
        """redeemTicketCode, by the buyer unless said otherwise."""
        answer = self.redeem_code(consultation.code, uid or consultation.buyer, **more)
        consultation.ticket, consultation.room = answer["ticket_id"], answer["chat_room_id"]
        return answer

    def redeem_code(self, code: str, uid: str, **more: Any) -> Any:
        """redeemTicketCode with a code as it is typed."""
        return self.call("redeemTicketCode", {"ticket_code": code, **more}, uid)

    def answer(self, consultation: Consultation, accept: bool = True, uid: str | None = None) -> Any:
        """answerConsultation, by the consultant unless said otherwise."""
        data = {"chat_room_id": consultation.room_id, "accept": accept}
        return self.call("answerConsultation", data, uid or consultation.imecon)

    def end(self, consultation: Consultation, uid: str | None = None) -> Any:
        """endConsultation, by the buyer unless said otherwise."""
        return self.call("endConsultation", {"chat_room_id": consultation.room_id}, uid or consultation.buyer)

    def capture(self, consultation: Consultation, uid: str | None = None, **more: Any) -> Any:
        """capturePaymentIntent, by the consultant unless said otherwise."""
        data = {"payment_intent_id": consultation.payment, **more}
        return self.call("capturePaymentIntent", data, uid or consultation.imecon)

    def cancel(self, consultation: Consultation, uid: str | None = None, **more: Any) -> Any:
        """cancelPaymentIntent, by the buyer unless said otherwise; by the room where no payment is known."""
        paid = {"payment_intent_id": consultation.payment}
        which = paid if consultation.payment else {"chat_room_id": consultation.room_id}
        return self.call("cancelPaymentIntent", {**which, **more}, uid or consultation.buyer)

    def perk_code(self, **more: Any) -> str:
        """A new perk code, for one use with any consultant unless said otherwise."""
        until = (self.now() + timedelta(days=365)).isoformat()
        (code,) = self.by_admin("createTicketCodes", **{"count": 1, "valid_until": until, **more})["codes"]
        return str(code)

    # How far a new consultation has come.

    def bought(self, buyer: str = BUYER, imecon: str = IMECON, **more: Any) -> Consultation:
        """Not paid yet."""
        consultation = Consultation(buyer, imecon)
        self.order(consultation, **more)
        return consultation

    def paid(self, buyer: str = BUYER, imecon: str = IMECON, card: str = "pm_card_visa", **more: Any) -> Consultation:
        """The card's hold is in place, and nobody has told the functions yet."""
        consultation = self.bought(buyer, imecon, **more)
        self.simulator.confirm(consultation.payment, card)
        return consultation

    def held(self, buyer: str = BUYER, imecon: str = IMECON, card: str = "pm_card_visa", **more: Any) -> Consultation:
        """Held and confirmed, so that the buyer has the code."""
        consultation = self.paid(buyer, imecon, card, **more)
        self.confirm(consultation)
        return consultation

    def used(self, buyer: str = BUYER, imecon: str = IMECON, **more: Any) -> Consultation:
        """Redeemed: the room waits for the consultant."""
        consultation = self.held(buyer, imecon, **more)
        self.redeem(consultation)
        return consultation

    def active(self, buyer: str = BUYER, imecon: str = IMECON, **more: Any) -> Consultation:
        """Accepted: the session has just started."""
        consultation = self.used(buyer, imecon, **more)
        self.answer(consultation)
        return consultation

    def ended(self, buyer: str = BUYER, imecon: str = IMECON, **more: Any) -> Consultation:
        """Ended by the buyer, at once."""
        consultation = self.active(buyer, imecon, **more)
        self.end(consultation)
        return consultation

    def brought_to(self, status: str, buyer: str = BUYER, imecon: str = IMECON, **more: Any) -> Consultation:
        """A consultation whose ticket has this status."""
        ways = {
            "pending_payment": self.bought,
            "authorized": self.held,
            "used": self.used,
            "active": self.active,
            "completed": self.ended,
        }
        return ways[status](buyer, imecon, **more)

    def perk(self, buyer: str = BUYER, imecon: str = IMECON, code: str = "") -> Consultation:
        """Opened with a perk code, a new one unless given: the room waits for the consultant."""
        consultation = Consultation(buyer, imecon, code=code or self.perk_code())
        self.redeem(consultation, imecon_id=imecon)
        return consultation
