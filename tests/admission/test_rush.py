"""A rush for one event: callers who buy one after the other, some of whom give up or pay late, also at two instances.

Afterwards each place is one buyer's, none is left over, and whoever comes then is told that it is sold out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from itertools import count

import pytest

from devkit.client import CallableError
from tests.support.admissions import Ordered
from tests.support.calls import Json
from tests.support.clock import MINUTE
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions

CALLERS = 32
PAIR = {"tier": "seat", "quantity": 2, "adjacent": True}
After = Callable[[Driver, Ordered, int], object]
"""What a buyer does who has places; the number is the buyer's."""


class Rush:
    """Everybody who wants places of one event, at one or more instances of the functions."""

    def __init__(self, event: str, *instances: Driver, item: Json | None = None) -> None:
        self._event, self._instances = event, instances
        self._items = [item or {"tier": "ga", "quantity": 1}]
        self._buyers = count()

    def until_sold_out(self, then: After) -> None:
        """Callers who order, do what a buyer does then, and order again as somebody else."""
        at_once([partial(self._one_after_the_other, number, then) for number in range(CALLERS)])

    def once(self, callers: int) -> list[object]:
        """So many callers at one instant, and what each is answered."""
        return at_once([partial(self._order, number) for number in range(callers)])

    def _one_after_the_other(self, caller: int, then: After) -> None:
        try:
            while True:
                instance, ordered, number = self._order(caller)
                then(instance, ordered, number)
        except CallableError as error:
            if error.reason != "SOLD_OUT":
                raise

    def _order(self, caller: int) -> tuple[Driver, Ordered, int]:
        instance, number = self._instances[caller % len(self._instances)], next(self._buyers)
        ordered = Ordered(self._event, f"fan-{number}", self._items)
        instance.order_places(ordered)
        return instance, ordered, number


def keep(*_: object) -> None:
    """The places are theirs."""


def pay(instance: Driver, ordered: Ordered) -> str:
    instance.pay_sheet(ordered)
    return str(instance.confirm_order(ordered)["status"])


def places_of_orders(driver: Driver) -> Counter[tuple[str, int, str]]:
    """The places of all orders that stand, and how many have each."""
    orders = (found.to_dict() or {} for found in driver.db.collection("event_orders").stream())
    live = [order for order in orders if order["status"] in ("pending_payment", "paid")]
    return Counter((item["tier"], item["block"], item["place"]) for order in live for item in order["items"])


def sold_exactly(driver: Driver, event: str, places: int, wanted: Sequence[Json] = ()) -> None:
    """So many places are sold, each once, and one more is not to be had."""
    sold = places_of_orders(driver)
    assert (len(sold), set(sold.values())) == (places, {1})
    late = Ordered(event, "too-late", [*wanted] or [{"tier": "ga", "quantity": 1}])
    assert refusals(at_once([partial(driver.order_places, late)])) == ["SOLD_OUT"]
    driver.agrees()


def test_a_quarter_gives_up_and_one_in_twenty_pays_late(driver: Driver) -> None:
    event, late = driver.published(places=120), list[Ordered]()

    def then(instance: Driver, ordered: Ordered, number: int) -> None:
        if number % 4 == 0:
            assert instance.abandon(ordered)["status"] == "expired"
        elif number % 20 == 1:
            late.append(ordered)
        else:
            assert pay(instance, ordered) == "paid"

    rush = Rush(event, driver)
    rush.until_sold_out(then)
    assert len(late) >= 5
    # Now their places may be taken over, and they pay all the same, some of them just while that happens.
    driver.advance(13 * MINUTE)
    outcomes = at_once([*(partial(pay, driver, each) for each in late), *[partial(rush.once, 1)] * 8])
    assert {*outcomes[: len(late)]} <= {"paid", "expired"}
    rush.until_sold_out(lambda instance, ordered, _: pay(instance, ordered))
    driver.orders_settle()
    sold_exactly(driver, event, 120)


@pytest.fixture
def instances(driver: Driver, driver_over_http: Driver) -> tuple[Driver, Driver]:
    """The functions in this process and those that are served: two instances with nothing in common but Firestore."""
    return driver, driver_over_http


def test_two_instances_sell_one_event_of_which_a_quarter_is_given_back(instances: tuple[Driver, Driver]) -> None:
    driver, other = instances
    event = driver.published(places=200, price=0)

    def then(instance: Driver, ordered: Ordered, number: int) -> None:
        if number % 4 == 0:
            instance.cancel_ticket(ordered)

    rush = Rush(event, *instances)
    rush.until_sold_out(then)
    # Each instance may go by what it saw a quarter of a second ago, when the other had not given its places back yet.
    driver.advance(1)
    other.advance(1)
    rush.until_sold_out(keep)
    sold_exactly(driver, event, 200)


def test_two_instances_sell_the_last_fifty_to_sixty_four_callers(instances: tuple[Driver, Driver]) -> None:
    event = instances[0].published(places=50, price=0)
    answers = Rush(event, *instances).once(64)
    assert len(successes(answers)) == 50
    assert refusals(answers) == ["SOLD_OUT"] * 14
    sold_exactly(instances[0], event, 50)


def test_orders_of_three_are_split_over_blocks_of_twenty_until_two_places_are_left(driver: Driver) -> None:
    event = driver.published(places=200, price=0)
    Rush(event, driver, item={"tier": "ga", "quantity": 3}).until_sold_out(keep)
    assert len(places_of_orders(driver)) == 198
    # A block has room for six of them.
    orders = [found.get("items") for found in driver.db.collection("event_orders").stream()]
    assert sum(len({item["block"] for item in items}) > 1 for items in orders) >= 6
    driver.order_places(Ordered(event, "pair", [{"tier": "ga", "quantity": 2}]))
    sold_exactly(driver, event, 200)


def test_everybody_wants_the_best_pair_and_each_pair_is_had_once(driver: Driver) -> None:
    event = driver.published_hall(rows="ABCDEF", seats=8, price=0)
    answers = Rush(event, driver, item=PAIR).once(CALLERS)
    assert len(successes(answers)) == 24
    assert set(refusals(answers)) == {"SOLD_OUT"}
    sold_exactly(driver, event, 48, [PAIR])


@pytest.mark.parametrize("what", ["places", "pairs"])
def test_control_without_compare_and_set_places_are_sold_twice(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    event = driver.published(places=20, price=0) if what == "places" else driver.published_hall(price=0)
    without_preconditions(monkeypatch)
    Rush(event, driver, item=None if what == "places" else PAIR).once(CALLERS)
    assert max(places_of_orders(driver).values()) > 1
    assert driver.problems()
