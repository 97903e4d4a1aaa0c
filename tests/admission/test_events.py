"""createEvent to deleteEvent, members and staff: who may change what, and what buyers then see."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from tests.support.admissions import ORGANISATION, ORGANIZER, PRICE, Ordered
from tests.support.calls import refused
from tests.support.concurrency import at_once, refusals, successes
from tests.support.driver import Driver


def tier(**more: Any) -> dict[str, Any]:
    return {"tier": "ga", "name": "自由席", "price": PRICE, "size": 20, **more}


def test_an_event_is_a_draft_that_only_its_organiser_sees(driver: Driver) -> None:
    event = driver.create_event(category="concert")
    assert event["status"] == "draft"
    assert event["version"] == 1
    assert (event["total_seats"], event["available_seats"], event["base_price"]) == (20, 20, PRICE)
    assert event["cancel_terms"] == {"until_hours": 72, "fee_percent": 0, "fee_jpy": 0}
    assert driver.event_details(event["event_id"], ORGANIZER)["title"] == "音楽会"
    with refused("EVENT_NOT_FOUND"):
        driver.event_details(event["event_id"])
    driver.publish(event["event_id"], version=1)
    shown = driver.event_details(event["event_id"])
    assert shown["status"] == "published"
    more = {"rows": [], "gates": [], "left": 20, "held_back": None, "held_back_seats": None}
    assert shown["tiers"] == [{**tier(), **more}]


def test_publishing_and_closing_can_be_repeated_and_undone(driver: Driver) -> None:
    event = driver.create_event()["event_id"]
    with refused("EVENT_NOT_CHANGEABLE"):
        driver.close_event(event)
    assert driver.publish(event)["status"] == "published"
    assert driver.publish(event)["version"] == 2
    assert driver.close_event(event)["status"] == "closed"
    assert driver.close_event(event)["version"] == 3
    assert driver.publish(event)["status"] == "published"
    driver.places_bought(event)
    driver.agrees()


def test_who_saw_another_version_changes_nothing(driver: Driver) -> None:
    event = driver.published()
    with refused("VERSION_CONFLICT") as error:
        driver.close_event(event, version=1)
    assert error.value.details["version"] == 2
    with refused("VERSION_CONFLICT"):
        driver.update_event(event, version=1, title="別の題")


@pytest.mark.parametrize(
    ("uid", "allowed"), [("owner", True), ("manager", True), ("finance", False), ("door", False), ("nobody", False)]
)
def test_owners_and_managers_edit(driver: Driver, uid: str, allowed: bool) -> None:
    members = {ORGANIZER: "owner", "owner": "owner", "manager": "manager", "finance": "finance", "door": "door"}
    driver.call("setOrganizerMembers", {"organizer_id": ORGANISATION, "members": members}, ORGANIZER)
    event = driver.published()
    acts = [
        partial(driver.create_event, uid),
        partial(driver.update_event, event, uid, title="題"),
        partial(driver.close_event, event, uid),
        partial(driver.call, "setEventStaff", {"event_id": event, "uids": {"staff-9": {"gates": ["東"]}}}, uid),
    ]
    for act in acts:
        if allowed:
            act()
        else:
            with refused("PERMISSION_DENIED"):
                act()


def test_a_foreign_organiser_touches_nothing(driver: Driver) -> None:
    event = driver.published()
    driver.call("setOrganizerMembers", {"organizer_id": "org-2", "members": {"rival": "owner"}}, "root", admin=True)
    before = driver.everything()
    for act in (driver.close_event, driver.publish, driver.delete_event, partial(driver.update_event, title="x")):
        with refused("PERMISSION_DENIED"):
            act(event, uid="rival")
    assert driver.everything() == before


def test_an_organiser_keeps_an_owner_and_only_owners_say_who_works_there(driver: Driver) -> None:
    with refused("LAST_OWNER"):
        driver.call("setOrganizerMembers", {"organizer_id": ORGANISATION, "members": {"a": "door"}}, ORGANIZER)
    with refused("PERMISSION_DENIED"):
        driver.call("setOrganizerMembers", {"organizer_id": "org-9", "members": {"a": "owner"}}, "a")
    with refused("INVALID_ARGUMENT"):
        driver.call("setOrganizerMembers", {"organizer_id": ORGANISATION, "members": {"a": "boss"}}, ORGANIZER)


def test_a_draft_without_orders_is_deleted_and_nothing_else(driver: Driver) -> None:
    before = driver.everything()
    event = driver.create_event()["event_id"]
    driver.update_event(event, title="題")
    driver.delete_event(event, version=2)
    assert driver.everything() == before
    published = driver.published()
    with refused("EVENT_NOT_CHANGEABLE"):
        driver.delete_event(published)


def test_tiers_of_a_draft_are_replaced(driver: Driver) -> None:
    event = driver.create_event()["event_id"]
    rows = [{"row": "A", "seats": 10}]
    changed = driver.update_event(event, tiers=[{"tier": "seat", "name": "指定席", "price": 5000, "rows": rows}])
    assert (changed["total_seats"], changed["base_price"]) == (10, 5000)
    driver.publish(event)
    driver.order_places(Ordered(event, items=[{"tier": "seat", "seat_number": "A-10"}]))
    driver.agrees()


def test_a_size_shrinks_down_to_what_is_sold_and_grows_again(driver: Driver) -> None:
    event = driver.published(places=45, max_per_person=100)
    driver.places_bought(event, quantity=30)
    with refused("PLACES_SOLD") as error:
        driver.update_event(event, tiers=[tier(size=29)])
    assert error.value.details["taken"] == 30
    assert driver.update_event(event, tiers=[tier(size=31)])["total_seats"] == 31
    driver.places_held(event, "other", 1)
    with refused("SOLD_OUT"):
        driver.places_held(event, "third", 1)
    driver.update_event(event, tiers=[tier(size=120)])
    driver.places_bought(event, "fourth", 50)
    driver.places_bought(event, "fifth", 39)
    with refused("SOLD_OUT"):
        driver.places_held(event, "sixth", 1)
    driver.orders_settle()
    driver.agrees()


@pytest.mark.parametrize("round_", range(3))
def test_a_size_that_shrinks_during_a_rush_oversells_nothing(driver: Driver, round_: int) -> None:
    event = driver.published(places=40, price=0)
    buyers = [partial(driver.order_places, Ordered(event, f"fan-{n}")) for n in range(16)]
    shrink = partial(driver.update_event, event, tiers=[tier(size=8, price=0)])
    answers = at_once([*buyers, shrink])
    size = driver.document(f"event_tiers/{event}.ga")["size"]
    bought = len(successes(answers[:-1]))
    assert bought <= size
    assert set(refusals(answers)) <= {"SOLD_OUT", "PLACES_SOLD", "BUSY"}
    driver.agrees()


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": "x" * 201},
        {"tiers": []},
        {"tiers": [tier(price=49)]},
        {"tiers": [tier(), tier()]},
        {"tiers": [tier(size=100_001)]},
        {"tiers": [{"tier": "seat", "name": "x", "price": 0}]},
        {"tiers": [{"tier": "s", "name": "x", "price": 0, "rows": [{"row": "A", "seats": 41}]}]},
        {
            "tiers": [
                {"tier": "s", "name": "x", "price": 0, "rows": [{"row": "A", "seats": 1}, {"row": "A", "seats": 1}]}
            ]
        },
        {"timezone": "Asia/Nowhere"},
        {"event_date": "tomorrow"},
        {"max_per_person": 0},
        {"cancel_terms": {"fee_percent": 101}},
        {"status": "published"},
    ],
)
def test_what_no_event_can_be_is_refused(driver: Driver, wrong: dict[str, Any]) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.create_event(**wrong)


def test_times_follow_each_other(driver: Driver) -> None:
    late = (driver.now() + timedelta(days=60)).isoformat()
    with refused("INVALID_ARGUMENT"):
        driver.create_event(doors_open_at=late)
    event = driver.create_event()["event_id"]
    with refused("INVALID_ARGUMENT"):
        driver.update_event(event, doors_open_at=late)


def test_the_seeded_event_is_on_sale(driver: Driver) -> None:
    shown = driver.event_details("ev-1")
    assert [each["left"] for each in shown["tiers"]] == [100, 40]
    ordered = Ordered("ev-1", items=[{"tier": "ga", "quantity": 1}, {"tier": "seat", "quantity": 2, "adjacent": True}])
    assert driver.order_places(ordered)["amount"] == 3000 + 2 * 5000
    driver.agrees()
