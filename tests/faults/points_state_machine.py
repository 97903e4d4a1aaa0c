"""A market of stores and customers in which anything may happen to codes and points, for hypothesis to steer.

Whatever is done, is done by anybody with any code at any time, again, cut short, or in the middle of something else.
Nothing is checked in the middle but that calls are refused only with a reason, that a repeated call answers what it
answered before, and that a customer's code has one reader; when the market rests, every invariant must hold.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, multiple, rule

from devkit.client import CallableError
from tests.integration.counter import Counter
from tests.support.round_trips import Moment, Point, RoundTrips

from .deeds import CUSTOMERS, DEEDS, LASTING, STORES, Code, Deed
from .scene import MINUTE, Scene

AMOUNTS = (99, 1_200, 5_000)
STEPS_IN_TIME = (1.0, 30.0, 64.0, 66.0, 9 * MINUTE, 11 * MINUTE)
MOMENTS = st.sampled_from(("before", "after"))


class Market(RuleBasedStateMachine):
    """The machine hypothesis runs; ``scene`` and ``wire`` are given by the test that makes it."""

    scene: Scene
    wire: RoundTrips
    codes = Bundle("codes")
    deeds = Bundle("deeds")

    @initialize(target=codes)
    def a_new_day(self) -> MultipleResults[Code]:
        """Ann has points, an award to answer, and has read the codes of both stores; Bob has read one of them too."""
        self.scene.renew()
        self.scene.travel.freeze()
        self.counter = Counter(self.scene.api)
        self.told: dict[Deed, Any] = {}
        self.readers: defaultdict[Code, set[str]] = defaultdict(set)
        self.counter.earn(5_000, "ann", "store-1")
        mine, theirs, others = self._shown("ann"), self._shown("store-1"), self._shown("store-2")
        for what, code, store in (("read", mine, "store-1"), ("offer", mine, "store-1"), ("read", theirs, "store-1")):
            self._do(Deed(what, code, store, "ann", 1_200))
        for customer in CUSTOMERS:
            self._do(Deed("read", others, "store-2", customer, 1_200))
        return multiple(mine, theirs, others)

    def teardown(self) -> None:
        if not hasattr(self, "told"):
            return
        self.all_is_quiet()
        self.scene.travel.advance(20 * MINUTE)
        left = [snapshot.to_dict() for snapshot in self.scene.db.collection("users").stream()]
        for deed in [deed for deed in self.told if deed.what in ("accept", "pay", "reverse")]:
            assert self._do(deed) is not None, deed
        assert [snapshot.to_dict() for snapshot in self.scene.db.collection("users").stream()] == left
        self.all_is_quiet()

    # What people do.

    @rule(target=codes, owner=st.sampled_from((*CUSTOMERS, *STORES)))
    def show(self, owner: str) -> Code:
        return self._shown(owner)

    @rule(
        target=deeds,
        what=st.sampled_from(sorted(DEEDS)),
        code=codes,
        store=st.sampled_from(STORES),
        customer=st.sampled_from(CUSTOMERS),
        amount=st.sampled_from(AMOUNTS),
    )
    def do(self, what: str, code: Code, store: str, customer: str, amount: int) -> Deed:
        """Anybody does anything with any code."""
        deed = Deed(what, code, store, customer, amount)
        self._do(deed)
        return deed

    @rule(
        target=deeds,
        what=st.sampled_from(sorted(DEEDS)),
        code=codes,
        amount=st.sampled_from(AMOUNTS),
        call=st.integers(1, 3),
        moment=MOMENTS,
    )
    def do_what_is_meant_and_die(self, what: str, code: Code, amount: int, call: int, moment: Moment) -> Deed:
        """The process that does it dies before or after one of its round trips; the app calls again."""
        store, customer = (code.owner, "ann") if code.of_store else ("store-1", code.owner)
        deed = Deed(what, code, store, customer, amount)
        with self.wire.killed(Point(call, moment), always=False):
            self._do(deed)
        self._do(deed)
        return deed

    @rule(
        target=codes,
        customer=st.sampled_from(CUSTOMERS),
        store=st.sampled_from(STORES),
        amount=st.sampled_from(AMOUNTS),
    )
    def visit(self, customer: str, store: str, amount: int) -> Code:
        """All the way to the points, as most visits go."""
        code = self._shown(customer)
        for what in ("read", "record", "offer", "accept"):
            self._do(Deed(what, code, store, customer, amount))
        return code

    @rule(
        target=codes,
        customer=st.sampled_from(CUSTOMERS),
        store=st.sampled_from(STORES),
        amount=st.sampled_from(AMOUNTS),
    )
    def pay(self, customer: str, store: str, amount: int) -> Code:
        code = self._shown(store)
        for what in ("read", "pay"):
            self._do(Deed(what, code, store, customer, amount))
        return code

    @rule(deed=deeds)
    def do_again(self, deed: Deed) -> None:
        self._do(deed)

    @rule(one=deeds, other=deeds, call=st.integers(1, 3), moment=MOMENTS)
    def do_two_again_at_once(self, one: Deed, other: Deed, call: int, moment: Moment) -> None:
        self._at_once(one, other, call, moment)

    @rule(
        whats=st.tuples(*[st.sampled_from(("accept", "decline", "pay"))] * 2),
        stores=st.tuples(*[st.sampled_from(STORES)] * 2),
        amounts=st.tuples(*[st.sampled_from(AMOUNTS)] * 2),
        call=st.integers(1, 3),
        moment=MOMENTS,
    )
    def ann_does_two_at_once(
        self,
        whats: tuple[str, str],
        stores: tuple[str, str],
        amounts: tuple[int, int],
        call: int,
        moment: Moment,
    ) -> None:
        one, other = (self._ready(*wanted) for wanted in zip(whats, stores, amounts, strict=True))
        self._at_once(one, other, call, moment)

    def _shown(self, owner: str) -> Code:
        show = self.counter.show_store if owner in STORES else self.counter.show
        return Code(show(owner), owner)

    def _ready(self, what: str, store: str, amount: int) -> Deed:
        """All is done that comes before it."""
        code = self._shown(store if what == "pay" else "ann")
        deed = Deed(what, code, store, "ann", amount)
        for before in ("read",) if what == "pay" else ("read", "offer"):
            self._do(replace(deed, what=before))
        return deed

    def _at_once(self, one: Deed, other: Deed, call: int, moment: Moment) -> None:
        """The other happens whole while the one stands at one of its round trips."""
        with self.wire.interrupted(Point(call, moment), lambda: self._do(other), always=False):
            self._do(one)

    @rule(seconds=st.sampled_from(STEPS_IN_TIME))
    def time_passes(self, seconds: float) -> None:
        self.scene.travel.advance(seconds)

    @rule()
    def all_is_quiet(self) -> None:
        assert self.scene.problems() == []

    def _do(self, deed: Deed) -> Any:
        """It may be refused with a reason; it never fails unexplained, and never answers two things."""
        try:
            answer = deed.done_at(self.counter)
        except CallableError as error:
            if error.reason in (None, "INTERNAL", "BUSY"):
                raise AssertionError("failed without a reason") from error
            return None
        if deed.what in LASTING:
            told = self.told.setdefault(deed, answer)
            # Only a payment says something new: that it was reversed since.
            assert answer in ((told, {**told, "status": "reversed"}) if deed.what == "pay" else (told,))
        if deed.what == "read" and not deed.code.of_store:
            self.readers[deed.code].add(deed.store)
            assert len(self.readers[deed.code]) == 1, "two stores have one code"
        return answer
