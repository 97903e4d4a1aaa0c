"""The steps of a purchase and of a visit to a store, each one call, for counting what a call costs."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from common import cache
from devkit import local
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel
from tests.integration.counter import Counter


@dataclass
class World:
    """Everything a step needs, and what the steps before it learned."""

    api: InProcessFunctions
    sim: StripeSimulator
    travel: Travel
    payment: str = ""
    room: str = ""
    code: str = ""
    token: str = ""
    nonce: str = ""
    entry: str = ""

    @property
    def counter(self) -> Counter:
        return Counter(self.api)

    def buy(self, **more: Any) -> None:
        bought = self.api.call("createPaymentIntent", {"imeconId": "imecon-1", **more}, "u1")
        self.payment, self.room = bought["payment_intent_id"], bought["ticket_id"]

    def hold(self) -> None:
        self.sim.confirm(self.payment, payment_method="pm_card_visa")

    def confirm(self) -> None:
        self.code = self.api.call("confirmTicket", {"paymentIntentId": self.payment}, "u1")["ticket_code"]

    def redeem(self, **more: Any) -> None:
        self.room = self.api.call("redeemTicketCode", {"ticketCode": self.code, **more}, "u1")["chat_room_id"]

    def accept(self) -> None:
        self.api.call("answerConsultation", {"chatRoomId": self.room, "accept": True}, "imecon-1")

    def end(self) -> None:
        self.travel.advance(600)
        self.api.call("endConsultation", {"chatRoomId": self.room}, "u1")

    def perk(self) -> None:
        more = {"count": 1, "validUntil": "2999-01-01T00:00:00Z"}
        self.code = self.api.call("createTicketCodes", more, "admin", {"admin": True})["codes"][0]

    def show(self) -> None:
        self.token = self.counter.show("u1")

    def show_store(self) -> None:
        self.token = self.counter.show_store()

    def scan(self) -> None:
        """The store's staff read a customer's code."""
        self.nonce = self.counter.scan(self.token)

    def scan_store(self) -> None:
        """A customer reads a store's code."""
        self.nonce = self.counter.read(self.token, "u1")

    def event(self, kind: str) -> None:
        """Deliver the newest event of a type as Stripe would."""
        event = next(event for event in reversed(self.sim.events()) if event["type"] == kind)
        payload, stamp = json.dumps(event), int(time.time())
        mac = hmac.new(local.WEBHOOK_SECRET.encode(), f"{stamp}.{payload}".encode(), hashlib.sha256).hexdigest()
        answer = self.api.post("stripeWebhook", payload, {"Stripe-Signature": f"t={stamp},v1={mac}"})
        assert (answer.status_code, answer.get_data(as_text=True)) == (200, "settled")


Step = Callable[[World], Any]


def held(world: World) -> None:
    world.buy()
    world.hold()


def authorized(world: World) -> None:
    held(world)
    world.confirm()


def used(world: World) -> None:
    authorized(world)
    world.redeem()


def active(world: World) -> None:
    used(world)
    world.accept()
    world.travel.advance(600)


def reopening(world: World) -> None:
    active(world)
    world.end()
    world.buy(chatRoomId=world.room)
    world.hold()
    world.confirm()


def perk_used(world: World) -> None:
    world.perk()
    world.redeem(imeconId="imecon-1")


def perk_active(world: World) -> None:
    perk_used(world)
    world.accept()


def staff_known(world: World) -> None:
    """A store's staff are in the cache, and a customer shows a code."""
    world.show_store()
    world.show()


def staff_unknown(world: World) -> None:
    world.show()
    cache.forget()


def store_shown_elsewhere(world: World) -> None:
    """By another instance of the functions than the one that reads it."""
    world.show_store()
    cache.forget()


def scanned(world: World) -> None:
    staff_known(world)
    world.scan()


def store_scanned(world: World) -> None:
    world.show_store()
    world.scan_store()


def record(world: World) -> None:
    world.counter.record(world.nonce, "u1", "staff-1", "store-1")


def record_store(world: World) -> None:
    world.counter.record(world.nonce, "store-1", "u1")


def check(world: World) -> None:
    world.counter.check(world.nonce, "staff-1", "store-1")


def offer(world: World) -> None:
    world.entry = world.counter.offer(world.nonce)["awardId"]


def offered(world: World) -> None:
    scanned(world)
    offer(world)


def accept_points(world: World) -> None:
    world.counter.accept(world.entry, "u1")


def earned(world: World) -> None:
    offered(world)
    accept_points(world)


def offered_again(world: World) -> None:
    earned(world)
    offered(world)


def decline_points(world: World) -> None:
    world.counter.decline(world.entry, "u1")


def ready_to_pay(world: World) -> None:
    earned(world)
    store_scanned(world)


def pay(world: World) -> None:
    world.entry = world.counter.pay(world.nonce, 5, "u1")["usageId"]


def paid(world: World) -> None:
    ready_to_pay(world)
    pay(world)


def reverse(world: World) -> None:
    world.counter.reverse(world.entry)


def nothing(_: World) -> None:
    """The first call of all."""


def capture(world: World) -> None:
    world.api.call("capturePaymentIntent", {"paymentIntentId": world.payment, "amount": 3000}, "imecon-1")


def cancel(world: World) -> None:
    world.api.call("cancelPaymentIntent", {"paymentIntentId": world.payment}, "u1")


def cancel_by_room(world: World) -> None:
    world.api.call("cancelPaymentIntent", {"chatRoomId": world.room}, "u1")


def decline(world: World) -> None:
    world.api.call("answerConsultation", {"chatRoomId": world.room, "accept": False}, "imecon-1")
