"""Refunds by hand and disputes of orders, both ways, in whatever order Stripe tells of them."""

from __future__ import annotations

import random
from functools import partial

import pytest

from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.driver import Driver
from tests.support.round_trips import Named, RoundTrips


def refund(driver: Driver, ordered: Ordered, amount: int | None = None, status: str | None = None) -> str:
    return str(driver.simulator.dashboard_refund(ordered.payment, amount, status)["id"])


def dispute(driver: Driver, ordered: Ordered, status: str = "needs_response") -> str:
    return str(driver.simulator.dispute(ordered.payment, status)["id"])


def tell(driver: Driver, ordered: Ordered, seed: int | None = None) -> None:
    """Deliver all events there are about an order; shuffled and some twice with a seed."""
    events = driver.order_events(ordered)
    if seed is not None:
        events += events[::2]
        random.Random(seed).shuffle(events)
    assert driver.deliver(*events) == 200


def order_of(driver: Driver, ordered: Ordered) -> dict[str, object]:
    return driver.document(f"event_orders/{ordered.id}")


def ticket_of(driver: Driver, ordered: Ordered, number: int = 0) -> tuple[object, object]:
    ticket = driver.document(f"event_tickets/{ordered.id}.{number}")
    return ticket["status"], ticket["blocked"]


def paid_late(driver: Driver, event: str, buyer: str = "fan") -> Ordered:
    """An order that ended unpaid, whose void was lost, and whose card is held after that."""
    ordered = driver.places_held(event, buyer)
    driver.advance(13 * MINUTE)
    driver.lose_call("drop_before", ".*/cancel")
    driver.expire_orders()
    driver.pay_sheet(ordered)
    return ordered


def test_a_whole_refund_by_hand_ends_the_tickets_and_frees_the_places(driver: Driver) -> None:
    event = driver.published(places=2)
    ordered = driver.places_bought(event, quantity=2)
    refund(driver, ordered)
    tell(driver, ordered)
    assert order_of(driver, ordered)["status"] == "cancelled"
    assert order_of(driver, ordered)["refunded_amount"] == 2 * PRICE
    assert [ticket_of(driver, ordered, number)[0] for number in range(2)] == ["cancelled"] * 2
    driver.agrees()
    driver.places_bought(event, "other", 2)
    driver.agrees()


def test_a_part_by_hand_is_recorded_until_it_is_all(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    refund(driver, ordered, 1000)
    tell(driver, ordered)
    assert (order_of(driver, ordered)["status"], order_of(driver, ordered)["refunded_amount"]) == ("paid", 1000)
    assert ticket_of(driver, ordered) == ("valid", False)
    driver.agrees()
    refund(driver, ordered, 2 * PRICE - 1000)
    tell(driver, ordered)
    assert order_of(driver, ordered)["status"] == "cancelled"
    driver.agrees()


@pytest.mark.parametrize("whole", [True, False], ids=["whole", "part"])
@pytest.mark.parametrize("seed", range(3))
def test_a_refund_before_during_and_after_the_confirmation_ends_alike(driver: Driver, seed: int, whole: bool) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.simulator.dashboard_capture(ordered.payment)
    refund(driver, ordered, None if whole else 1000)
    tell(driver, ordered, seed)
    driver.confirm_order(ordered)
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] in (("cancelled", "expired") if whole else ("paid",))
    driver.agrees()


