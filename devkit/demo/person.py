"""People with the app in their hand: what they do is a request over HTTP and a step of the timeline."""

from typing import Any

import httpx

from devkit.client import CallableError
from devkit.demo.run import Answer, Demo, expect
from devkit.errors import DevkitError

_SHOWN = {
    "createPaymentIntent": "{status}, {amount:,} JPY\n{payment_intent_id}\nticket {ticket_id}",
    "confirmTicket": "{status}, code {ticket_code}\nvalid until {expires_at:.16}Z",
    "redeemTicketCode": "ticket {ticket_status}, room {status}\nroom {chat_room_id}",
    "answerConsultation": "ticket {ticket_status}, room {status}",
    "endConsultation": "ticket {ticket_status}, room {status}",
    "capturePaymentIntent": "{status}, {amount_captured:,} of {amount:,} JPY",
    "createTicketCodes": "code {codes[0]}\nvalid until {valid_until:.16}Z",
    "issueSecureQR": "a code for {refreshAfterSeconds} seconds",
    "verifySecureQR": "valid, {type} of {targetId}",
    "requestPointAward": "{status}, {points:,} points for {amount:,} JPY",
    "awardPoints": (
        "{points:,} points, {previousTotalPoints:,} -> {newTotalPoints:,} ever earned\n"
        "stamp {stamp[count]} of {stamp[storeName]}"
    ),
    "usePoints": "{pointsUsed:,} points paid, {availablePoints:,} left",
    "createCheckoutSession": "{status}, {amount:,} JPY\n{purchase_id}",
    "findPurchases": "{purchases[0][status]}, {purchases[0][amount]:,} JPY\n{purchases[0][purchase_id]}",
    "createEvent": "{status}, {total_seats:,} places\nevent {event_id}",
    "publishEvent": "{status}",
    "setEventStaff": "at the door of {event_id}",
    "cancelEvent": "{status}",
    "purchaseTicket": "{status}, {amount:,} JPY\norder {order_id:.12}…\nheld until {expires_at:.16}Z",
    "confirmOrder": "{status}, seat {tickets[0][seat_number]}",
    "cancelTicket": "{status}, {refund_amount:,} JPY back",
    "refundPurchase": "{purchase[status]}, {purchase[amount_refunded]:,} JPY refunded",
}
"""What the timeline shows of a callable's answer, a line for a line."""


class Person:
    """Somebody with the app in their hand."""

    def __init__(self, demo: Demo, uid: str, **claims: Any) -> None:
        self._demo = demo
        self.uid = uid
        self._claims = claims

    def calls(self, function: str, leads_to: str | None = None, **data: Any) -> Answer:
        """Call a function; `leads_to` is the status that the ticket (or else what was answered) must have then."""
        answer = self._call(function, data)
        self._demo.tell(self.uid, function, self._shown(function, answer))
        if leads_to is not None:
            expect(f"{function} by {self.uid}", answer.get("ticket_status", answer.get("status")), leads_to)
        return answer

    def is_refused(self, function: str, reason: str, **data: Any) -> None:
        try:
            answer = self._call(function, data)
        except CallableError as refused:
            self._demo.tell(self.uid, function, f"refused, {refused.reason}\n{refused.message}")
            expect(f"{function} by {self.uid}", refused.reason, reason)
        else:
            raise DevkitError(f"{function} by {self.uid} must be refused, but answered {answer}")

    def _shown(self, function: str, answer: Answer) -> str:
        return _SHOWN[function].format(**answer)

    def _call(self, function: str, data: Answer) -> Answer:
        english = {"Accept-Language": "en"}
        answer: Answer = self._demo.stack.call(function, data, uid=self.uid, claims=self._claims, headers=english)
        return answer


class Buyer(Person):
    """Somebody who buys a consultation and pays by card."""

    def buys(self) -> Answer:
        order = self.orders()
        self.pays(order, "pm_card_visa", leads_to="requires_capture")
        return self.confirms(order)

    def orders(self) -> Answer:
        """Open a purchase with the first consultant; returns it with its client secret."""
        return self.calls("createPaymentIntent", "pending_payment", imecon_id="imecon-1", amount=5000)

    def pays(self, order: Answer, card: str, leads_to: str) -> None:
        """Confirm in PaymentSheet, which knows the publishable key and the client secret and nothing else."""
        form = {"client_secret": order["client_secret"], "payment_method": card, "use_stripe_sdk": "true"}
        key = {"Authorization": "Bearer pk_test_kippu_local"}
        answer = self._post(f"/v1/payment_intents/{order['payment_intent_id']}/confirm", data=form, headers=key)
        failure = answer.get("error", {})
        payment = failure.get("payment_intent", answer)
        outcome = f"declined, {failure['decline_code']}" if failure else f"{payment['amount']:,} JPY"
        self._demo.tell(self.uid, "PaymentSheet", f"{payment['status']}, {outcome}\n{card}")
        expect(f"PaymentSheet of {self.uid}", payment["status"], leads_to)

    def approves(self, order: Answer) -> None:
        path = f"/_sim/payment_intents/{order['payment_intent_id']}/authenticate"
        payment = self._post(path, json={"outcome": "pass"})
        self._demo.tell(self.uid, "bank's 3-D Secure page", f"{payment['status']}, approved")
        expect(f"3-D Secure of {self.uid}", payment["status"], "requires_capture")

    def confirms(self, order: Answer) -> Answer:
        return self.calls("confirmTicket", "authorized", payment_intent_id=order["payment_intent_id"])

    def meets(self, consultant: Person, code: str, **data: Any) -> str:
        """Open the chat room of a code, and have the consultant accept; returns the room's id."""
        room = str(self.calls("redeemTicketCode", "used", ticket_code=code, **data)["chat_room_id"])
        consultant.calls("answerConsultation", "active", chat_room_id=room, accept=True)
        return room

    def _post(self, path: str, **request: Any) -> Answer:
        answer = httpx.post(self._demo.stack.simulator.url + path, trust_env=False, **request)
        # 402 is Stripe's answer to a declined card, which is a part of the story.
        if answer.status_code not in (200, 402):
            raise DevkitError(f"Stripe answered {answer.status_code} to {path}: {answer.text}")
        body: Answer = answer.json()
        return body
