"""joinWaitlist, leaveWaitlist and the offers: in the order of joining, exact, and out of reach for passers-by."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.admissions import PRICE, Ordered
from tests.support.calls import refused
from tests.support.clock import DAY, HOUR, MINUTE
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Named, RoundTrips


def entry(driver: Driver, event: str, uid: str) -> dict[str, Any]:
    return driver.document(f"event_waitlist/{event}.ga.{uid}")


def status(driver: Driver, event: str, *uids: str) -> list[str]:
    return [str(entry(driver, event, uid)["status"]) for uid in uids]


def sold_out(driver: Driver, places: int = 2, **more: Any) -> tuple[str, Ordered]:
    """An event whose places all belong to one order; both."""
    event = driver.published(places=places, **more)
    return event, driver.places_bought(event, "first", places)


def offered(driver: Driver, event: str, uid: str) -> Ordered:
    """The order that was offered to somebody."""
    return Ordered(event, uid, id=entry(driver, event, uid)["order_id"])


def take(driver: Driver, event: str, uid: str) -> str:
    """Somebody pays what was offered to them; what became of it."""
    ordered = offered(driver, event, uid)
    driver.pay_order(ordered)
    driver.pay_sheet(ordered)
    return str(driver.confirm_order(ordered)["status"])


def pushed(driver: Driver, uid: str) -> list[str]:
    found = (push.to_dict() or {} for push in driver.db.collection("ff_user_push_notifications").stream())
    return [push["notification_text"] for push in found if push["user_refs"] == f"users/{uid}"]


def in_order(driver: Driver) -> None:
    """Everything agrees, now and after all deadlines."""
    driver.orders_settle()
    driver.agrees()


def test_what_comes_free_is_offered_to_the_first_who_waits_and_bought(driver: Driver) -> None:
    event, first = sold_out(driver)
    assert driver.join(event, "a")["status"] == "waiting"
    driver.join(event, "b")
    driver.cancel_ticket(first)
    driver.offers_made()
    assert status(driver, event, "a", "b") == ["offered", "waiting"]
    assert driver.join(event, "a")["order_id"] == offered(driver, event, "a").id
    assert any("キャンセル待ち" in text for text in pushed(driver, "a"))
    assert pushed(driver, "b") == []
    assert take(driver, event, "a") == "paid"
    assert status(driver, event, "a", "b") == ["bought", "waiting"]
    in_order(driver)


def test_a_list_of_two_whose_offer_lapses(driver: Driver) -> None:
    event, first = sold_out(driver)
    for uid in "ab":
        driver.join(event, uid)
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.advance(DAY - 2 * MINUTE)
    driver.expire_orders()
    assert status(driver, event, "a") == ["offered"]
    driver.advance(2 * MINUTE)
    driver.expire_orders()
    driver.offers_made()
    assert status(driver, event, "a", "b") == ["lapsed", "offered"]
    assert any("期限が過ぎました" in text for text in pushed(driver, "a"))
    ended = driver.pay_order(offered(driver, event, "a"))
    assert (ended["status"], ended["client_secret"]) == ("expired", None)
    assert take(driver, event, "b") == "paid"
    in_order(driver)


def test_passers_by_get_nothing_while_people_wait(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    assert driver.event_details(event)["tiers"][0]["left"] == 0
    driver.offers_made()
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    in_order(driver)


def test_control_without_the_mark_on_the_blocks_a_passer_by_takes_it(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from admission.block import Block

    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    monkeypatch.setattr(Block, "waiting", False)
    driver.places_held(event, "passer-by")


def test_an_ended_hold_is_for_those_who_wait_and_not_taken_over_by_others(driver: Driver) -> None:
    event = driver.published(places=1)
    held = driver.places_held(event, "first")
    driver.join(event, "a")
    driver.advance(13 * MINUTE)
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    driver.settle_orders()
    assert status(driver, event, "a") == ["offered"]
    assert driver.document(f"event_orders/{held.id}")["end_reason"] == "taken_over"
    assert take(driver, event, "a") == "paid"
    in_order(driver)


def test_the_same_purchase_takes_the_offer_up_and_repeats(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    ordered = Ordered(event, "a")
    with refused("AMOUNT_MISMATCH"):
        driver.order_places(ordered, amount=1)
    answer = driver.order_places(ordered, names=["花子"])
    assert answer["order_id"] == offered(driver, event, "a").id
    assert driver.order_places(ordered, names=["花子"])["client_secret"] == answer["client_secret"]
    driver.pay_sheet(ordered)
    (ticket,) = driver.confirm_order(ordered)["tickets"]
    assert ticket["holder_name"] == "花子"
    assert driver.order_places(ordered)["status"] == "paid"
    with refused("SOLD_OUT"):
        driver.order_places(Ordered(event, "a"))
    in_order(driver)


def test_an_offer_whose_order_is_gone_keeps_nobody_from_buying(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.db.document(f"event_orders/{offered(driver, event, 'a').id}").delete()
    with refused("SOLD_OUT"):
        driver.places_held(event, "a")
    driver.cancel_ticket(first, 1)
    driver.places_bought(event, "a")


def test_an_offer_may_be_paid_in_its_last_hour(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.advance(23 * HOUR)
    assert take(driver, event, "a") == "paid"
    assert len(driver.simulator.payment_intents()) == 2
    in_order(driver)


def test_a_free_place_is_given_when_its_buyer_says_so(driver: Driver) -> None:
    event = driver.published(places=1, price=0)
    first = driver.places_held(event, "first")
    for uid in "abc":
        driver.join(event, uid)
    driver.cancel_ticket(first)
    driver.offers_made()
    ordered = offered(driver, event, "a")
    assert driver.confirm_order(ordered)["status"] == "pending_payment"
    driver.advance(25 * HOUR)
    driver.expire_orders()
    driver.offers_made()
    assert status(driver, event, "a", "b") == ["lapsed", "offered"]
    assert driver.pay_order(offered(driver, event, "b"))["tickets"]
    bought = offered(driver, event, "b")
    driver.cancel_ticket(bought)
    driver.offers_made()
    assert driver.order_places(Ordered(event, "c"))["status"] == "paid"
    assert driver.simulator.payment_intents() == []
    in_order(driver)


def test_who_leaves_while_something_is_offered_passes_it_on(driver: Driver) -> None:
    event, first = sold_out(driver)
    for uid in "abc":
        driver.join(event, uid)
    assert driver.leave(event, "b")["status"] == "left"
    assert driver.leave(event, "b")["status"] == "left"
    driver.cancel_ticket(first)
    driver.offers_made()
    assert driver.leave(event, "a")["status"] == "left"
    driver.offers_made()
    assert status(driver, event, "a", "b", "c") == ["left", "left", "offered"]
    assert take(driver, event, "c") == "paid"
    in_order(driver)


def test_who_leaves_after_paying_keeps_the_places(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    ordered = offered(driver, event, "a")
    driver.pay_order(ordered)
    driver.pay_sheet(ordered)
    assert driver.leave(event, "a")["status"] == "bought"
    in_order(driver)


def test_when_nobody_waits_any_more_everybody_may_buy_again(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.leave(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.places_bought(event, "passer-by")
    for _ in range(3):
        driver.advance(3 * MINUTE)
        driver.settle_orders()
    assert driver.document(f"event_tiers/{event}.ga")["due_at"] is None
    in_order(driver)


def test_who_joins_while_the_list_is_being_closed_is_served(driver: Driver, round_trips: RoundTrips) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.leave(event, "a")
    # "b" finds the list open, and it is closed before that is written down.
    with round_trips.interrupted(Named("firestore commit", "before"), driver.offers_made):
        driver.join(event, "b")
    assert driver.document(f"event_tiers/{event}.ga")["waiting"] is False
    driver.cancel_ticket(first)
    driver.advance(3 * MINUTE)
    driver.settle_orders()
    assert status(driver, event, "b") == ["offered"]
    in_order(driver)


def test_who_wants_more_than_is_free_is_passed_over_and_stays_first(driver: Driver) -> None:
    event, first = sold_out(driver, places=4)
    driver.join(event, "pair", 2)
    driver.join(event, "single", 1)
    driver.cancel_ticket(first, 0)
    driver.offers_made()
    assert status(driver, event, "pair", "single") == ["waiting", "offered"]
    driver.cancel_ticket(first, 1)
    driver.cancel_ticket(first, 2)
    driver.offers_made()
    assert status(driver, event, "pair") == ["offered"]
    assert take(driver, event, "pair") == "paid"
    in_order(driver)


def test_what_fits_nobody_who_waits_is_for_everybody(driver: Driver) -> None:
    event, first = sold_out(driver, places=4)
    driver.join(event, "pair", 2)
    driver.cancel_ticket(first, 0)
    driver.offers_made()
    with refused("PLACES_LEFT"):
        driver.join(event, "single", 1)
    driver.places_bought(event, "passer-by")
    driver.offers_made()
    driver.cancel_ticket(first, 1)
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    driver.cancel_ticket(first, 2)
    driver.offers_made()
    assert status(driver, event, "pair") == ["offered"]
    in_order(driver)


def test_wanting_fewer_keeps_the_place_in_the_line_and_wanting_more_does_not(driver: Driver) -> None:
    event, _ = sold_out(driver, places=4)
    joined = driver.join(event, "a", 2)["joined_at"]
    driver.advance(1)
    assert driver.join(event, "a", 2)["joined_at"] == joined
    assert driver.join(event, "a", 1)["joined_at"] == joined
    assert driver.join(event, "a", 3)["joined_at"] > joined


def test_seats_are_offered_side_by_side(driver: Driver) -> None:
    event = driver.published_hall(rows="A", seats=4)
    ordered = Ordered(event, "first", [{"tier": "seat", "quantity": 4}])
    driver.order_places(ordered)
    driver.pay_sheet(ordered)
    driver.confirm_order(ordered)
    driver.join(event, "a", 2, "seat")
    for number in range(3):
        driver.cancel_ticket(ordered, number)
    with refused("SEAT_TAKEN"):
        driver.order_places(Ordered(event, "passer-by", [{"tier": "seat", "seat_number": "A-1"}]))
    assert not any(seat["free"] for seat in driver.seat_map(event)["seats"])
    driver.offers_made()
    order = driver.document(f"event_waitlist/{event}.seat.a")["order_id"]
    seats = sorted(item["seat_number"] for item in driver.document(f"event_orders/{order}")["items"])
    assert int(seats[1][2:]) - int(seats[0][2:]) == 1
    in_order(driver)


@pytest.mark.parametrize(
    ("hours", "stands"), [(24 * 30, 24 * HOUR), (40, 10 * HOUR), (1.5, 30 * MINUTE), (0.25, 14 * MINUTE)]
)
def test_an_offer_is_shorter_near_the_end_of_the_sale(driver: Driver, hours: float, stands: float) -> None:
    driver.freeze()
    ends = driver.now() + timedelta(hours=hours)
    event, first = sold_out(driver, sales_end_at=ends.isoformat())
    driver.join(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    until = entry(driver, event, "a")["offered_until"]
    assert abs((until - driver.now()).total_seconds() - stands) <= 60
    assert until <= ends


def test_closed_nothing_is_offered_until_it_is_published_again(driver: Driver) -> None:
    event, first = sold_out(driver)
    driver.join(event, "a")
    driver.close_event(event)
    driver.cancel_ticket(first)
    driver.offers_made()
    assert status(driver, event, "a") == ["waiting"]
    with refused("EVENT_NOT_ON_SALE"):
        driver.join(event, "b")
    driver.publish(event)
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    driver.offers_made()
    assert take(driver, event, "a") == "paid"
    in_order(driver)


def test_a_cancelled_event_ends_the_waiting_and_the_offers(driver: Driver) -> None:
    event, first = sold_out(driver)
    for uid in "abc":
        driver.join(event, uid)
    driver.cancel_ticket(first)
    driver.offers_made()
    driver.cancel_event(event)
    driver.offers_made()
    assert status(driver, event, "a", "b", "c") == ["ended"] * 3
    assert any("中止" in text for text in pushed(driver, "b"))
    in_order(driver)


def test_the_end_of_the_sale_ends_the_waiting(driver: Driver) -> None:
    event, _ = sold_out(driver, sales_end_at=(driver.now() + timedelta(hours=3)).isoformat())
    driver.join(event, "a")
    driver.advance(3 * HOUR)
    driver.settle_orders()
    assert status(driver, event, "a") == ["ended"]
    # A sale that is prolonged is for everybody.
    driver.update_event(event, sales_end_at=(driver.now() + timedelta(hours=3)).isoformat())
    driver.update_event(event, tiers=[{"tier": "ga", "name": "自由席", "price": PRICE, "size": 30}])
    driver.places_held(event, "passer-by")
    in_order(driver)


def test_new_places_are_for_those_who_wait(driver: Driver) -> None:
    event, _ = sold_out(driver)
    driver.join(event, "a")
    driver.update_event(event, tiers=[{"tier": "ga", "name": "自由席", "price": PRICE, "size": 30}])
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    driver.offers_made()
    assert status(driver, event, "a") == ["offered"]
    driver.offers_made()
    driver.places_held(event, "passer-by")
    in_order(driver)


def test_nobody_waits_for_more_than_one_person_may_have(driver: Driver) -> None:
    event, first = sold_out(driver, max_per_person=2)
    with refused("LIMIT_PER_PERSON"):
        driver.join(event, "first")
    with refused("LIMIT_PER_PERSON"):
        driver.join(event, "a", 3)
    driver.join(event, "a", 2)
    driver.update_event(event, max_per_person=1)
    driver.cancel_ticket(first)
    driver.cancel_ticket(first, 1)
    driver.offers_made()
    assert status(driver, event, "a") == ["ended"]
    driver.offers_made()
    driver.places_bought(event, "passer-by")
    in_order(driver)


def test_an_offer_counts_towards_what_one_person_may_have(driver: Driver) -> None:
    tiers = [{"tier": name, "name": name, "price": PRICE, "size": 2} for name in ("ga", "other")]
    event = driver.published(tiers=tiers, max_per_person=2)
    first = driver.places_bought(event, "first", 2)
    driver.join(event, "a")
    driver.cancel_ticket(first)
    driver.offers_made()
    with refused("LIMIT_PER_PERSON"):
        driver.order_places(Ordered(event, "a", [{"tier": "other", "quantity": 2}]))
    driver.order_places(Ordered(event, "a", [{"tier": "other", "quantity": 1}]))


def test_only_what_is_sold_out_is_waited_for(driver: Driver) -> None:
    event = driver.published(places=2)
    before = driver.everything()
    for act, reason in (
        (partial(driver.join, event, "a", 2), "PLACES_LEFT"),
        (partial(driver.join, event, "a", 1, "none"), "INVALID_ARGUMENT"),
        (partial(driver.join, event, "a", 0), "INVALID_ARGUMENT"),
        (partial(driver.join, "ev-none", "a"), "EVENT_NOT_FOUND"),
        (partial(driver.join, driver.create_event()["event_id"], "a"), "EVENT_NOT_FOUND"),
        (partial(driver.leave, event, "a"), "NOT_WAITING"),
    ):
        with refused(reason):
            act()
    after = driver.everything()
    assert {path for path in after if "waitlist" in path} == set()
    assert all(after[path] == before[path] for path in before)


def test_a_deleted_account_waits_no_more(driver: Driver) -> None:
    from admission.leaving import leave
    from common.deadline import Deadline

    event, first = sold_out(driver)
    for uid in "ab":
        driver.join(event, uid)
    for _ in range(2):
        leave("a", Deadline())
    assert entry(driver, event, "a") == {}
    driver.cancel_ticket(first)
    driver.offers_made()
    assert status(driver, event, "b") == ["offered"]
    leave("b", Deadline())
    assert entry(driver, event, "b") == {}
    in_order(driver)


def test_many_who_join_at_once_are_all_on_the_list(driver: Driver) -> None:
    event, _ = sold_out(driver)
    answers = at_once([partial(driver.join, event, f"fan-{number}") for number in range(12)])
    assert len(successes(answers)) == 12
    assert driver.document(f"event_tiers/{event}.ga")["waiting"] is True
    in_order(driver)


def overtaken(driver: Driver, trips: RoundTrips) -> list[str]:
    """In the middle of an offer to "a", they leave, and another run offers the place to "b"; what both have then."""
    from admission.offers import catch_up

    event, first = sold_out(driver)
    for uid in "ab":
        driver.join(event, uid)
    driver.cancel_ticket(first)
    driver.advance(MINUTE)
    run = partial(catch_up, f"{event}.ga")

    def meanwhile() -> None:
        driver.leave(event, "a")
        run()

    with trips.interrupted(Named("firestore commit", "before"), meanwhile):
        run()
    return status(driver, event, "a", "b")


def test_two_runs_at_once_offer_one_place_once(driver: Driver, round_trips: RoundTrips) -> None:
    assert overtaken(driver, round_trips) == ["left", "offered"]
    in_order(driver)


def test_control_without_compare_and_set_one_place_is_offered_twice(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = driver.cancel_ticket

    def cancel_ticket(*args: Any, **more: Any) -> Any:
        answer = original(*args, **more)
        without_preconditions(monkeypatch)
        return answer

    monkeypatch.setattr(driver, "cancel_ticket", cancel_ticket)
    assert overtaken(driver, round_trips) == ["offered", "offered"]
    orders = (found.to_dict() or {} for found in driver.db.collection("event_orders").stream())
    offers = [order["items"] for order in orders if order.get("waitlist")]
    assert len(offers) == 2
    assert offers[0] == offers[1]


def test_a_rush_of_passers_by_and_of_those_who_wait_strands_and_oversells_nothing(driver: Driver) -> None:
    event, first = sold_out(driver, places=6, max_per_person=20)
    for number in range(4):
        driver.join(event, f"waits-{number}")
    acts = [partial(driver.cancel_ticket, first, number) for number in range(6)]
    acts += [partial(driver.places_held, event, f"passer-{number}") for number in range(6)]
    answers = at_once([*acts, partial(driver.settle_orders)])
    assert set(refusals(answers)) == {"SOLD_OUT"}
    driver.offers_made()
    assert status(driver, event, *(f"waits-{number}" for number in range(4))) == ["offered"] * 4
    driver.offers_made()
    driver.places_bought(event, "passer-by", 2)
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    in_order(driver)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_run_killed_at_an_offer_is_gone_on_with(driver: Driver, round_trips: RoundTrips, moment: Any) -> None:
    event, first = sold_out(driver)
    for uid in "ab":
        driver.join(event, uid)
    driver.cancel_ticket(first)
    driver.cancel_ticket(first, 1)
    driver.advance(MINUTE)
    from admission.offers import catch_up

    with round_trips.killed(Named("firestore commit", moment)):
        catch_up(f"{event}.ga")
    driver.offers_made()
    assert status(driver, event, "a", "b") == ["offered", "offered"]
    assert len(pushed(driver, "a")) == 1
    in_order(driver)


@pytest.mark.parametrize(
    ("path", "changes", "says"),
    [
        ("event_tiers/{event}.ga", {"waiting": False}, "its tier says otherwise"),
        ("event_tiers/{event}.ga", {"due_at": None}, "nobody looks at the list"),
        ("event_waitlist/{event}.ga.a", {"status": "offered"}, "offered, but the order is"),
    ],
)
def test_the_rule_sees_what_does_not_agree(driver: Driver, path: str, changes: dict[str, Any], says: str) -> None:
    event, _ = sold_out(driver)
    driver.join(event, "a")
    driver.agrees()
    driver.db.document(path.format(event=event)).update(changes)
    (problem,) = driver.problems()
    assert says in problem
