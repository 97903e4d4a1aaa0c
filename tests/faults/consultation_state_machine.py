"""A town of buyers and consultants in which anything may happen at any time, for hypothesis to steer.

Every step is one thing a person, Stripe, a bank, a network or a clock does. Nothing is checked in the middle of it but
that no call is answered with an internal error; when the town comes to rest, every invariant must hold.
"""

from __future__ import annotations

import contextlib
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, rule

from devkit.client import CallableError
from devkit.stripe_sim.errors import ApiError
from tests.support.round_trips import Moment, Point, RoundTrips

from .rest import come_to_rest, let_days_pass
from .scene import HOUR, MINUTE, Sale, Scene

BUYERS = ("ann", "bob", "cyd")
CONSULTANTS = ("imecon-1", "imecon-2")
CARDS = (
    "pm_card_visa",
    "pm_card_amex",
    "pm_card_chargeDeclined",
    "pm_card_threeDSecure2Required",
)
SCHEDULES = ("voidExpiredAuthorizations", "endOverdueSessions", "reconcilePayments")
STRIPE_FAULTS = ("drop_before", "drop_after", "429", "500", "500_after", "lock_timeout")
STEPS_IN_TIME = (1.0, MINUTE, 4 * MINUTE, 20 * MINUTE, HOUR, 19 * HOUR, 30 * HOUR)

COMMANDS: dict[str, Callable[[Scene, Sale], object]] = {
    "pay again": lambda scene, sale: scene.order(sale),
    "confirm": lambda scene, sale: scene.confirm(sale),
    "redeem": lambda scene, sale: scene.redeem(sale),
    "accept": lambda scene, sale: scene.answer(sale, accept=True),
    "decline": lambda scene, sale: scene.answer(sale, accept=False),
    "buyer ends": lambda scene, sale: scene.end(sale),
    "consultant ends": lambda scene, sale: scene.end(sale, sale.imecon),
    "capture": lambda scene, sale: scene.capture(sale),
    "capture a part": lambda scene, sale: scene.capture(sale, 1234),
    "cancel": lambda scene, sale: scene.cancel(sale),
    "void sweep": lambda scene, _: scene.run("voidExpiredAuthorizations"),
    "end sweep": lambda scene, _: scene.run("endOverdueSessions"),
    "all webhooks": lambda scene, sale: [scene.deliver(event) for event in scene.events(sale)],
}
BEHIND_OUR_BACK: dict[str, Callable[[Scene, Sale], object]] = {
    "dashboard captures": lambda scene, sale: scene.simulator.dashboard_capture(sale.pi),
    "dashboard captures a part": lambda scene, sale: scene.simulator.dashboard_capture(sale.pi, 700),
    "dashboard cancels": lambda scene, sale: scene.simulator.dashboard_cancel(sale.pi),
    "dashboard refunds": lambda scene, sale: scene.simulator.dashboard_refund(sale.pi),
    "cardholder disputes": lambda scene, sale: scene.simulator.dispute(sale.pi),
    "bank lets go in an hour": lambda scene, sale: scene.simulator.set_capture_before(
        sale.pi, scene.simulator.now() + 3600
    ),
}
MOMENTS = st.sampled_from(("before", "after"))


