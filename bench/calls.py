"""Every function with a call of it as the app makes it: the call that must come before, who calls, and the data."""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt

from admission.door import records as door
from admission.records import order_id
from bench.served import JSON, Wire
from checkout.keys import hashed
from common import incidents
from common.alerts import Alert
from common.documents import Unit
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
    "event_id": "event",
    "payment_id": "payment",
    "transfer_token": "transfer",
    "campaign_id": "campaign",
}


class Item:
    """A buyer with a consultant, a device and an event of their own, led up to a call by the calls before it.

    Attributes:
        ids: what tells it from other items, by name; all items' are of the same length.
    """

    def __init__(self, api: InProcessFunctions, simulator: StripeSimulator, number: int) -> None:
        self._api, self._simulator = api, simulator
        # Not digits alone: where they stand for its number in what it writes, nothing else may look like it.
        n = f"n{number:05}n"
        self.ids = {"n": n, "uid": f"buyer-{n}", "imecon": f"imecon-{n}", "device": f"device-{n}", "new": f"phone-{n}"}
        self.ids["friend"] = f"friend-{n}"

    def reach(self, step: str) -> None:
        """Do everything up to and with `step`."""
        call = CALLS[step]
        if call.after:
            self.reach(call.after)
        if call.kind == "card":
            self._simulator.confirm(self.ids["payment"])
        elif call.kind == "paid":
            self._pay_page()
        elif call.kind == "incident":
            self._open_incident()
        else:
            if call.kind == "undone":
                self._simulator.fault("429", path=f"/v1/payment_intents/{self.ids['payment']}/cancel")
            wire = call.wire(self)
            posted = self._api.post(call.name, wire.body, wire.headers)
            self._learn(call_result(posted.status_code, posted.get_data(as_text=True)))

    def _learn(self, answer: dict[str, Any]) -> None:
        """Take up the ids of a callable's answer, and what is made of them."""
        self.ids |= {name: answer[field] for field, name in _LEARNED.items() if answer.get(field)}
        if "token" in answer:
            claims = jwt.decode(answer["token"], options={"verify_signature": False})
            self.ids |= {name: claims[name] for name in ("nonce",) if name in claims}
        if answer.get("checkout_url"):
            self.ids["session"] = answer["checkout_url"].rpartition("/")[2]
        if "license" in self.ids:
            self.ids["hashed"] = hashed(self.ids["license"])
        if "transfer" in self.ids:
            self.ids["offered"] = door.hashed(self.ids["transfer"])
        if "event" in self.ids:
            self.ids["order"] = order_id(self.ids["uid"], self.ids["event"], self.ids["n"])

    def _pay_page(self) -> None:
        """Pay on Stripe's page, and come back with the token of its address."""
        self._simulator.pay_session(self.ids["session"])
        session = self._simulator.checkout_session(self.ids["session"])
        self.ids["back"] = parse_qs(urlsplit(session["success_url"]).query)["purchase_token"][0]
        self.ids["payment"] = session["payment_intent"]["id"]

    def _open_incident(self) -> None:
        """Write it as the reconciliation does, without its line in the log."""
        incident, unit = incidents.ref(Alert.STRAY_CAPTURE, self.ids["ticket"]), Unit()
        about = {"ticket": self.ids["ticket"], "paymentIntent": self.ids["payment"]}
        unit.merge_blindly(incident, incidents.fields(Alert.STRAY_CAPTURE, "consultation", self.ids["ticket"], about))
        unit.commit()
        self.ids["incident"] = incident.id

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
        if self.kind == "page":
            return Wire(b"", {"X-Bench-Ids": json.dumps(item.ids)}, urlencode({"purchase_token": item.ids["back"]}))
        data = _filled(self.data or {}, item.ids)
        claims = {"admin": True} if self.who == "admin" else {}
        headers = call_headers(self.who.format(**item.ids), claims, {"X-Bench-Ids": json.dumps(item.ids)})
        return Wire(json.dumps({"data": data}).encode(), headers)


def _filled(value: Any, ids: dict[str, Any]) -> Any:
    """The value with an item's ids where its texts name them."""
    match value:
        case str():
            return value.format(**ids)
        case dict():
            return {name: _filled(each, ids) for name, each in value.items()}
        case list():
            return [_filled(each, ids) for each in value]
    return value


_EVENT: dict[str, Any] = {
    "organizerId": "org-1",
    "title": "音楽会",
    "venueName": "公会堂",
    "eventDate": "2999-01-01T10:00:00Z",
    "tiers": [{"tier": "ga", "name": "自由席", "price": 3000, "size": 100}],
}
_ONE_PLACE = [{"tier": "ga", "quantity": 1}]
_ONE_SCAN = [{"scanId": "{n}", "ticketId": "{order}.0", "scannedAt": "2026-01-01T00:00:00Z", "result": "ok"}]

_NOTE = {"note": "確認のため"}

