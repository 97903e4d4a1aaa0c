"""Places that the organiser keeps from sale: never sold meanwhile, seen by the organiser alone, exact when released."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from tests.support.admissions import ORGANIZER, PRICE, Ordered
from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver
from tests.support.reports import reconciled, texts

HALL = [{"row": row, "seats": 4} for row in "AB"]


def tier(**more: Any) -> dict[str, Any]:
    return {"tier": "ga", "name": "自由席", "price": PRICE, "size": 50, **more}


def hall(*seats: str) -> dict[str, Any]:
    return {"tier": "seat", "name": "指定席", "price": PRICE, "rows": HALL, "held_back_seats": list(seats)}


def seen(driver: Driver, event: str, uid: str = ORGANIZER) -> dict[str, Any]:
    driver.advance(4)
    found: dict[str, Any] = driver.event_details(event, uid)["tiers"][0]
    return found


def change(driver: Driver, event: str, **more: Any) -> Any:
    return driver.update_event(event, tiers=[tier(**more)])


def test_what_is_held_back_is_never_sold_and_seen_by_the_organiser_alone(driver: Driver) -> None:
    event = driver.create_event(tiers=[tier(held_back=27)], max_per_person=50)
    assert event["tiers"][0]["held_back"] == 27
    event = event["event_id"]
    driver.publish(event)
    assert (seen(driver, event)["left"], seen(driver, event)["held_back"]) == (23, 27)
    assert seen(driver, event, "fan")["held_back"] is None
    assert driver.document(f"event_tiers/{event}.ga")["held_back"] is None
    driver.places_bought(event, "fan", 23)
    with refused("SOLD_OUT"):
        driver.places_held(event, "other")
    driver.orders_settle()
    driver.agrees()


def test_it_is_released_and_kept_again_to_the_place(driver: Driver) -> None:
    event = driver.published(tiers=[tier(held_back=30)], max_per_person=50)
    driver.places_bought(event, "fan", 20)
    change(driver, event, held_back=25)
    driver.places_bought(event, "other", 3)
    with refused("PLACES_SOLD") as error:
        change(driver, event, held_back=28)
    assert error.value.details["left"] == 27
    change(driver, event, held_back=27)
    with refused("SOLD_OUT"):
        driver.places_held(event, "third")
    change(driver, event, held_back=0)
    driver.places_bought(event, "third", 27)
    with refused("SOLD_OUT"):
        driver.places_held(event, "fourth")
    assert seen(driver, event)["held_back"] == 0
    driver.orders_settle()
    driver.agrees()


def test_what_is_not_said_stays_held_back(driver: Driver) -> None:
    event = driver.published(tiers=[tier(held_back=5)])
    change(driver, event, price=5000)
    assert seen(driver, event)["held_back"] == 5


def test_size_and_what_is_held_back_change_together(driver: Driver) -> None:
    event = driver.published(tiers=[tier(size=10)], max_per_person=50)
    driver.places_bought(event, "fan", 10)
    change(driver, event, size=45, held_back=35)
    with refused("SOLD_OUT"):
        driver.places_held(event, "other")
    with refused("PLACES_SOLD"):
        change(driver, event, size=44)
    change(driver, event, size=12, held_back=1)
    driver.places_bought(event, "other", 1)
    assert (seen(driver, event)["left"], seen(driver, event)["held_back"]) == (0, 1)
    driver.orders_settle()
    driver.agrees()


def test_seats_are_held_back_by_name(driver: Driver) -> None:
    event = driver.create_event(tiers=[hall("A-2", "B-4")])["event_id"]
    driver.publish(event)
    with refused("SEAT_TAKEN"):
        driver.order_places(Ordered(event, items=[{"tier": "seat", "seat_number": "A-2"}]))
    shown = {seat["seat_number"]: seat for seat in driver.seat_map(event, ORGANIZER)["seats"]}
    assert [name for name, seat in shown.items() if seat["held_back"]] == ["A-2", "B-4"]
    assert not any(seat["held_back"] for seat in driver.seat_map(event)["seats"])
    assert [seat["seat_number"] for seat in driver.seat_map(event)["seats"] if not seat["free"]] == ["A-2", "B-4"]
    driver.order_places(Ordered(event, "fan", [{"tier": "seat", "seat_number": "A-1"}]))
    with refused("PLACES_SOLD") as error:
        driver.update_event(event, tiers=[hall("A-1")])
    assert error.value.details["seat_number"] == "A-1"
    driver.update_event(event, tiers=[hall("B-4", "B-3")])
    driver.order_places(Ordered(event, "fan", [{"tier": "seat", "seat_number": "A-2"}]))
    with refused("SEAT_TAKEN"):
        driver.order_places(Ordered(event, "fan", [{"tier": "seat", "seat_number": "B-3"}]))
    assert seen(driver, event)["held_back_seats"] == ["B-3", "B-4"]
    driver.agrees()


@pytest.mark.parametrize(
    "fields",
    [
        tier(held_back=51),
        tier(held_back=-1),
        tier(held_back_seats=["A-1"]),
        hall("A-5"),
        hall("A-1", "A-1"),
        {**hall(), "held_back": 1},
    ],
)
def test_what_is_not_there_cannot_be_held_back(driver: Driver, fields: dict[str, Any]) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.create_event(tiers=[fields])


@pytest.mark.parametrize("round_", range(3))
def test_holding_back_during_a_rush_keeps_every_place_once(driver: Driver, round_: int) -> None:
    event = driver.published(tiers=[tier(size=20, price=0)])
    orders = [partial(driver.order_places, Ordered(event, f"fan-{n}")) for n in range(16)]
    hold = partial(driver.update_event, event, tiers=[tier(size=20, price=0, held_back=10)])
    answers = at_once([hold, *orders])
    assert {*refusals(answers)} <= {"SOLD_OUT", "PLACES_SOLD"}
    kept = seen(driver, event)["held_back"]
    bought = len(successes(answers)) - (kept == 10)
    assert bought == (10 if kept else 16)
    driver.agrees()


def test_what_is_released_while_people_wait_is_offered_to_them(driver: Driver) -> None:
    event = driver.published(tiers=[tier(size=2, held_back=1)])
    driver.places_bought(event)
    driver.join(event, "a")
    change(driver, event, size=2, held_back=0)
    with refused("SOLD_OUT"):
        driver.places_held(event, "passer-by")
    driver.offers_made()
    assert driver.join(event, "a")["status"] == "offered"
    driver.orders_settle()
    driver.agrees()


def test_what_a_deleted_block_held_back_is_reported_and_can_be_held_back_again(driver: Driver) -> None:
    event = driver.published(tiers=[tier(held_back=5)])
    driver.reconcile()
    # The last of three, with the numbers of the end.
    driver.db.document(f"event_blocks/{event}.ga.2").delete()
    (line,) = texts(reconciled(driver))
    assert "what was held back in it is for sale again" in line
    assert seen(driver, event)["held_back"] == 0
    change(driver, event, held_back=5)
    assert (seen(driver, event)["left"], seen(driver, event)["held_back"]) == (45, 5)
    driver.agrees()
