"""Buyers: from the order over PaymentSheet to the open room."""

from __future__ import annotations

from typing import Any

import httpx

from devkit.demo.person import Person
from devkit.demo.stage import Answer, expect
from devkit.errors import DevkitError


class Buyer(Person):
    """Somebody who buys a consultation and pays by card."""

    def buys(self) -> Answer:
        """Buy a ticket with a card that simply works; returns the ticket."""
        order = self.orders()
        self.pays(order, "pm_card_visa", leads_to="requires_capture")
        return self.confirms(order)

    def orders(self) -> Answer:
        """Open a purchase with the first consultant; returns it with its client secret."""
        return self.calls("createPaymentIntent", "pending_payment", imecon_id="imecon-1", amount=5000)

    def pays(self, order: Answer, card: str, leads_to: str) -> None:
        """Confirm in PaymentSheet, which knows the publishable key and the client secret and nothing else."""
        payment_id, secret = order["payment_intent_id"], order["client_secret"]
        form = {"client_secret": secret, "payment_method": card, "use_stripe_sdk": "true"}
        key = {"Authorization": "Bearer pk_test_kippu_local"}
        answer = self._post(f"/v1/payment_intents/{payment_id}/confirm", data=form, headers=key)
        failure = answer.get("error", {})
        payment = failure.get("payment_intent", answer)
        outcome = f"declined, {failure['decline_code']}" if failure else f"{payment['amount']:,} JPY"
        self._stage.tell(self.uid, "PaymentSheet", f"{payment['status']}, {outcome}\n{card}")
        expect(f"PaymentSheet of {self.uid}", payment["status"], leads_to)

    def approves(self, order: Answer) -> None:
        """Pass the 3-D Secure challenge on the bank's page."""
        path = f"/_sim/payment_intents/{order['payment_intent_id']}/authenticate"
        payment = self._post(path, json={"outcome": "pass"})
        self._stage.tell(self.uid, "bank's 3-D Secure page", f"{payment['status']}, approved")
        expect(f"3-D Secure of {self.uid}", payment["status"], "requires_capture")

    def confirms(self, order: Answer) -> Answer:
        """Come back from PaymentSheet; returns the ticket."""
        return self.calls("confirmTicket", "authorized", payment_intent_id=order["payment_intent_id"])

    def redeems(self, code: str, **data: Any) -> str:
        """Open the chat room of a code; returns the room's id."""
        room = self.calls("redeemTicketCode", "used", ticket_code=code, **data)
        return str(room["chat_room_id"])

    def _post(self, path: str, **request: Any) -> Answer:
        answer = httpx.post(self._stage.stack.stripe_url + path, trust_env=False, **request)
        # 402 is Stripe's answer to a declined card, which is a part of the story.
        if answer.status_code not in (200, 402):
            raise DevkitError(f"Stripe answered {answer.status_code} to {path}: {answer.text}")
        body: Answer = answer.json()
        return body
