"""One customer's way through a purchase, chosen by the soak's seed and the journey's number.

Refusals are a normal part of it: time may have jumped, or the same person's other device may have been faster. What
became of the money is not judged here but at the end, by the invariants and by what clients were told.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from devkit.client import CallableError
from devkit.soak.app import App, GaveUp
from devkit.soak.tally import Tally
from devkit.stack import Stack
from devkit.stripe_sim.errors import ApiError

PRICE_JPY = 5000
ADMIN = {"admin": True}
_CONSULTANTS = ("imecon-1", "imecon-2")
_REGULARS = 8
_WEBHOOK_PATIENCE_SECONDS = 3.0

_GOOD_CARDS = ("pm_card_visa", "pm_card_mastercard", "pm_card_jcb", "pm_card_amex")
_BAD_CARDS = ("pm_card_chargeDeclined", "pm_card_chargeDeclinedInsufficientFunds")
_3DS_CARD = "pm_card_threeDSecure2Required"


class _Over(Exception):
    """The journey ends here; the text says how."""


class Journey:
    """The `number`th journey. `perk_codes` are codes that it may use instead of paying."""

    def __init__(self, app: App, stack: Stack, tally: Tally, seed: int, number: int, perk_codes: list[str]) -> None:
        self._rng = random.Random(f"{seed}:journey:{number}")  # noqa: S311
        self._stack = stack
        self._tally = tally
        self._app = app
        self._perk_codes = perk_codes
        self._imecon = self._rng.choice(_CONSULTANTS)
        # Regulars come back while their last ticket may still be open, and from two devices at once.
        regular = self._chance(0.2)
        self._buyer = f"soak-regular-{self._rng.randrange(_REGULARS)}" if regular else f"soak-buyer-{number}"

    def run(self) -> None:
        """Go all the way; never raises for what the stack answers."""
        self._tally.add("purchases")
        try:
            if self._chance(0.12):
                self._with_perk_code()
            else:
                self._with_card()
            how = "went all the way"
        except _Over as over:
            how = str(over)
        except GaveUp as error:
            how = f"gave up on {error}"
        except CallableError as error:
            how = f"refused: {error.reason}"
        self._tally.add(f"ended/{how}")

    def _with_card(self) -> None:
        order = {"imecon_id": self._imecon, "amount": PRICE_JPY, "metadata": {"screen": "soak"}}
        offer = self._call("createPaymentIntent", order)
        if self._chance(0.15):
            offer = self._call("createPaymentIntent", order)
        payment = offer["payment_intent_id"]
        if self._chance(0.06):
            raise _Over("left without paying")
        if offer["client_secret"] is not None:
            self._pay(payment)
        code = self._ticket(offer["ticket_id"], payment)["ticket_code"]
        if code is None:
            raise _Over("no code: not paid, or already used")
        if self._chance(0.08):
            raise _Over("left the code unused")
        if self._chance(0.1):
            self._cancel(payment)
            raise _Over("cancelled before redeeming")
        self._consult(self._redeem({"ticket_code": code}), payment)

    def _with_perk_code(self) -> None:
        code = self._rng.choice(self._perk_codes)
        self._consult(self._redeem({"ticket_code": code, "imecon_id": self._imecon}), None)

    def _pay(self, payment: str) -> None:
        """PaymentSheet: a card, perhaps declined, perhaps with a challenge that may be failed or left alone."""
        simulator = self._stack.simulator
        card, way = self._rng.choice(_GOOD_CARDS), self._rng.random()
        try:
            if way < 0.12:
                simulator.confirm(payment, self._rng.choice(_BAD_CARDS))
                if way < 0.03:
                    raise _Over("declined")
            if way >= 0.8:
                simulator.confirm(payment, _3DS_CARD)
                if way >= 0.97:
                    raise _Over("left the 3-D Secure challenge")
                if way < 0.93:
                    simulator.authenticate(payment, "pass")
                    return
                simulator.authenticate(payment, "fail")
            simulator.confirm(payment, card)
        except ApiError as error:
            raise _Over("the payment was closed meanwhile") from error

    def _ticket(self, ticket_id: str, payment: str) -> Any:
        """The ticket after PaymentSheet, by confirmTicket or by watching for what the webhook does."""
        if self._chance(0.35):
            until = time.monotonic() + _WEBHOOK_PATIENCE_SECONDS
            while time.monotonic() < until:
                fields = self._stack.db.document(f"tickets/{ticket_id}").get().to_dict() or {}
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
            raise _Over("left the room waiting")
        if way < 0.12:
            self._cancel(payment, room)
            raise _Over("cancelled before the session")
        answer = {"chat_room_id": room, "accept": way >= 0.22}
        self._call("answerConsultation", answer, self._imecon)
        if not answer["accept"]:
            raise _Over("declined by the consultant")
        if way < 0.36:
            raise _Over("left the session to its end")
        self._end(room, payment)

    def _end(self, room: str, payment: str | None) -> None:
        """One of the ways to end a session, or two of them at the same instant."""
        ways: list[Callable[[], Any]] = [
            lambda: self._call("endConsultation", {"chat_room_id": room}),
            lambda: self._call("endConsultation", {"chat_room_id": room}, self._imecon),
        ]
        if payment is not None:
            part = self._rng.randint(50, PRICE_JPY)
            ways += [
                lambda: self._capture({"payment_intent_id": payment}, self._imecon),
                lambda: self._capture({"payment_intent_id": payment, "amount": part}, "admin"),
            ]
        chosen = self._rng.sample(ways, 2 if self._chance(0.3) else 1)
        with ThreadPoolExecutor(len(chosen)) as pool:
            futures = [pool.submit(way) for way in chosen]
        failed = [error for future in futures if (error := future.exception()) is not None]
        # Of two ends at once the loser may be refused; only if nobody was heard the journey ended otherwise.
        if len(failed) == len(chosen) or any(not isinstance(error, CallableError | GaveUp) for error in failed):
            raise failed[0]

    def _capture(self, data: dict[str, Any], uid: str) -> None:
        claims = ADMIN if uid == "admin" else None
        self._tally.promised(self._app.call("capturePaymentIntent", data, uid, claims))

    def _cancel(self, payment: str | None, room: str | None = None) -> None:
        data = {"payment_intent_id": payment} if payment is not None else {"chat_room_id": room}
        self._tally.promised(self._call("cancelPaymentIntent", data))

    def _call(self, name: str, data: Any, uid: str | None = None) -> Any:
        return self._app.call(name, data, uid or self._buyer)

    def _chance(self, probability: float) -> bool:
        return self._rng.random() < probability
