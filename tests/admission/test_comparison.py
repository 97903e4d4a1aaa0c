"""What the daily reconciliation finds of orders, places and buyers, and what it puts right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from admission import comparison
from payments import payment_intents
from tests.support.admissions import PRICE, Ordered
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.reports import kept, reconciled, texts
from tests.support.round_trips import RoundTrips

OURS = ("events/", "event_")


def ours(driver: Driver) -> dict[str, Any]:
    return {path: fields for path, fields in driver.everything().items() if path.startswith(OURS)}


def edit(driver: Driver, path: str, **fields: Any) -> None:
    driver.db.document(path).update(fields)


def test_what_agrees_is_counted_and_changes_nothing_but_the_hint(driver: Driver) -> None:
    event = driver.published()
    driver.places_bought(event, quantity=2)
    driver.places_held(event, "other")
    driver.places_held(driver.published(price=0), "third")
    before = ours(driver)
    report = reconciled(driver)
    assert (report["difference_count"], report["failed"], report["complete"]) == (0, 0, True)
    assert (report["captured_at_stripe"], report["captured_in_firestore"]) == (2 * PRICE, 2 * PRICE)
    assert driver.document(f"events/{event}")["available_seats"] == 17
    after = ours(driver)
    for fields in (*before.values(), *after.values()):
        fields.pop("available_seats", None)
    assert after == before


def captured(driver: Driver, event: str) -> Ordered:
    ordered = driver.sheet_paid(event)
    driver.simulator.dashboard_capture(ordered.payment)
    return ordered


def then(act: str) -> Callable[[Driver, str], Ordered]:
    def acted(driver: Driver, event: str) -> Ordered:
        ordered = driver.places_bought(event)
        getattr(driver.simulator, act)(ordered.payment)
        return ordered

    return acted


MISSED: dict[str, Callable[[Driver, str], Ordered]] = {
    "paid": Driver.sheet_paid,
    "captured by hand": captured,
    "refunded by hand": then("dashboard_refund"),
    "disputed": then("dispute"),
}


@pytest.mark.parametrize("events_left", [True, False], ids=["events left", "no events left"])
@pytest.mark.parametrize("name", MISSED)
def test_what_was_missed_is_settled(
    driver: Driver, name: str, events_left: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from payments import events

    if not events_left:
        monkeypatch.setattr(events, "pages", lambda *_: iter(()))
    MISSED[name](driver, driver.published())
    assert reconciled(driver)["difference_count"] == 0
    driver.orders_settle()
    driver.agrees()


def test_a_refund_that_failed_is_reported_every_day_until_it_came_back_by_hand(driver: Driver) -> None:
    ordered = driver.places_bought(driver.published(), quantity=2)
    driver.cancel_ticket(ordered)
    driver.simulator.fail_refund(driver.simulator.refunds()[0]["id"])
    for _ in range(2):
        assert reconciled(driver)["difference_count"] == 1
        driver.advance(40 * DAY)
    driver.simulator.dashboard_refund(ordered.payment, PRICE)
    assert reconciled(driver)["difference_count"] == 0
    assert kept(driver) == []
    driver.agrees()


def block_of(driver: Driver, ordered: Ordered) -> str:
    item = driver.document(f"event_orders/{ordered.id}")["items"][0]
    return f"event_blocks/{ordered.event}.{item['tier']}.{item['block']}"


def place_of(driver: Driver, ordered: Ordered) -> str:
    return f"places.`{driver.document(f'event_orders/{ordered.id}')['items'][0]['place']}`"


LEFT: dict[str, tuple[Callable[[Driver, Ordered], None], str]] = {
    "a place given to another order": (
        lambda driver, ordered: edit(
            driver, block_of(driver, ordered), **{place_of(driver, ordered): {"o": "another", "u": None}}
        ),
        "does not have",
    ),
    "a place taken away": (
        lambda driver, ordered: edit(driver, block_of(driver, ordered), **{place_of(driver, ordered): None}),
        "does not have",
    ),
    "a place that nobody has": (
        lambda driver, ordered: edit(driver, block_of(driver, ordered), **{"places.99": {"o": "nobody", "u": None}}),
        "whose order does not say so",
    ),
    "a block made smaller": (
        lambda driver, ordered: edit(driver, block_of(driver, ordered), size=3),
        "places in its blocks",
    ),
    "a block opened": (lambda driver, ordered: edit(driver, block_of(driver, ordered), closed=True), "not as open"),
    "a status edited": (
        lambda driver, ordered: edit(driver, f"event_orders/{ordered.id}", status="cancelled"),
        "cancelled",
    ),
    "a ticket cancelled": (
        lambda driver, ordered: edit(driver, f"event_tickets/{ordered.id}.0", status="cancelled"),
        "given back were",
    ),
    "a ticket blocked": (
        lambda driver, ordered: edit(driver, f"event_tickets/{ordered.id}.0", blocked=True),
        "not blocked as its dispute",
    ),
    "a ticket for another place": (
        lambda driver, ordered: edit(driver, f"event_tickets/{ordered.id}.0", seat_number="99"),
        "for another place",
    ),
    "an amount edited": (
        lambda driver, ordered: edit(driver, f"event_orders/{ordered.id}", refunded_amount=1),
        "given back",
    ),
    "a line of its history deleted": (
        lambda driver, ordered: driver.db.document(f"event_orders/{ordered.id}/history/1").delete() and None,
        "history",
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_no_rule_repairs_is_kept_until_it_is_in_order(driver: Driver, name: str) -> None:
    ordered = driver.places_bought(driver.published(places=40))
    driver.reconcile()
    before = ours(driver)
    act, said = LEFT[name]
    act(driver, ordered)
    lines = texts(reconciled(driver))
    if name == "an amount edited":
        # Stripe's word is taken.
        assert lines == []
        return
    assert any(said in line for line in lines), lines
    assert kept(driver)
    for path, fields in before.items():
        driver.db.document(path).set(fields)
    driver.advance(DAY)
    assert texts(reconciled(driver)) == []
    assert kept(driver) == []


def delete(driver: Driver, *paths: str) -> None:
    for path in paths:
        driver.db.document(path).delete()


GONE: dict[str, Callable[[Driver, Ordered], str]] = {
    "its block": block_of,
    "a ticket": lambda _, ordered: f"event_tickets/{ordered.id}.1",
    "what its buyer has": lambda _, ordered: f"event_buyers/{ordered.event}.{ordered.buyer}",
    "the order": lambda _, ordered: f"event_orders/{ordered.id}",
}


@pytest.mark.parametrize("price", [PRICE, 0], ids=["paid", "free"])
@pytest.mark.parametrize("name", GONE)
def test_what_a_hand_deleted_is_written_anew(driver: Driver, name: str, price: int) -> None:
    event = driver.published(places=4, price=price)
    ordered = Ordered(event, items=[{"tier": "ga", "quantity": 3}])
    driver.order_places(ordered)
    if price:
        driver.pay_sheet(ordered)
        driver.confirm_order(ordered)
    driver.cancel_ticket(ordered, 0)
    path = GONE[name](driver, ordered)
    before = driver.document(path)
    delete(driver, path)
    report = reconciled(driver)
    assert report["failed"] == 0
    assert all(" gone" in line or "were counted" in line for line in texts(report))
    assert kept(driver) == []
    after = driver.document(path)
    same = {
        "items",
        "returned",
        "status",
        "amount",
        "refunded_amount",
        "purchaser_id",
        "owned",
        "size",
        "price",
        "terms",
    }
    assert {name: after.get(name) for name in same} == {name: before.get(name) for name in same}
    driver.agrees()
    driver.places_held(event, "other", 2)
    driver.orders_settle()
    driver.agrees()


def test_the_rest_of_a_block_that_was_written_to_after_it_was_deleted_is_written_anew(driver: Driver) -> None:
    event = driver.published(places=4)
    ordered, held = driver.places_bought(event, quantity=2), driver.sheet_paid(event, "other")
    delete(driver, block_of(driver, ordered))
    assert driver.confirm_order(held)["status"] == "paid"
    assert [line for line in texts(reconciled(driver)) if "was gone" not in line] == []
    driver.places_bought(event, "third")
    driver.orders_settle()
    driver.agrees()


def test_an_order_that_was_deleted_while_it_waited_holds_no_money_and_its_place_comes_free(driver: Driver) -> None:
    event = driver.published(places=1)
    ordered = driver.sheet_paid(event)
    delete(driver, f"event_orders/{ordered.id}")
    driver.reconcile()
    assert driver.simulator.payment_intent(ordered.payment)["status"] == "canceled"
    driver.advance(13 * MINUTE)
    driver.places_bought(event, "other")


def test_an_order_that_was_deleted_before_its_capture_is_captured(driver: Driver) -> None:
    ordered = driver.sheet_paid(driver.published())
    driver.lose_call("drop_before", ".*/capture")
    driver.confirm_order(ordered)
    delete(driver, f"event_orders/{ordered.id}")
    driver.reconcile()
    driver.orders_settle()
    assert driver.simulator.payment_intent(ordered.payment)["amount_received"] == PRICE
    driver.agrees()


def test_a_count_that_a_hand_changed_is_what_the_orders_say(driver: Driver) -> None:
    event = driver.published(max_per_person=2)
    driver.places_bought(event)
    edit(driver, f"event_buyers/{event}.fan", owned=7)
    assert len(texts(reconciled(driver))) == 1
    assert kept(driver) == []
    driver.places_bought(event)
    driver.agrees()


def test_metadata_that_names_another_order_or_none_is_not_believed(driver: Driver) -> None:
    event = driver.published()
    ordered, other = driver.places_bought(event), driver.sheet_paid(event, "other")
    driver.simulator.edit_metadata(other.payment, {"order_id": ordered.id})
    driver.reconcile()
    driver.orders_settle()
    assert driver.document(f"event_orders/{other.id}")["status"] == "paid"
    for ours_ in ({"project": ""}, {"order_id": ""}):
        driver.simulator.edit_metadata(ordered.payment, ours_)
        driver.simulator.dashboard_refund(ordered.payment, 100)
        driver.advance(HOUR)
        assert reconciled(driver)["difference_count"] == 0
    assert driver.document(f"event_orders/{ordered.id}")["refunded_amount"] == 200
    driver.agrees()


def test_a_page_of_payments_takes_a_few_round_trips(driver: Driver, round_trips: RoundTrips) -> None:
    event = driver.published()
    for number in range(5):
        driver.places_bought(event, f"fan-{number}")
    since = driver.now()
    (page,) = payment_intents.pages(since.replace(year=since.year - 1), since)
    with round_trips.watching() as calls:
        judged = comparison.judge_listed(page)
    assert all(each is not None and not each.differences for each in judged)
    assert len(judged) == 5
    assert len(calls) == 2


def let_in(driver: Driver) -> tuple[Ordered, str]:
    """A buyer who is in, and the code that they came in with."""
    ordered = driver.places_bought(driver.published())
    code = driver.ticket_code(ordered)
    assert driver.scan_ticket(ordered.event, code)["result"] == "ok"
    return ordered, code


ENTRIES: dict[str, tuple[Callable[[Driver, Ordered], object], str]] = {
    "an entry deleted": (
        lambda driver, ordered: delete(driver, f"event_entries/{ordered.id}.0.1"),
        "1 of its entries are gone",
    ),
    "an entry too many": (
        lambda driver, ordered: driver.db.document(f"event_entries/{ordered.id}.0.2").set(
            driver.document(f"event_entries/{ordered.id}.0.1")
        ),
        "no ticket counts it",
    ),
    "a used ticket made valid": (
        lambda driver, ordered: edit(driver, f"event_tickets/{ordered.id}.0", status="valid"),
        "status not as its entries tell",
    ),
}


@pytest.mark.parametrize("name", ENTRIES)
def test_entries_and_tickets_that_a_hand_changed_are_told(driver: Driver, name: str) -> None:
    ordered, _ = let_in(driver)
    assert texts(reconciled(driver)) == []
    before = ours(driver)
    act, said = ENTRIES[name]
    act(driver, ordered)
    lines = texts(reconciled(driver))
    assert lines
    assert all(said in line for line in lines), lines
    delete(driver, f"event_entries/{ordered.id}.0.2")
    for path, fields in before.items():
        driver.db.document(path).set(fields)
    driver.advance(DAY)
    assert texts(reconciled(driver)) == []
    assert kept(driver) == []


def test_a_used_ticket_that_was_deleted_is_issued_anew_as_used(driver: Driver) -> None:
    ordered, code = let_in(driver)
    driver.places_bought(ordered.event, "other")
    before = driver.document(f"event_tickets/{ordered.id}.0")
    delete(driver, f"event_tickets/{ordered.id}.0")
    reconciled(driver)
    after = driver.document(f"event_tickets/{ordered.id}.0")
    same = ("status", "inside", "entered_at", "entries")
    assert {name: after[name] for name in same} == {name: before[name] for name in same}
    assert driver.scan_ticket(ordered.event, code)["result"] == "already_used"
    driver.agrees()
