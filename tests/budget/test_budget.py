"""The ceilings of the design: Firestore round trips and Stripe calls of the first, uncontended call of each function.

Caches of near-static documents are warm. Time is not measured here.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from google.cloud import firestore

from common import cached, store
from common.store import Unit
from devkit import local
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel
from payments import gateway
from tests.budget.counting import RoundTrips, counted_store


@dataclass
class World:
    """Everything a step needs, and what the steps before it learned."""

    api: InProcessFunctions
    sim: StripeSimulator
    travel: Travel
    payment: str = ""
    room: str = ""
    code: str = ""

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


# step before, the call, Firestore round trips, Stripe calls
BUDGET: dict[str, tuple[Step, Step, int, int]] = {
    "createPaymentIntent": (nothing, World.buy, 3, 1),
    "confirmTicket": (held, World.confirm, 2, 1),
    "redeemTicketCode": (authorized, World.redeem, 3, 0),
    "redeemTicketCode, reopening": (reopening, World.redeem, 3, 0),
    "redeemTicketCode, perk": (World.perk, lambda world: world.redeem(imeconId="imecon-1"), 3, 0),
    "answerConsultation, accept": (used, World.accept, 2, 0),
    "answerConsultation, accept, perk": (perk_used, World.accept, 2, 0),
    "answerConsultation, decline": (used, decline, 4, 1),
    "endConsultation": (active, World.end, 4, 1),
    "endConsultation, perk": (perk_active, World.end, 4, 0),
    "capturePaymentIntent": (active, capture, 4, 1),
    "cancelPaymentIntent, unpaid": (World.buy, cancel, 4, 1),
    "cancelPaymentIntent, held": (authorized, cancel, 4, 1),
    "cancelPaymentIntent, redeemed": (used, cancel, 4, 1),
    "cancelPaymentIntent, by room": (used, cancel_by_room, 4, 1),
    "stripeWebhook, new hold": (held, lambda world: world.event("payment_intent.amount_capturable_updated"), 2, 1),
    "stripeWebhook, known hold": (authorized, lambda w: w.event("payment_intent.amount_capturable_updated"), 2, 1),
}


@pytest.fixture
def world(clean: None, api: InProcessFunctions, simulator: StripeSimulator, travel: Travel) -> World:
    """An empty world whose near-static documents are in the cache."""
    warm = World(api, simulator, travel)
    cached.read(store.ref("ticket_types", "dm_consultation"), store.ref("imecons", "imecon-1"))
    return warm


@pytest.fixture
def trips(clean: None, db: firestore.Client) -> Iterator[RoundTrips]:
    with counted_store(db.project) as trips:
        yield trips


@pytest.mark.parametrize("name", BUDGET)
def test_ceiling(trips: RoundTrips, world: World, name: str) -> None:
    before, step, firestore_most, stripe_most = BUDGET[name]
    before(world)
    trips.calls.clear()
    asked = len(world.sim.requests())
    step(world)
    stripe = [f"{request['method']} {request['path']}" for request in world.sim.requests()[asked:]]
    assert len(trips.calls) <= firestore_most, trips.calls
    # PaymentSheet's own requests are none of ours, and no step above contains one.
    assert len(stripe) <= stripe_most, stripe


def test_settling_what_our_own_capture_did_costs_the_webhook_no_stripe_call(trips: RoundTrips, world: World) -> None:
    active(world)
    world.end()
    trips.calls.clear()
    asked = len(world.sim.requests())
    world.event("payment_intent.succeeded")
    assert len(trips.calls) <= 2, trips.calls
    assert len(world.sim.requests()) == asked


class TestControl:
    """What is not counted cannot exceed a ceiling."""

    def test_an_extra_read_is_counted(self, trips: RoundTrips, world: World) -> None:
        trips.calls.clear()
        world.buy()
        usual = len(trips.calls)
        store.read(store.ref("users", "u1"), store.ref("users", "u2"))
        assert len(trips.calls) == usual + 1

    def test_every_kind_of_round_trip_is_counted(self, trips: RoundTrips) -> None:
        trips.calls.clear()
        unit = Unit()
        unit.merge(store.ref("users", "u1"), {"x": 1})
        unit.commit()
        list(store.client().collection("users").limit(1).stream())
        store.ref("users", "u1").get()
        assert trips.calls == ["Commit", "RunQuery", "BatchGetDocuments"]

    def test_an_extra_stripe_call_is_counted(self, world: World) -> None:
        world.buy()
        asked = len(world.sim.requests())
        gateway.retrieve(world.payment)
        assert len(world.sim.requests()) == asked + 1
