"""One customer's way through a purchase, chosen by the soak's seed and the purchase's number.

Refusals are a normal part of it: time may have jumped, or the same person's other device may have been faster. What
became of the money is not judged here but at the end, by the invariants and by what clients were told.
"""

import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devkit.client import CallableError
from devkit.soak.errand import Errand, Over
from devkit.soak.shared import GaveUp, Soak
from devkit.stripe_sim import ApiError

PRICE_JPY = 5000
_CONSULTANTS = ("imecon-1", "imecon-2")
_REGULARS = 8
_WEBHOOK_PATIENCE_SECONDS = 3.0

_GOOD_CARDS = ("pm_card_visa", "pm_card_mastercard", "pm_card_jcb", "pm_card_amex")
_BAD_CARDS = ("pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds")
_3DS_CARD = "pm_card_threeDSecure2Required"


class Purchase(Errand):
    """A consultation: bought or opened by a perk code, held or not, declined, cancelled, left alone or ended."""

    kind = "purchases"

    def __init__(self, soak: Soak, number: int) -> None:
        super().__init__(soak, number)
        self._imecon = self._rng.choice(_CONSULTANTS)
        # Regulars come back while their last ticket may still be open, and from two devices at once.
        regular = self._chance(0.2)
        self._buyer = f"soak-regular-{self._rng.randrange(_REGULARS)}" if regular else f"soak-buyer-{number}"

    def _go(self) -> None:
        if self._chance(0.12):
            code = {"ticket_code": self._rng.choice(self._soak.perk_codes), "imecon_id": self._imecon}
            self._consult(self._redeem(code), None)
        else:
            self._with_card()

    def _with_card(self) -> None:
        order = {"imecon_id": self._imecon, "amount": PRICE_JPY, "metadata": {"screen": "soak"}}
        offer = self._call("createPaymentIntent", order)
        if self._chance(0.15):
            offer = self._call("createPaymentIntent", order)
        payment = offer["payment_intent_id"]
        self._perhaps(0.06, "left without paying")
        if offer["client_secret"] is not None:
            self._pay(payment)
        code = self._ticket(offer["ticket_id"], payment)["ticket_code"]
        if code is None:
            raise Over("no code: not paid, or already used")
        self._perhaps(0.08, "left the code unused")
        if self._chance(0.1):
            self._call("cancelPaymentIntent", {"payment_intent_id": payment})
            raise Over("cancelled before redeeming")
        self._consult(self._redeem({"ticket_code": code}), payment)

    def _pay(self, payment: str) -> None:
        """PaymentSheet: a card, perhaps declined, perhaps with a challenge that may be failed or left alone."""
        stripe = self._soak.stack.simulator
        card, way = self._rng.choice(_GOOD_CARDS), self._rng.random()
        try:
            if way < 0.12:
                stripe.confirm(payment, self._rng.choice(_BAD_CARDS))
                if way < 0.03:
                    raise Over("declined")
            if way >= 0.8:
                stripe.confirm(payment, _3DS_CARD)
                if way >= 0.97:
                    raise Over("left the 3-D Secure challenge")
                stripe.authenticate(payment, "pass" if way < 0.93 else "fail")
            if not 0.8 <= way < 0.93:
                stripe.confirm(payment, card)
        except ApiError as error:
            raise Over("the payment was closed meanwhile") from error

    def _ticket(self, ticket_id: str, payment: str) -> Any:
        """The ticket after PaymentSheet, by confirmTicket or by watching for what the webhook does."""
        watched_until = time.monotonic() + (_WEBHOOK_PATIENCE_SECONDS if self._chance(0.35) else 0)
        while time.monotonic() < watched_until:
            fields = self._soak.stack.db.document(f"tickets/{ticket_id}").get().to_dict() or {}
            if fields.get("status") == "authorized":
                return fields
            time.sleep(0.2)
        return self._call("confirmTicket", {"payment_intent_id": payment})

    def _redeem(self, code: dict[str, Any]) -> str:
        """The room. An app whose answer was lost is told of the room it has already opened."""
        try:
            return str(self._call("redeemTicketCode", code)["chat_room_id"])
        except CallableError as error:
            room = (error.details or {}).get("chat_room_id")
            if room is None:
                raise
            return str(room)

    def _consult(self, room: str, payment: str | None) -> None:
        way = self._rng.random()
        if way < 0.06:
            raise Over("left the room waiting")
        if way < 0.12:
            self._call("cancelPaymentIntent", {"payment_intent_id": payment} if payment else {"chat_room_id": room})
            raise Over("cancelled before the session")
        accept = way >= 0.22
        self._call("answerConsultation", {"chat_room_id": room, "accept": accept}, self._imecon)
        if not accept:
            raise Over("declined by the consultant")
        if way < 0.36:
            raise Over("left the session to its end")
        self._end(room, payment)

    def _end(self, room: str, payment: str | None) -> None:
        ways: list[tuple[str, dict[str, Any], str]] = [
            ("endConsultation", {"chat_room_id": room}, self._buyer),
            ("endConsultation", {"chat_room_id": room}, self._imecon),
        ]
        if payment is not None:
            part = {"payment_intent_id": payment, "amount": self._rng.randint(50, PRICE_JPY)}
            ways.append(("capturePaymentIntent", {"payment_intent_id": payment}, self._imecon))
            ways.append(("capturePaymentIntent", part, "admin"))
        chosen = self._rng.sample(ways, 2 if self._chance(0.3) else 1)
        with ThreadPoolExecutor(len(chosen)) as pool:
            futures = [pool.submit(self._call, *way) for way in chosen]
        failed = [error for future in futures if (error := future.exception()) is not None]
        # Of two ends at once the loser may be refused; only if nobody was heard the purchase ended otherwise.
        if len(failed) == len(chosen) or any(not isinstance(error, CallableError | GaveUp) for error in failed):
            raise failed[0]

    def _call(self, name: str, data: Any, uid: str | None = None) -> Any:
        answer = self._soak.call(name, data, uid or self._buyer)
        if name in ("capturePaymentIntent", "cancelPaymentIntent"):
            self._soak.tally.promised(answer)
        return answer
