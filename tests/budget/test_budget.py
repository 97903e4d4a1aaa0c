"""The ceilings of the design: Firestore round trips and Stripe calls of the first, uncontended call of each function.

Caches of near-static documents are warm. Time is not measured here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from google.cloud import firestore

from common import cache, documents
from common.documents import Unit
from devkit.inprocess import InProcessFunctions
from devkit.stripe_sim import StripeSimulator
from devkit.travel import Travel
from payments import gateway
from tests.budget import steps
from tests.budget.counting import RoundTrips, counted_store
from tests.budget.steps import Step, World

# step before, the call, Firestore round trips, Stripe calls
BUDGET: dict[str, tuple[Step, Step, int, int]] = {
    "createPaymentIntent": (steps.nothing, World.buy, 3, 1),
    "confirmTicket": (steps.held, World.confirm, 2, 1),
    "redeemTicketCode": (steps.authorized, World.redeem, 3, 0),
    "redeemTicketCode, reopening": (steps.reopening, World.redeem, 3, 0),
    "redeemTicketCode, perk": (World.perk, lambda world: world.redeem(imeconId="imecon-1"), 3, 0),
    "answerConsultation, accept": (steps.used, World.accept, 2, 0),
    "answerConsultation, accept, perk": (steps.perk_used, World.accept, 2, 0),
    "answerConsultation, decline": (steps.used, steps.decline, 4, 1),
    "endConsultation": (steps.active, World.end, 4, 1),
    "endConsultation, perk": (steps.perk_active, World.end, 4, 0),
    "capturePaymentIntent": (steps.active, steps.capture, 4, 1),
    "cancelPaymentIntent, unpaid": (World.buy, steps.cancel, 4, 1),
    "cancelPaymentIntent, held": (steps.authorized, steps.cancel, 4, 1),
    "cancelPaymentIntent, redeemed": (steps.used, steps.cancel, 4, 1),
    "cancelPaymentIntent, by room": (steps.used, steps.cancel_by_room, 4, 1),
    "stripeWebhook, new hold": (
        steps.held,
        lambda world: world.event("payment_intent.amount_capturable_updated"),
        2,
        1,
    ),
    "stripeWebhook, known hold": (
        steps.authorized,
        lambda w: w.event("payment_intent.amount_capturable_updated"),
        2,
        1,
    ),
    "issueSecureQR, customer": (steps.nothing, World.show, 0, 0),
    "issueSecureQR, store": (lambda _: cache.forget(), World.show_store, 1, 0),
    "issueSecureQR, store, cached": (World.show_store, World.show_store, 0, 0),
    "verifySecureQR, a customer's": (steps.staff_known, World.scan, 1, 0),
    "verifySecureQR, a customer's, staff not cached": (steps.staff_unknown, World.scan, 2, 0),
    "verifySecureQR, a store's": (World.show_store, World.scan_store, 1, 0),
    "verifySecureQR, a store's, staff not cached": (steps.store_shown_elsewhere, World.scan_store, 2, 0),
    "recordQRUsage, a customer's": (steps.scanned, steps.record, 2, 0),
    "recordQRUsage, a store's": (steps.store_scanned, steps.record_store, 2, 0),
    "checkQRUsage": (steps.scanned, steps.check, 1, 0),
    "requestPointAward": (steps.scanned, steps.offer, 2, 0),
    "awardPoints, first visit": (steps.offered, steps.accept_points, 2, 0),
    "awardPoints": (steps.offered_again, steps.accept_points, 2, 0),
    "awardPoints, repeated": (steps.earned, steps.accept_points, 2, 0),
    "declinePointAward": (steps.offered, steps.decline_points, 2, 0),
    "usePoints": (steps.ready_to_pay, steps.pay, 2, 0),
    "usePoints, repeated": (steps.paid, steps.pay, 2, 0),
    "reversePoints, award": (steps.earned, steps.reverse, 3, 0),
    "reversePoints, payment": (steps.paid, steps.reverse, 3, 0),
}


@pytest.fixture
def world(clean: None, api: InProcessFunctions, simulator: StripeSimulator, travel: Travel) -> World:
    """An empty world whose near-static documents are in the cache."""
    warm = World(api, simulator, travel)
    cache.read(documents.ref("ticket_types", "dm_consultation"), documents.ref("imecons", "imecon-1"))
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
    steps.active(world)
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
        documents.read(documents.ref("users", "u1"), documents.ref("users", "u2"))
        assert len(trips.calls) == usual + 1

    def test_every_kind_of_round_trip_is_counted(self, trips: RoundTrips) -> None:
        trips.calls.clear()
        unit = Unit()
        unit.merge_blindly(documents.ref("users", "u1"), {"x": 1})
        unit.commit()
        list(documents.client().collection("users").limit(1).stream())
        documents.ref("users", "u1").get()
        assert trips.calls == ["Commit", "RunQuery", "BatchGetDocuments"]

    def test_an_extra_stripe_call_is_counted(self, world: World) -> None:
        world.buy()
        asked = len(world.sim.requests())
        gateway.retrieve(world.payment)
        assert len(world.sim.requests()) == asked + 1
