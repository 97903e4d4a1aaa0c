"""Every function with a call of it as the app makes it: what must have happened before, and the request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from bench.items import Call, Ids, Template, event_of
from common import clock, documents
from devkit import local
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from qr import tokens
from qr.tokens import QrType

_STORE, _STAFF = "store-1", "staff-1"
_ADMIN = {"admin": True}
_KEYS = tokens.parse_keys(local.SECRETS["QR_SIGNING_KEYS"])


@dataclass
class Day:
    """What happens to one buyer before the call that is measured."""

    api: InProcessFunctions
    db: firestore.Client
    simulator: StripeSimulator

    def __post_init__(self) -> None:
        self.ids: Ids = {"uid": "bench-buyer", "imecon": "bench-imecon"}
        self.db.document(f"imecons/{self.ids['imecon']}").set({"active": True, "display_name": "相談員"})
        profile = {"display_name": "購入者", "availablePoints": 500, "totalPoints": 500}
        self.db.document(f"users/{self.ids['uid']}").set(profile)
        self.event: dict[str, Any] = {}

    def call(self, name: str, uid: str, claims: dict[str, Any] | None = None, **data: Any) -> Any:
        return self.api.call(name, data, uid, claims)

    def nothing(self) -> None:
        """The first call of all."""

    def buy(self) -> None:
        bought = self.call("createPaymentIntent", self.ids["uid"], imeconId=self.ids["imecon"])
        self.ids |= {"ticket": bought["ticket_id"], "payment": bought["payment_intent_id"]}

    def pay(self) -> None:
        self.buy()
        self.simulator.confirm(self.ids["payment"])
        self.event = next(e for e in self.simulator.events() if e["type"] == "payment_intent.amount_capturable_updated")

    def confirm(self) -> None:
        self.pay()
        ticket = self.call("confirmTicket", self.ids["uid"], paymentIntentId=self.ids["payment"])
        self.ids["code"] = ticket["ticket_code"]

    def redeem(self) -> None:
        self.confirm()
        self.call("redeemTicketCode", self.ids["uid"], ticketCode=self.ids["code"])

    def accept(self) -> None:
        self.redeem()
        self.call("answerConsultation", self.ids["imecon"], chatRoomId=self.ids["ticket"], accept=True)

    def scan(self) -> None:
        """A store reads the user's code."""
        self._verify(_token(QrType.USER_POINT_EARN, self.ids["uid"], self.ids), _STAFF)

    def scan_store(self) -> None:
        """The user reads a store's code."""
        self._verify(_token(QrType.STORE_POINT_USE, _STORE, self.ids), self.ids["uid"])

    def offer(self) -> None:
        self.scan()
        self.call("requestPointAward", _STAFF, nonce=self.ids["nonce"], storeId=_STORE, amount=5000)

    def earn(self) -> None:
        self.offer()
        self.call("awardPoints", self.ids["uid"], awardId=_award(self.ids))

    def _verify(self, token: str, uid: str) -> None:
        data = {"token": token} | ({"readerId": _STORE} if uid == _STAFF else {})
        self.api.call("verifySecureQR", data, uid)


def _token(type_: QrType, target: str, ids: Ids) -> str:
    """A code of this minute, made as late as it can be."""
    token, qr = tokens.issue(type_, target, _KEYS, documents.project(), clock.now())
    ids["nonce"] = qr.nonce
    return token


def _award(ids: Ids) -> str:
    return f"{_STORE}.{ids['nonce']}"


@dataclass(frozen=True)
class Measured:
    """A function: the day up to its call, and its call on an item (None for a schedule)."""

    name: str
    kind: str
    before: Callable[[Day], None]
    call: Callable[[Ids, Template, Day], Call] | None


def _callable(
    name: str, before: Callable[[Day], None], who: str, data: Callable[[Ids], Any], claims: dict[str, Any] | None = None
) -> Measured:
    """`who` names an id, or is a uid itself."""
    return Measured(
        name, "callable", before, lambda ids, _, __: Call(data(ids), ids.get(who, who), claims if claims else {})
    )


FUNCTIONS = [
    _callable("createPaymentIntent", Day.nothing, "uid", lambda ids: {"imeconId": ids["imecon"]}),
    _callable("confirmTicket", Day.pay, "uid", lambda ids: {"paymentIntentId": ids["payment"]}),
    _callable("redeemTicketCode", Day.confirm, "uid", lambda ids: {"ticketCode": ids["code"]}),
    _callable("answerConsultation", Day.redeem, "imecon", lambda ids: {"chatRoomId": ids["ticket"], "accept": True}),
    _callable("endConsultation", Day.accept, "uid", lambda ids: {"chatRoomId": ids["ticket"]}),
    _callable(
        "capturePaymentIntent", Day.accept, "admin", lambda ids: {"paymentIntentId": ids["payment"]}, claims=_ADMIN
    ),
    _callable("cancelPaymentIntent", Day.confirm, "uid", lambda ids: {"paymentIntentId": ids["payment"]}),
    _callable(
        "createTicketCodes",
        Day.nothing,
        "admin",
        lambda _: {"count": 1, "validUntil": "2999-01-01T00:00:00Z"},
        claims=_ADMIN,
    ),
    Measured("stripeWebhook", "webhook", Day.pay, lambda ids, item, day: Call(event_of(item, day.event, ids))),
    _callable("issueSecureQR", Day.nothing, "uid", lambda _: {"type": "user_point_earn"}),
    _callable(
        "verifySecureQR",
        Day.nothing,
        _STAFF,
        lambda ids: {"token": _token(QrType.USER_POINT_EARN, ids["uid"], ids), "readerId": _STORE},
    ),
    _callable(
        "recordQRUsage",
        Day.scan,
        _STAFF,
        lambda ids: {"nonce": ids["nonce"], "readerId": _STORE, "targetId": ids["uid"]},
    ),
    _callable("checkQRUsage", Day.scan, _STAFF, lambda ids: {"nonce": ids["nonce"], "readerId": _STORE}),
    _callable(
        "requestPointAward",
        Day.scan,
        _STAFF,
        lambda ids: {"nonce": ids["nonce"], "storeId": _STORE, "amount": 5000},
    ),
    _callable("awardPoints", Day.offer, "uid", lambda ids: {"awardId": _award(ids)}),
    _callable("declinePointAward", Day.offer, "uid", lambda ids: {"awardId": _award(ids)}),
    _callable(
        "usePoints", Day.scan_store, "uid", lambda ids: {"nonce": ids["nonce"], "storeId": _STORE, "points": 100}
    ),
    _callable(
        "reversePoints", Day.earn, "admin", lambda ids: {"transactionId": _award(ids), "reason": "誤り"}, claims=_ADMIN
    ),
    Measured("voidExpiredAuthorizations", "schedule", Day.nothing, None),
    Measured("endOverdueSessions", "schedule", Day.nothing, None),
    Measured("reconcilePayments", "schedule", Day.nothing, None),
]
"""In the order of the app's day. Each callable is measured in its most usual form, on documents of its own."""
