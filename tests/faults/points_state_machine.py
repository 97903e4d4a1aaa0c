"""Stores and customers who may do anything with codes and points at any time, for hypothesis to steer.

Whatever is done, is done by anybody with any code at any time, again, cut short, or in the middle of something else.
During the steps three things are checked: that calls are refused only with a reason, that a repeated call answers what
it answered before, and that a customer's code has one reader. Whenever nothing is under way, every invariant must hold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, rule

from devkit.client import CallableError
from devkit.emulator import Emulator
from tests.support.clock import MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Named, Point, RoundTrips

from .points_actions import ACTIONS, CUSTOMERS, SAME_ANSWER_AGAIN, STORES, Action, Code

AMOUNTS = (99, 1_200, 5_000)
STEPS_IN_TIME = (1.0, 30.0, 64.0, 66.0, 9 * MINUTE, 11 * MINUTE)
POINTS = st.builds(Point, st.integers(1, 3), st.sampled_from(("before", "after")))


class PointsStateMachine(RuleBasedStateMachine):
    """The machine hypothesis runs; the test that makes it gives these three."""

    driver: Driver
    trips: RoundTrips
    emulator: Emulator
    codes = Bundle("codes")
    actions = Bundle("actions")

    @initialize(target=codes)
    def start(self) -> MultipleResults[Code]:
        """Ann has points, an award to answer, and has read the codes of both stores; Bob has read one of them too."""
        self.driver.start_over(self.emulator)
        self.driver.freeze()
        self.answers: dict[Action, Any] = {}
        self.readers: defaultdict[Code, set[str]] = defaultdict(set)
        self.driver.earn(5_000, "ann", "store-1")
        of_ann, of_store_1, of_store_2 = self._show("ann"), self._show("store-1"), self._show("store-2")
        for what, code in (("read", of_ann), ("offer", of_ann), ("read", of_store_1)):
            self._run(Action(what, code, "store-1", "ann", 1_200))
        for customer in CUSTOMERS:
            self._run(Action("read", of_store_2, "store-2", customer, 1_200))
        return multiple(of_ann, of_store_1, of_store_2)

    def teardown(self) -> None:
        if not hasattr(self, "answers"):
            return
        self.check_everything()
        self.driver.advance(20 * MINUTE)
        left = self._users()
        for action in [action for action in self.answers if action.what in ("accept", "pay", "reverse")]:
            assert self._run(action) is not None, action
        assert self._users() == left
        self.check_everything()

    # What people do.

    @rule(target=codes, owner=st.sampled_from((*CUSTOMERS, *STORES)))
    def show_code(self, owner: str) -> Code:
        return self._show(owner)

    @rule(
        target=actions,
        what=st.sampled_from(sorted(ACTIONS)),
        code=codes,
        store=st.sampled_from(STORES),
        customer=st.sampled_from(CUSTOMERS),
        amount=st.sampled_from(AMOUNTS),
    )
    def act(self, what: str, code: Code, store: str, customer: str, amount: int) -> Action:
        """Anybody does anything with any code."""
        action = Action(what, code, store, customer, amount)
        self._run(action)
        return action

    @rule(
        target=actions,
        what=st.sampled_from(sorted(ACTIONS)),
        code=codes,
        amount=st.sampled_from(AMOUNTS),
        at=POINTS,
    )
    def act_and_kill_and_repeat(self, what: str, code: Code, amount: int, at: Point | Named) -> Action:
        """The right person acts; the process dies before or after one of its round trips; the app calls again."""
        store, customer = (code.owner, "ann") if code.of_store else ("store-1", code.owner)
        action = Action(what, code, store, customer, amount)
        with self.trips.killed(at, always=False):
            self._run(action)
        self._run(action)
        return action

    @rule(
        target=codes,
        customer=st.sampled_from(CUSTOMERS),
        store=st.sampled_from(STORES),
        amount=st.sampled_from(AMOUNTS),
    )
    def earn(self, customer: str, store: str, amount: int) -> Code:
        """All the way to the points, as most visits go."""
        code = self._show(customer)
        for what in ("read", "record", "offer", "accept"):
            self._run(Action(what, code, store, customer, amount))
        return code

    @rule(
        target=codes,
        customer=st.sampled_from(CUSTOMERS),
        store=st.sampled_from(STORES),
        amount=st.sampled_from(AMOUNTS),
    )
    def pay(self, customer: str, store: str, amount: int) -> Code:
        code = self._show(store)
        for what in ("read", "pay"):
            self._run(Action(what, code, store, customer, amount))
        return code

    @rule(action=actions)
    def act_again(self, action: Action) -> None:
        self._run(action)

    @rule(one=actions, other=actions, at=POINTS)
    def act_again_two_at_once(self, one: Action, other: Action, at: Point | Named) -> None:
        self._run_at_once(one, other, at)

    @rule(
        whats=st.tuples(*[st.sampled_from(("accept", "decline", "pay"))] * 2),
        stores=st.tuples(*[st.sampled_from(STORES)] * 2),
        amounts=st.tuples(*[st.sampled_from(AMOUNTS)] * 2),
        at=POINTS,
    )
    def ann_acts_twice_at_once(
        self, whats: tuple[str, str], stores: tuple[str, str], amounts: tuple[int, int], at: Point | Named
    ) -> None:
        one, other = (self._prepared(*wanted) for wanted in zip(whats, stores, amounts, strict=True))
        self._run_at_once(one, other, at)

    @rule(seconds=st.sampled_from(STEPS_IN_TIME))
    def time_passes(self, seconds: float) -> None:
        self.driver.advance(seconds)

    @rule()
    def check_everything(self) -> None:
        problems = self.driver.problems()
        assert not problems, problems

    def _users(self) -> list[dict[str, Any] | None]:
        return [snapshot.to_dict() for snapshot in self.driver.db.collection("users").stream()]

    def _show(self, owner: str) -> Code:
        show = self.driver.show_store_code if owner in STORES else self.driver.show_code
        return Code(show(owner), owner)

    def _prepared(self, what: str, store: str, amount: int) -> Action:
        """An action of Ann's for which all is done that comes before it."""
        code = self._show(store if what == "pay" else "ann")
        action = Action(what, code, store, "ann", amount)
        for before in ("read",) if what == "pay" else ("read", "offer"):
            self._run(replace(action, what=before))
        return action

    def _run_at_once(self, one: Action, other: Action, at: Point | Named) -> None:
        """The other happens whole while the one stands at one of its round trips."""
        with self.trips.interrupted(at, lambda: self._run(other), always=False):
            self._run(one)

    def _run(self, action: Action) -> Any:
        """It may be refused with a reason; it never fails unexplained, and never answers two things."""
        try:
            answer = action.run(self.driver)
        except CallableError as error:
            if error.reason in (None, "INTERNAL", "BUSY"):
                raise AssertionError("failed without a reason") from error
            return None
        if action.what in SAME_ANSWER_AGAIN:
            first = self.answers.setdefault(action, answer)
            # Only points accepted or paid say something new: that they were reversed since.
            changes = action.what in ("accept", "pay")
            assert answer in ((first, {**first, "status": "reversed"}) if changes else (first,))
        if action.what == "read" and not action.code.of_store:
            self.readers[action.code].add(action.store)
            assert len(self.readers[action.code]) == 1, "two stores have one code"
        return answer
