"""Anything in any order about an event, with kills and calls to Stripe that get lost: in the end everything agrees."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from devkit.stripe_sim.errors import ApiError
from tests.support.admissions import PRICE, Ordered
from tests.support.calls import reason_of
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Point, RoundTrips
from tests.support.stripe_side import OUTAGES

STEPS = 100
PLACES = 9
BUYERS = ("ann", "bob", "cyd")


@dataclass
class Story:
    """What happened so far, and the chance that decides what happens next."""

    driver: Driver
    trips: RoundTrips
    chance: random.Random
    events: list[str]
    orders: list[Ordered] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)

    def call(self, act: Callable[[], Any]) -> None:
        """Make a call, which may be refused, or die at one of its round trips."""
        if self.chance.random() < 0.2:
            point = Point(self.chance.randint(1, 8), self.chance.choice(["before", "after"]))
            with self.trips.killed(point, always=False):
                reason_of(act)
        else:
            assert reason_of(act) != "INTERNAL"

    def some(self) -> Ordered:
        return self.chance.choice(self.orders)

    def at_stripe(self, status: str) -> Ordered:
        """An order whose payment is in a status."""
        payments = {each["id"] for each in self.driver.simulator.payment_intents() if each["status"] == status}
        return self.chance.choice([ordered for ordered in self.orders if ordered.payment in payments])

    def event_id(self) -> str:
        return self.chance.choice(self.events)

    def order(self) -> None:
        items = [{"tier": "ga", "quantity": self.chance.randint(1, 3)}]
        ordered = Ordered(self.events[0], self.chance.choice(BUYERS), items)
        if self.chance.random() < 0.4:
            seat = f"{self.chance.choice('AB')}-{self.chance.randint(1, 2)}"
            ordered = Ordered(self.events[1], ordered.buyer, [{"tier": "seat", "seat_number": seat}])
        self.call(lambda: self.driver.order_places(ordered))
        if ordered.id:
            self.orders.append(ordered)

    def order_again(self) -> None:
        ordered = self.some()
        self.call(lambda: self.driver.order_places(ordered))

    def pay(self) -> None:
        card = self.chance.choice(["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"])
        self.driver.pay_sheet(self.at_stripe("requires_payment_method"), card)

    def confirm(self) -> None:
        ordered = self.some()
        self.call(lambda: self.driver.confirm_order(ordered))

    def abandon(self) -> None:
        ordered = self.some()
        self.call(lambda: self.driver.abandon(ordered))

    def give_back(self) -> None:
        ordered = self.at_stripe("succeeded")
        self.call(lambda: self.driver.cancel_ticket(ordered, self.chance.randint(0, 1)))

    def news(self) -> None:
        event = self.chance.choice(self.driver.events())
        self.call(lambda: self.driver.deliver(event))

    def by_hand(self) -> None:
        simulator, payment = self.driver.simulator, self.at_stripe("requires_capture").payment
        if self.chance.random() < 0.5:
            simulator.dashboard_capture(payment)
        else:
            simulator.dashboard_cancel(payment)

    def refund(self) -> None:
        amount = self.chance.choice([None, 500, PRICE])
        self.refunds.append(self.driver.simulator.dashboard_refund(self.at_stripe("succeeded").payment, amount)["id"])

    def fail_refund(self) -> None:
        made = [refund["id"] for refund in self.driver.simulator.refunds()]
        self.driver.simulator.fail_refund(self.chance.choice(made))

    def dispute(self) -> None:
        self.disputes.append(self.driver.simulator.dispute(self.at_stripe("succeeded").payment)["id"])

    def decide_dispute(self) -> None:
        self.driver.simulator.move_dispute(self.disputes.pop(), self.chance.choice(["won", "lost"]))

    def change(self) -> None:
        event = self.event_id()
        act = self.chance.choice([self.driver.close_event, self.driver.publish, self.driver.publish])
        self.call(lambda: act(event))

    def size(self) -> None:
        tiers = [{"tier": "ga", "name": "自由席", "price": PRICE, "size": self.chance.randint(4, PLACES)}]
        self.call(lambda: self.driver.update_event(self.events[0], tiers=tiers))

    def call_off(self) -> None:
        if self.chance.random() < 0.1:
            self.call(lambda: self.driver.cancel_event(self.event_id()))

    def lose(self) -> None:
        kind, method = self.chance.choice(list(OUTAGES)), self.chance.choice(["POST", "GET"])
        self.driver.lose_call(kind, "/v1/(payment_intents|refunds).*", method)

    def wait(self) -> None:
        self.driver.advance(self.chance.choice([MINUTE, 5 * MINUTE, 13 * MINUTE, HOUR]))

    def sweep(self) -> None:
        self.call(self.chance.choice([self.driver.expire_orders, self.driver.settle_orders]))

    def step(self) -> None:
        """One of all, as far as it can be done at this time."""
        often = [self.order, self.order, self.pay, self.pay, self.confirm, self.confirm, self.news, self.sweep]
        seldom = [self.order_again, self.abandon, self.give_back, self.by_hand, self.refund, self.fail_refund]
        seldom += [self.dispute, self.decide_dispute, self.change, self.size, self.call_off, self.lose, self.wait]
        try:
            self.chance.choice([*often, *often, *seldom])()
        except (ApiError, IndexError):
            # Stripe refuses it, or there is nothing yet to do it with.
            return

    def finish(self) -> None:
        """Stripe works and tells everything, and every deadline passes."""
        self.driver.simulator.clear_faults()
        self.driver.deliver_all()
        for step in (13 * MINUTE, HOUR, HOUR, DAY, DAY):
            self.driver.advance(step)
            self.driver.sweep_orders()
        self.driver.deliver_all(1)
        self.driver.sweep_orders()
        self.driver.reconcile()


def told(driver: Driver, round_trips: RoundTrips, seed: int) -> list[str]:
    """One story; what is wrong at its end."""
    events = [driver.published(places=PLACES, max_per_person=4), driver.published_hall(seats=2)]
    story = Story(driver, round_trips, random.Random(seed), events)
    for _ in range(STEPS):
        story.step()
    story.finish()
    # What a person has to pay back by hand is reported, and right so.
    return [line for line in driver.problems() if "were to come back" not in line]


@pytest.mark.parametrize("seed", range(4))
def test_anything_in_any_order_ends_right(driver: Driver, round_trips: RoundTrips, seed: int) -> None:
    assert told(driver, round_trips, seed) == []


def test_control_without_the_orders_own_state_it_ends_wrong(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Facts that come late or twice move what they must not."""
    from admission import transition
    from admission.states import ORDER, OrderEvent, State
    from common.state_machine import Outcome, Verdict

    class Forgetful:
        def decide(self, state: State, event: OrderEvent) -> Outcome[State]:
            outcome = ORDER.decide(state, event)
            targets = [target for (_, each), target in ORDER.moves.items() if each is event]
            return outcome if outcome.verdict is Verdict.MOVE else Outcome(Verdict.MOVE, targets[0])

    monkeypatch.setattr(transition, "ORDER", Forgetful())
    with pytest.raises(AssertionError):
        assert told(driver, round_trips, 0) == []