# In the order of the app's day. Each callable is measured in its most usual form, on documents of its own.
DOMAINS = {
    "consultations": (
        Call("createPaymentIntent", "", "{uid}", {"imeconId": "{imecon}"}),
        Call("confirmTicket", "pay", "{uid}", {"paymentIntentId": "{payment}"}),
        Call("redeemTicketCode", "confirmTicket", "{uid}", {"ticketCode": "{code}"}),
        Call("answerConsultation", "redeemTicketCode", "{imecon}", {"chatRoomId": "{ticket}", "accept": True}),
        Call("endConsultation", "answerConsultation", "{uid}", {"chatRoomId": "{ticket}"}),
        Call("capturePaymentIntent", "answerConsultation", "admin", {"paymentIntentId": "{payment}"}),
        Call("cancelPaymentIntent", "confirmTicket", "{uid}", {"paymentIntentId": "{payment}"}),
    ),
    "points": (
        Call("issueSecureQR", "", "{uid}", {"type": "user_point_earn"}),
        Call("verifySecureQR", "issueSecureQR", "staff-1", {"token": "{token}", "readerId": "store-1"}),
        Call(
            "recordQRUsage",
            "verifySecureQR",
            "staff-1",
            {"nonce": "{nonce}", "readerId": "store-1", "targetId": "{uid}"},
        ),
        Call("checkQRUsage", "verifySecureQR", "staff-1", {"nonce": "{nonce}", "readerId": "store-1"}),
        Call(
            "requestPointAward", "verifySecureQR", "staff-1", {"nonce": "{nonce}", "storeId": "store-1", "amount": 5000}
        ),
        Call("awardPoints", "requestPointAward", "{uid}", {"awardId": "store-1.{nonce}"}),
        Call("declinePointAward", "requestPointAward", "{uid}", {"awardId": "store-1.{nonce}"}),
        Call("usePoints", "readStore", "{uid}", {"nonce": "{nonce}", "storeId": "store-1", "points": 10}),
    ),
    "devices": (
        Call("createCheckoutSession", "", "{uid}", {"deviceId": "{device}", "productType": "license"}),
        Call("confirmCheckout", "payPage", "{uid}", {"deviceId": "{device}", "purchaseToken": "{back}"}),
        Call("checkoutPage", "payPage", kind="page"),
        Call("cancelCheckout", "createCheckoutSession", "{uid}", {"deviceId": "{device}", "purchaseId": "{purchase}"}),
        Call("getDevice", "confirmCheckout", "{uid}", {"deviceId": "{device}"}),
        Call("restoreLicense", "confirmCheckout", "{uid}", {"deviceId": "{new}", "licenseCode": "{license}"}),
    ),
    "events": (
        Call("setOrganizerMembers", "", "admin", {"organizerId": "org-{n}", "members": {"organizer-1": "owner"}}),
        Call("createEvent", "", "organizer-1", _EVENT),
        Call("updateEvent", "createEvent", "organizer-1", {"eventId": "{event}", "title": "朗読会"}),
        Call("setEventStaff", "createEvent", "organizer-1", {"eventId": "{event}", "uids": {"staff-1": {"gates": []}}}),
        Call("deleteEvent", "createEvent", "organizer-1", {"eventId": "{event}"}),
        Call("publishEvent", "createEvent", "organizer-1", {"eventId": "{event}"}),
        Call("closeEvent", "publishEvent", "organizer-1", {"eventId": "{event}"}),
        Call("cancelEvent", "publishEvent", "organizer-1", {"eventId": "{event}"}),
        Call("getEventDetails", "publishEvent", "{uid}", {"eventId": "{event}"}),
        Call("getSeatMap", "publishEvent", "{uid}", {"eventId": "{event}"}),
        Call("searchEvents", "publishEvent", "{uid}", {"text": "音楽"}),
        Call(
            "purchaseTicket", "publishEvent", "{uid}", {"eventId": "{event}", "requestId": "{n}", "items": _ONE_PLACE}
        ),
        Call("payOrder", "purchaseTicket", "{uid}", {"orderId": "{order}"}),
        Call("confirmOrder", "payPlaces", "{uid}", {"orderId": "{order}"}),
        Call("abandonOrder", "purchaseTicket", "{uid}", {"orderId": "{order}"}),
        Call("cancelTicket", "confirmOrder", "{uid}", {"ticketId": "{order}.0"}),
        Call("getUserTickets", "confirmOrder", "{uid}", {}),
        Call("joinWaitlist", "sellOut", "{uid}", {"eventId": "{event}", "tier": "ga"}),
        Call("leaveWaitlist", "joinWaitlist", "{uid}", {"eventId": "{event}", "tier": "ga"}),
        Call("exportAttendees", "confirmOrder", "organizer-1", {"eventId": "{event}"}),
    ),
    "tickets at the door": (
        Call("getTicketQR", "confirmOrder", "{uid}", {"ticketId": "{order}.0"}),
        Call("offerTransfer", "confirmGift", "{uid}", {"ticketId": "{order}.0"}),
        Call("acceptTransfer", "offerTransfer", "{friend}", {"transferToken": "{transfer}"}),
        Call("getDoorBundle", "confirmOrder", "organizer-1", {"eventId": "{event}"}),
        Call(
            "validateTicket", "getTicketQR", "organizer-1", {"eventId": "{event}", "token": "{token}", "scanId": "{n}"}
        ),
        Call("undoEntry", "validateTicket", "organizer-1", {"eventId": "{event}", "ticketId": "{order}.0"}),
        Call("syncScans", "confirmOrder", "organizer-1", {"eventId": "{event}", "scans": _ONE_SCAN}),
        Call("findTickets", "confirmOrder", "organizer-1", {"eventId": "{event}", "seatNumber": "1"}),
    ),
    "the console": (
        Call("createTicketCodes", "", "admin", {"count": 1, "validUntil": "2999-01-01T00:00:00Z", "batchId": "{n}"}),
        Call("stopCampaign", "createTicketCodes", "admin", {"campaignId": "{campaign}", **_NOTE}),
        Call("saveTicketType", "", "admin", {"ticketType": "type-{n}", "amount": 5000, "active": True, **_NOTE}),
        Call("saveConsultant", "", "admin", {"imeconId": "{imecon}", "active": True, **_NOTE}),
        Call("saveStore", "", "admin", {"storeId": "store-{n}", "name": "喫茶", **_NOTE}),
        Call("saveStaff", "saveStore", "admin", {"storeId": "store-{n}", "uids": ["staff-1"], **_NOTE}),
        Call("reversePoints", "awardPoints", "admin", {"transactionId": "store-1.{nonce}", "reason": "誤り"}),
        Call("findPurchases", "confirmCheckout", "admin", {"deviceId": "{device}"}),
        Call("refundPurchase", "confirmCheckout", "admin", {"purchaseId": "{purchase}"}),
        Call("inspectTicket", "confirmTicket", "admin", {"id": "{ticket}"}),
        Call("refundPayment", "capturePaymentIntent", "admin", {"paymentIntentId": "{payment}", **_NOTE}),
        Call("resumeDecision", "leaveUndone", "admin", {"id": "{ticket}", **_NOTE}),
        Call("resolveIncident", "openIncident", "admin", {"incidentId": "{incident}", **_NOTE}),
        Call("runSchedule", "", "admin", {"name": "expireOrders", **_NOTE}),
    ),
    "whatever was bought": (
        Call("stripeWebhook", "pay", kind="webhook"),
        Call("deleteAccount", "confirmTicket", "{uid}", {}),
        Call("voidExpiredAuthorizations", kind="schedule"),
        Call("endOverdueSessions", kind="schedule"),
        Call("settleCheckouts", kind="schedule"),
        Call("expireOrders", kind="schedule"),
        Call("settleOrders", kind="schedule"),
        Call("reconcilePayments", kind="schedule"),
    ),
}
"""Every function, by what it is about."""
BY_NAME = {function.name: function for functions in DOMAINS.values() for function in functions}
CALLS = BY_NAME | {
    "pay": Call("", "createPaymentIntent", kind="card"),
    "showStore": Call("issueSecureQR", "awardPoints", "staff-1", {"type": "store_point_use", "storeId": "store-1"}),
    "readStore": Call("verifySecureQR", "showStore", "{uid}", {"token": "{token}"}),
    "leaveUndone": Call(
        "cancelPaymentIntent", "confirmTicket", "{uid}", {"paymentIntentId": "{payment}"}, kind="undone"
    ),
    "openIncident": Call("", "confirmTicket", kind="incident"),
    "payPage": Call("", "createCheckoutSession", kind="paid"),
    "payPlaces": Call("", "purchaseTicket", kind="card"),
    "createSmall": Call("createEvent", "", "organizer-1", {**_EVENT, "tiers": [{**_EVENT["tiers"][0], "size": 1}]}),
    "publishSmall": Call("publishEvent", "createSmall", "organizer-1", {"eventId": "{event}"}),
    "createGift": Call("createEvent", "", "organizer-1", {**_EVENT, "transferable": True}),
    "publishGift": Call("publishEvent", "createGift", "organizer-1", {"eventId": "{event}"}),
    "orderGift": Call(
        "purchaseTicket", "publishGift", "{uid}", {"eventId": "{event}", "requestId": "{n}", "items": _ONE_PLACE}
    ),
    "payGift": Call("", "orderGift", kind="card"),
    "confirmGift": Call("confirmOrder", "payGift", "{uid}", {"orderId": "{order}"}),
    "sellOut": Call(
        "purchaseTicket", "publishSmall", "{uid}", {"eventId": "{event}", "requestId": "{n}", "items": _ONE_PLACE}
    ),
}
"""The steps that lead an item up to a call: those calls, cards that are held, a store's code that is read, a void that
Stripe was too busy for, an incident, a page that is paid, and an event of one place that is sold."""