def test_what_was_captured_and_refunded_by_hand_gives_no_ticket(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.simulator.dashboard_capture(ordered.payment)
    refund(driver, ordered)
    assert driver.confirm_order(ordered)["status"] == "expired"
    assert driver.count("event_tickets") == 0
    driver.agrees()


def test_a_part_that_was_captured_by_hand_gives_no_ticket_and_comes_back(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.simulator.dashboard_capture(ordered.payment, 1000)
    assert driver.confirm_order(ordered)["status"] == "expired"
    assert "amount_mismatch" in capsys.readouterr().err
    driver.orders_settle()
    driver.orders_settle()
    assert [each["amount"] for each in driver.simulator.refunds() if each["status"] == "succeeded"][-1] == 1000
    assert order_of(driver, ordered)["refunded_amount"] == 1000
    driver.agrees()


def test_what_came_back_by_hand_does_not_come_back_twice(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    refund(driver, ordered, 1000)
    tell(driver, ordered)
    assert driver.cancel_ticket(ordered)["refund_amount"] == PRICE - 1000
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "cancelled"
    assert sum(each["amount"] for each in driver.simulator.refunds()) == PRICE
    driver.agrees()


@pytest.mark.parametrize("amount", [1000, None], ids=["part", "whole"])
def test_also_when_nobody_has_heard_of_it(driver: Driver, amount: int | None) -> None:
    ordered = driver.places_bought(driver.published())
    refund(driver, ordered, amount)
    assert driver.cancel_ticket(ordered)["status"] == "cancelled"
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "cancelled"
    assert sum(each["amount"] for each in driver.simulator.refunds()) == PRICE
    tell(driver, ordered, seed=1)
    driver.agrees()


def test_a_refund_that_fails_is_reported_until_it_came_back_by_hand(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    driver.cancel_ticket(ordered)
    (made,) = driver.simulator.refunds()
    driver.simulator.fail_refund(made["id"])
    tell(driver, ordered)
    assert '"refund_failed"' in capsys.readouterr().err
    incident = driver.incident(f"refund_failed.{ordered.id}")
    assert (incident["ticket"], incident["details"]["event"]) == (ordered.id, ordered.event)
    assert order_of(driver, ordered)["refunded_amount"] == 0
    # Nobody is asked for it again by itself: its card takes nothing.
    driver.orders_settle()
    assert len(driver.simulator.refunds()) == 1
    assert any("were to come back" in line for line in driver.problems())
    refund(driver, ordered, PRICE)
    tell(driver, ordered)
    assert '"refund_failed"' not in capsys.readouterr().err
    driver.agrees()


@pytest.mark.parametrize("way", ["hand", "expired"])
def test_a_whole_refund_that_fails_is_reported_and_sells_nothing_twice(
    driver: Driver, way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = driver.published(places=1)
    if way == "hand":
        ordered = driver.places_bought(event)
        made = refund(driver, ordered)
    else:
        ordered = paid_late(driver, event)
        driver.simulator.dashboard_capture(ordered.payment)
        driver.deliver(*driver.order_events(ordered, "payment_intent.succeeded"))
        driver.orders_settle()
        made = driver.simulator.refunds()[-1]["id"]
    tell(driver, ordered)
    ended = order_of(driver, ordered)["status"]
    driver.places_bought(event, "other")
    capsys.readouterr()
    driver.simulator.fail_refund(made)
    tell(driver, ordered, seed=2)
    driver.orders_settle()
    assert '"refund_failed"' in capsys.readouterr().err
    assert order_of(driver, ordered)["status"] == ended
    assert any("were to come back" in line for line in driver.problems())


LOST = ("needs_response", "under_review", "lost")
WON = ("needs_response", "under_review", "won")
STORIES: dict[str, tuple[tuple[tuple[str, ...], ...], str, tuple[str, bool]]] = {
    "open": ((("needs_response",),), "paid", ("valid", True)),
    "won": ((WON,), "paid", ("valid", False)),
    "lost": ((LOST,), "cancelled", ("cancelled", False)),
    "an inquiry": ((("warning_needs_response",),), "paid", ("valid", False)),
    "an inquiry that became one": ((("warning_needs_response", "needs_response"),), "paid", ("valid", True)),
    "won, and disputed again": ((WON, ("needs_response",)), "paid", ("valid", True)),
}
"""The steps of each dispute of a payment; then the order's status, its ticket's, and whether that is blocked."""


@pytest.mark.parametrize("shuffled", [False, True], ids=["in order", "shuffled"])
@pytest.mark.parametrize("story", STORIES)
def test_a_dispute_blocks_the_tickets_while_it_may_cost_the_money(driver: Driver, story: str, shuffled: bool) -> None:
    disputes, status, ticket = STORIES[story]
    ordered = driver.places_bought(driver.published())
    for first, *steps in disputes:
        opened = dispute(driver, ordered, first)
        for step in steps:
            if not shuffled:
                tell(driver, ordered)
            driver.simulator.move_dispute(opened, step)
    tell(driver, ordered, 1 if shuffled else None)
    assert order_of(driver, ordered)["status"] == status
    shown = ticket_of(driver, ordered)
    # Whether one was blocked before it ended does not matter any more.
    assert shown == ticket or (ticket[0] == shown[0] == "cancelled")
    driver.agrees()


def test_a_lost_dispute_frees_the_place(driver: Driver) -> None:
    event = driver.published(places=1)
    ordered = driver.places_bought(event)
    opened = dispute(driver, ordered)
    tell(driver, ordered)
    with refused("SOLD_OUT"):
        driver.places_held(event, "other")
    driver.simulator.move_dispute(opened, "lost")
    tell(driver, ordered)
    driver.places_bought(event, "other")
    driver.agrees()


def test_a_lost_dispute_that_is_won_on_appeal_is_for_a_person(
    driver: Driver, capsys: pytest.CaptureFixture[str]
) -> None:
    ordered = driver.places_bought(driver.published())
    opened = dispute(driver, ordered)
    driver.simulator.move_dispute(opened, "lost")
    tell(driver, ordered)
    driver.simulator.move_dispute(opened, "appeal_under_review")
    driver.simulator.move_dispute(opened, "won")
    tell(driver, ordered)
    assert '"refund_failed"' in capsys.readouterr().err
    refund(driver, ordered)
    tell(driver, ordered)
    driver.agrees()


def test_a_disputed_ticket_cannot_be_given_back(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published())
    opened = dispute(driver, ordered)
    tell(driver, ordered)
    with refused("NOT_CANCELLABLE"):
        driver.cancel_ticket(ordered)
    driver.simulator.move_dispute(opened, "won")
    tell(driver, ordered)
    assert driver.cancel_ticket(ordered)["refund_amount"] == PRICE
    driver.agrees()


@pytest.mark.parametrize("end", ["won", "lost"])
def test_a_cancelled_event_gives_disputed_money_back_once_at_the_disputes_end(
    driver: Driver, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    event = driver.published()
    ordered = driver.places_bought(event)
    opened = dispute(driver, ordered)
    tell(driver, ordered)
    driver.cancel_event(event)
    for _ in range(3):
        driver.orders_settle()
    assert driver.simulator.refunds() == []
    assert "sweep_stuck" not in capsys.readouterr().err
    driver.agrees()
    driver.simulator.move_dispute(opened, end)
    tell(driver, ordered)
    driver.orders_settle()
    assert order_of(driver, ordered)["due_at"] is None
    assert [each["amount"] for each in driver.simulator.refunds()] == ([PRICE] if end == "won" else [])
    driver.agrees()


def overtaken(driver: Driver, round_trips: RoundTrips) -> Ordered:
    """A look that asked Stripe while a dispute was open, and commits after another look that knows it is won."""
    ordered = driver.places_bought(driver.published())
    opened = dispute(driver, ordered)
    (event,) = driver.order_events(ordered, "charge.dispute.created")

    def meanwhile() -> None:
        driver.simulator.move_dispute(opened, "won")
        (closed,) = driver.order_events(ordered, "charge.dispute.closed")
        assert driver.deliver(closed) == 200

    with round_trips.interrupted(Named("firestore commit", "before"), meanwhile):
        assert driver.deliver(event) == 200
    return ordered


def test_a_look_that_was_overtaken_looks_again(driver: Driver, round_trips: RoundTrips) -> None:
    ordered = overtaken(driver, round_trips)
    assert ticket_of(driver, ordered) == ("valid", False)
    driver.agrees()


def test_control_without_compare_and_set_the_older_look_stays(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.guards_off import without_preconditions

    published = driver.published

    def then_unguarded() -> str:
        event = published()
        without_preconditions(monkeypatch)
        return event

    monkeypatch.setattr(driver, "published", then_unguarded)
    ordered = overtaken(driver, round_trips)
    assert ticket_of(driver, ordered) == ("valid", True)


def taken_up_twice(driver: Driver, round_trips: RoundTrips, event: str) -> Ordered:
    """A late payment that the webhook takes up while the schedule is about to."""
    ordered = paid_late(driver, event)
    (held,) = driver.order_events(ordered, "payment_intent.amount_capturable_updated")
    driver.advance(3 * MINUTE)
    with round_trips.interrupted(Named("firestore commit", "before"), partial(driver.deliver, held)):
        driver.settle_orders()
    return ordered


def test_what_is_paid_late_is_taken_up_once(driver: Driver, round_trips: RoundTrips) -> None:
    ordered = taken_up_twice(driver, round_trips, driver.published())
    driver.orders_settle()
    assert order_of(driver, ordered)["status"] == "paid"
    assert driver.count("event_tickets") == 1
    driver.agrees()


def test_control_without_compare_and_set_it_takes_places_twice(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.support.guards_off import without_preconditions

    event = driver.published()
    without_preconditions(monkeypatch)
    taken_up_twice(driver, round_trips, event)
    driver.orders_settle()
    assert driver.problems() != []


def test_two_late_payments_of_one_buyer_keep_within_the_limit(driver: Driver, round_trips: RoundTrips) -> None:
    event = driver.published(max_per_person=1)
    first, second = paid_late(driver, event), paid_late(driver, event)
    (one,) = driver.order_events(first, "payment_intent.amount_capturable_updated")
    (other,) = driver.order_events(second, "payment_intent.amount_capturable_updated")
    with round_trips.interrupted(Named("firestore commit", "before"), partial(driver.deliver, other)):
        driver.deliver(one)
    driver.orders_settle()
    assert sorted(str(order_of(driver, each)["status"]) for each in (first, second)) == ["expired", "paid"]
    driver.agrees()
