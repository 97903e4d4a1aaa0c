"""Anything in any order about two devices, with calls to Stripe that get lost: in the end everything agrees."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest

from devkit.stripe_sim.errors import ApiError
from tests.support.calls import reason_of
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.stripe_side import OUTAGES

STEPS = 30
DEVICES = {"phone-1": "owner-1", "phone-2": "owner-2"}


@dataclass
class Story:
    """What happened so far, and the chance that decides what happens next."""

    driver: Driver
    chance: random.Random
    bought: list[Bought] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    disputes: list[str] = field(default_factory=list)

    def some(self) -> Bought:
        return self.chance.choice(self.bought)

    def create(self) -> None:
        device = self.chance.choice(list(DEVICES))
        bought = Bought(self.chance.choice([LICENSE, DAYPASS]), device, DEVICES[device])
        reason_of(lambda: self.driver.create_checkout(bought))
        if bought.url and bought.id not in {each.id for each in self.bought}:
            self.bought.append(bought)

    def pay(self) -> None:
        card = self.chance.choice(["pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined"])
        self.driver.pay_page(self.some(), card)

    def confirm(self) -> None:
        bought = self.some()
        reason_of(lambda: self.driver.confirm_checkout(bought))

    def cancel(self) -> None:
        bought = self.some()
        reason_of(lambda: self.driver.cancel_checkout(bought))

    def look(self) -> None:
        device = self.chance.choice(list(DEVICES))
        self.driver.get_device(device, DEVICES[device])

    def move(self) -> None:
        source, target = self.chance.sample(list(DEVICES), 2)
        code = self.driver.get_device(source, DEVICES[source])["license_code"]
        if code:
            reason_of(lambda: self.driver.restore(code, target, DEVICES[target]))

    def event(self) -> None:
        self.driver.deliver(self.chance.choice(self.driver.events()))

    def refund(self) -> None:
        payment, amount = self.driver.payment_of(self.some()), self.chance.choice([None, 50])
        self.refunds.append(self.driver.simulator.dashboard_refund(payment, amount)["id"])

    def administrator(self) -> None:
        bought = self.some()
        reason_of(lambda: self.driver.by_admin("refundPurchase", purchase_id=bought.id))

    def fail_refund(self) -> None:
        self.driver.simulator.fail_refund(self.refunds.pop())

    def dispute(self) -> None:
        self.disputes.append(self.driver.simulator.dispute(self.driver.payment_of(self.some()))["id"])

    def decide_dispute(self) -> None:
        self.driver.simulator.move_dispute(self.disputes.pop(), self.chance.choice(["won", "lost"]))

    def lose(self) -> None:
        self.driver.lose_call(
            self.chance.choice(list(OUTAGES)), "/v1/(checkout|refunds).*", self.chance.choice(["POST", "GET"])
        )

    def wait(self) -> None:
        self.driver.advance(self.chance.choice([MINUTE, 10 * MINUTE, HOUR, DAY]))

    def sweep(self) -> None:
        self.driver.sweep()

    def step(self) -> None:
        """One of all, as far as it can be done at this time."""
        steps: list[Callable[[], None]] = [
            *[self.create, self.pay, self.pay, self.confirm, self.look, self.event, self.event, self.wait, self.sweep],
            *[self.cancel, self.move, self.refund, self.administrator, self.fail_refund, self.dispute],
            *[self.decide_dispute, self.lose],
        ]
        try:
            self.chance.choice(steps)()
        except (ApiError, IndexError, TypeError):
            # Stripe refuses it, or there is nothing yet to do it with.
            return

    def finish(self) -> None:
        """Stripe works and tells everything, and every deadline passes."""
        self.driver.simulator.clear_faults()
        self.driver.deliver_all()
        for _ in range(8):
            self.driver.advance(2 * HOUR)
            self.driver.sweep()
        self.driver.deliver_all(1)
        self.driver.reconcile()


SEEDS = range(4)


@pytest.mark.parametrize("seed", SEEDS)
def test_anything_in_any_order_ends_right(driver: Driver, seed: int) -> None:
    story = Story(driver, random.Random(seed))
    for _ in range(STEPS):
        story.step()
    story.finish()
    owed = "were not given back"
    assert [line for line in driver.problems() if owed not in line] == []