class Town(RuleBasedStateMachine):
    """The machine hypothesis runs; ``scene`` and ``wire`` are given by the test that makes it."""

    scene: Scene
    wire: RoundTrips
    sales = Bundle("sales")

    @initialize(target=sales)
    def a_new_day(self) -> MultipleResults[Sale]:
        self.scene.renew()
        # Frozen, so that a run is the same when hypothesis repeats it.
        self.scene.travel.freeze()
        self.touched: set[str] = set()
        self.perk_code = self.scene.perk_code(uses=2)
        return multiple(self.scene.held("ann"), self.scene.active("bob"))

    def teardown(self) -> None:
        if hasattr(self, "perk_code"):
            let_days_pass(self.scene, self.touched)

    # What people do.

    @rule(target=sales, buyer=st.sampled_from(BUYERS), imecon=st.sampled_from(CONSULTANTS))
    def buy(self, buyer: str, imecon: str) -> Sale | MultipleResults[Sale]:
        return self._known(self._do(lambda: self.scene.buy(buyer, imecon)))

    @rule(
        target=sales,
        buyer=st.sampled_from(BUYERS),
        imecon=st.sampled_from(CONSULTANTS),
        call=st.integers(1, 4),
        moment=MOMENTS,
    )
    def buy_again_after_a_death(
        self, buyer: str, imecon: str, call: int, moment: Moment
    ) -> Sale | MultipleResults[Sale]:
        with self.wire.killed(Point(call, moment), always=False):
            self._do(lambda: self.scene.buy(buyer, imecon))
        return self.buy(buyer, imecon)

    @rule(target=sales, buyer=st.sampled_from(BUYERS), imecon=st.sampled_from(CONSULTANTS), card=st.sampled_from(CARDS))
    def buy_and_pay(self, buyer: str, imecon: str, card: str) -> Sale | MultipleResults[Sale]:
        sale = self._do(lambda: self.scene.buy(buyer, imecon))
        if sale is not None:
            self._at_stripe(lambda: self.scene.simulator.confirm(sale.pi, card))
            self._do(lambda: self.scene.confirm(sale))
        return self._known(sale)

    @rule(target=sales, sale=sales)
    def buy_to_reopen(self, sale: Sale) -> Sale | MultipleResults[Sale]:
        room = sale.room or sale.ticket
        return self._known(self._do(lambda: self.scene.buy(sale.buyer, sale.imecon, room)))

    @rule(target=sales, buyer=st.sampled_from(BUYERS))
    def use_a_perk_code(self, buyer: str) -> Sale | MultipleResults[Sale]:
        return self._known(self._do(lambda: self.scene.redeem(Sale(buyer, code=self.perk_code))))

    @rule(sale=sales, card=st.sampled_from(CARDS))
    def show_a_card(self, sale: Sale, card: str) -> None:
        self._at_stripe(lambda: self.scene.simulator.confirm(sale.pi, card))

    @rule(sale=sales, outcome=st.sampled_from(("pass", "fail")))
    def answer_the_bank(self, sale: Sale, outcome: str) -> None:
        self._at_stripe(lambda: self.scene.simulator.authenticate(sale.pi, outcome))

    @rule(sale=sales, command=st.sampled_from(sorted(COMMANDS)))
    def do(self, sale: Sale, command: str) -> None:
        self._do(lambda: COMMANDS[command](self.scene, sale))

    @rule(sale=sales, command=st.sampled_from(sorted(COMMANDS)), call=st.integers(1, 6), moment=MOMENTS)
    def do_and_die(self, sale: Sale, command: str, call: int, moment: Moment) -> None:
        """The process that does it dies before or after one of its round trips."""
        with self.wire.killed(Point(call, moment), always=False):
            self._do(lambda: COMMANDS[command](self.scene, sale))

    @rule(sale=sales)
    def meet(self, sale: Sale) -> None:
        """All the way into a session, as most consultations go."""
        for command in ("confirm", "redeem", "accept"):
            self._do(lambda command=command: COMMANDS[command](self.scene, sale))  # type: ignore[misc]

    @rule(
        sale=sales,
        other=sales,
        first=st.sampled_from(sorted(COMMANDS)),
        second=st.sampled_from(sorted(COMMANDS | BEHIND_OUR_BACK)),
        call=st.integers(1, 6),
        moment=MOMENTS,
    )
    def do_two_at_once(self, sale: Sale, other: Sale, first: str, second: str, call: int, moment: Moment) -> None:
        """The second happens whole while the first stands at one of its round trips."""

        def meanwhile() -> None:
            if second in BEHIND_OUR_BACK:
                self.behind_our_back(other, second)
            else:
                self._do(lambda: COMMANDS[second](self.scene, other))

        with self.wire.interrupted(Point(call, moment), meanwhile, always=False):
            self._do(lambda: COMMANDS[first](self.scene, sale))

    # What goes wrong.

    @rule(sale=sales, what=st.sampled_from(sorted(BEHIND_OUR_BACK)))
    def behind_our_back(self, sale: Sale, what: str) -> None:
        self.touched.add(sale.pi)
        self._at_stripe(lambda: BEHIND_OUR_BACK[what](self.scene, sale))

    @rule(kind=st.sampled_from(STRIPE_FAULTS), method=st.sampled_from(("POST", "GET", ".*")))
    def stripe_fails_next(self, kind: str, method: str) -> None:
        self.scene.simulator.fault(kind, method=method)

    # What Stripe, the clock and the schedules do.

    @rule(order=st.randoms(use_true_random=False), share=st.sampled_from((0.3, 1.0)))
    def stripe_delivers(self, order: random.Random, share: float) -> None:
        """Some of all there is, old and new, in any order; what is left out may come later or never."""
        events = self.scene.events()
        for event in order.sample(events, round(len(events) * share)):
            self._do(lambda event=event: self.scene.deliver(event))  # type: ignore[misc]

    @rule(schedule=st.sampled_from(SCHEDULES))
    def a_schedule_runs(self, schedule: str) -> None:
        disturbed = bool(self.scene.simulator.faults())
        try:
            self._do(lambda: self.scene.run(schedule))
        except AssertionError:
            # The sweeps go on without Stripe; the reconciliation may leave all of it to the next day.
            if schedule != "reconcilePayments" or not disturbed:
                raise

    @rule(seconds=st.sampled_from(STEPS_IN_TIME))
    def time_passes(self, seconds: float) -> None:
        self.scene.travel.advance(seconds)

    @rule(sale=sales, field=st.sampled_from(("due_at", "expires_at")), off=st.sampled_from((-1, 0, 1)))
    def a_deadline_comes(self, sale: Sale, field: str, off: int) -> None:
        deadline: datetime | None = self.scene.ticket(sale).get(field)
        if deadline is not None:
            ahead = deadline + timedelta(seconds=off) - self.scene.travel.now()
            self.scene.travel.advance(max(0.0, ahead.total_seconds()))

    @rule()
    def all_is_quiet(self) -> None:
        come_to_rest(self.scene, self.touched)

    def _known(self, sale: Sale | None) -> Sale | MultipleResults[Sale]:
        return multiple() if sale is None else sale

    def _at_stripe(self, act: Callable[[], object]) -> None:
        """What a person does at Stripe may be impossible in the payment's state; Stripe says so, to them."""
        with contextlib.suppress(ApiError):
            act()

    def _do(self, act: Callable[[], Any]) -> Any:
        """A call of ours. It may be refused with a reason; it never fails unexplained."""
        try:
            return act()
        except CallableError as error:
            if error.reason in (None, "INTERNAL"):
                raise AssertionError("failed without a reason") from error
        return None
