"""Every function with a call of it as the app makes it: the call that must come before, who calls, and the data."""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

import jwt

from bench.served import JSON, Wire
from devkit import local
from devkit.client import call_headers, call_result
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.stripe_sim.signatures import signature_header

# What an item learns from the answers on its way, by the field's name.
_LEARNED = {
    "ticket_id": "ticket",
    "payment_intent_id": "payment",
    "ticket_code": "code",
    "token": "token",
    "purchase_id": "purchase",
    "license_code": "license",
}


class Item:
    """A buyer with a consultant of their own, led up to a call by the calls before it.

    Attributes:
        ids: what tells it from other items, by name; all items' are of the same length.
    """

    def __init__(self, api: InProcessFunctions, simulator: StripeSimulator, number: int) -> None:
        self._api, self._simulator = api, simulator
        # Not digits alone: where they stand for its number in what it writes, nothing else may look like it.
        self.ids = {"n": f"n{number:05}n", "uid": f"buyer-n{number:05}n", "imecon": f"imecon-n{number:05}n"}

    def reach(self, step: str) -> None:
        """Do everything up to and with `step`."""
        call = CALLS[step]
        if call.after:
            self.reach(call.after)
        if call.kind == "card":
            self._simulator.confirm(self.ids["payment"])
            return
        if call.kind == "page":
            self.ids["payment"] = self._simulator.pay_session(self.ids["session"])["payment_intent"]
            return
        posted = self._api.post(call.name, *call.wire(self))
        answer = call_result(posted.status_code, posted.get_data(as_text=True))
        self.ids |= {name: answer[field] for field, name in _LEARNED.items() if answer.get(field)}
        if answer.get("checkout_url"):
            self.ids["session"] = answer["checkout_url"].rpartition("/")[2]
        if "token" in answer:
            self.ids["nonce"] = jwt.decode(answer["token"], options={"verify_signature": False})["nonce"]

    def event(self) -> dict[str, Any]:
        """Stripe's event about its hold."""
        held = (event for event in self._simulator.events() if event["type"].endswith("amount_capturable_updated"))
        event = next(event for event in held if event["data"]["object"]["id"] == self.ids["payment"])
        self.ids["event"] = event["id"]
        return event


class Call(NamedTuple):
    """A call: the step before it, who calls, and the data, whose strings may name ids of the item."""

    name: str
    after: str = ""
    who: str = ""
    data: dict[str, Any] | None = None
    kind: str = "callable"

    def wire(self, item: Item) -> Wire:
        """The call as it goes to the function, and to its twin, which only looks at the ids beside it."""
        if self.kind == "schedule":
            return Wire(b"{}", JSON)
        if self.kind == "webhook":
            body = json.dumps(item.event(), ensure_ascii=False, indent=2).encode()
            signature = signature_header(body, [local.WEBHOOK_SECRET], int(time.time()))
            return Wire(body, {**JSON, "Stripe-Signature": signature, "X-Bench-Ids": json.dumps(item.ids)})
        data = {k: v.format(**item.ids) if isinstance(v, str) else v for k, v in (self.data or {}).items()}
        claims = {"admin": True} if self.who == "admin" else {}
        headers = call_headers(self.who.format(**item.ids), claims, {"X-Bench-Ids": json.dumps(item.ids)})
        return Wire(json.dumps({"data": data}).encode(), headers)


# In the order of the app's day. Each callable is measured in its most usual form, on documents of its own.
FUNCTIONS = (
    Call("createPaymentIntent", "", "{uid}", {"imeconId": "{imecon}"}),
    Call("confirmTicket", "pay", "{uid}", {"paymentIntentId": "{payment}"}),
    Call("redeemTicketCode", "confirmTicket", "{uid}", {"ticketCode": "{code}"}),
    Call("answerConsultation", "redeemTicketCode", "{imecon}", {"chatRoomId": "{ticket}", "accept": True}),
    Call("endConsultation", "answerConsultation", "{uid}", {"chatRoomId": "{ticket}"}),
    Call("capturePaymentIntent", "answerConsultation", "admin", {"paymentIntentId": "{payment}"}),
    Call("cancelPaymentIntent", "confirmTicket", "{uid}", {"paymentIntentId": "{payment}"}),
    Call("createTicketCodes", "", "admin", {"count": 1, "validUntil": "2999-01-01T00:00:00Z", "batchId": "{n}"}),
    Call("createCheckoutSession", "", "{uid}", {"deviceId": "phone-{n}", "productType": "license"}),
    Call("confirmCheckout", "payPage", "{uid}", {"deviceId": "phone-{n}", "purchaseId": "{purchase}"}),
    Call("cancelCheckout", "createCheckoutSession", "{uid}", {"deviceId": "phone-{n}", "purchaseId": "{purchase}"}),
    Call("getDevice", "confirmCheckout", "{uid}", {"deviceId": "phone-{n}"}),
    Call("restoreLicense", "confirmCheckout", "{uid}", {"deviceId": "new-phone-{n}", "licenseCode": "{license}"}),
    Call("findPurchases", "confirmCheckout", "admin", {"deviceId": "phone-{n}"}),
    Call("refundPurchase", "confirmCheckout", "admin", {"purchaseId": "{purchase}"}),
    Call("stripeWebhook", "pay", kind="webhook"),
    Call("issueSecureQR", "", "{uid}", {"type": "user_point_earn"}),
    Call("verifySecureQR", "issueSecureQR", "staff-1", {"token": "{token}", "readerId": "store-1"}),
    Call(
        "recordQRUsage", "verifySecureQR", "staff-1", {"nonce": "{nonce}", "readerId": "store-1", "targetId": "{uid}"}
    ),
    Call("checkQRUsage", "verifySecureQR", "staff-1", {"nonce": "{nonce}", "readerId": "store-1"}),
    Call("requestPointAward", "verifySecureQR", "staff-1", {"nonce": "{nonce}", "storeId": "store-1", "amount": 5000}),
    Call("awardPoints", "requestPointAward", "{uid}", {"awardId": "store-1.{nonce}"}),
    Call("declinePointAward", "requestPointAward", "{uid}", {"awardId": "store-1.{nonce}"}),
    Call("usePoints", "readStore", "{uid}", {"nonce": "{nonce}", "storeId": "store-1", "points": 10}),
    Call("reversePoints", "awardPoints", "admin", {"transactionId": "store-1.{nonce}", "reason": "誤り"}),
    Call("deleteAccount", "confirmTicket", "{uid}", {}),
    Call("voidExpiredAuthorizations", kind="schedule"),
    Call("endOverdueSessions", kind="schedule"),
    Call("settleCheckouts", kind="schedule"),
    Call("reconcilePayments", kind="schedule"),
)
BY_NAME = {function.name: function for function in FUNCTIONS}
CALLS = BY_NAME | {
    "pay": Call("", "createPaymentIntent", kind="card"),
    "payPage": Call("", "createCheckoutSession", kind="page"),
    "showStore": Call("issueSecureQR", "awardPoints", "staff-1", {"type": "store_point_use", "storeId": "store-1"}),
    "readStore": Call("verifySecureQR", "showStore", "{uid}", {"token": "{token}"}),
}
"""The steps that lead an item up to a call: those calls, the card that is held, and a store's code that is read."""
