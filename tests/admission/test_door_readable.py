"""What was damaged by hand lets nobody in, and stops nobody else at the door."""

from __future__ import annotations

from typing import Any

import pytest
from google.cloud.firestore_v1 import DELETE_FIELD

from tests.support.admissions import ORGANIZER
from tests.support.calls import Json, refused
from tests.support.driver import Driver

DAMAGES = [
    {"generation": "2"},
    {"generation": DELETE_FIELD},
    {"status": "lost"},
    {"status": DELETE_FIELD},
    {"tier": DELETE_FIELD},
    {"seat_number": 5},
    {"holder_name": 7},
    {"entered_at": "yesterday"},
    {"entries": "none"},
    {"version": DELETE_FIELD},
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: next(iter(damage)))
def test_a_damaged_ticket_lets_nobody_in_and_stops_nobody_else(driver: Driver, damage: Json) -> None:
    ordered = driver.places_held(driver.published(price=0), quantity=3, names=["山田", "山本", "山口"])
    event, damaged = ordered.event, f"{ordered.id}.0"
    code, sound, queued = (driver.shown(ordered, number) for number in range(3))
    driver.db.document(f"event_tickets/{damaged}").update({**damage, "door_changed_at": driver.now()})
    for answer in (driver.scan_ticket(event, code), driver.let_in_by_hand(event, damaged)):
        assert (answer["result"], answer["ticket_id"]) == ("invalid", None)
    with refused("TICKET_NOT_FOUND"):
        driver.undo_entry(event, damaged)
    assert driver.scan_ticket(event, sound)["result"] == "ok"
    told = [driver.offline_scan(shown, scan_id=f"{ordered.id}-{shown[-9:]}") for shown in (code, queued)]
    scans = driver.sync(event, *told)
    assert [(scan["result"], scan["recorded"]) for scan in scans] == [("invalid", False), ("ok", True)]
    states: dict[Any, str] = {ticket["ticket_id"][-1]: ticket["state"] for ticket in driver.bundle(event)["tickets"]}
    assert states == {"0": "blocked", "1": "used", "2": "used"}
    found = driver.find_tickets(event, name="山")["tickets"]
    assert sorted(ticket["holder_name"] for ticket in found) == ["山口", "山本"]
    lines = driver.call("exportAttendees", {"event_id": event}, ORGANIZER)["csv"].splitlines()
    assert len(lines) == 4


@pytest.mark.parametrize("damage", [{"result": DELETE_FIELD}, {"entered_at": "yesterday"}, {"holder_name": 7}])
def test_a_scan_whose_answer_was_damaged_stops_nobody_else(driver: Driver, damage: Json) -> None:
    ordered = driver.places_held(driver.published(price=0), quantity=2)
    event, code, other, scan_id = ordered.event, driver.shown(ordered), driver.shown(ordered, 1), f"{ordered.id}-scan"
    driver.scan_ticket(event, code, scan_id)
    driver.db.document(f"event_scans/{scan_id}").update(damage)
    with refused("SCAN_ID_USED"):
        driver.scan_ticket(event, code, scan_id)
    told = [driver.offline_scan(code, scan_id=scan_id), driver.offline_scan(other, scan_id=f"{ordered.id}-other")]
    assert [scan["detail"] for scan in driver.sync(event, *told)] == ["scan_id_used", None]
    assert driver.event_ticket(ordered, 1)["status"] == "used"


@pytest.mark.parametrize(
    "uids",
    [
        ["staff"],
        {"staff": "yes"},
        {"staff": {}},
        {"staff": {"gates": "north"}},
        {"staff": {"gates": [1]}},
        {"staff": {"gates": [], "until": "2030-01-01"}},
    ],
    ids=str,
)
def test_damaged_staff_stand_nowhere_and_the_organiser_still_does(driver: Driver, uids: Any) -> None:
    from common import cache

    ordered = driver.places_held(driver.published(price=0))
    driver.db.document(f"event_staff/{ordered.event}").set({"uids": uids})
    cache.forget()
    with refused("PERMISSION_DENIED"):
        driver.scan_ticket(ordered.event, driver.shown(ordered), uid="staff")
    assert driver.scan_ticket(ordered.event, driver.shown(ordered))["result"] == "ok"


def test_the_longest_code_that_a_camera_reads_does_not_stop_a_queue(driver: Driver) -> None:
    event = driver.published(price=0)
    scan = driver.offline_scan("1" * 7_089, scan_id=f"{event}-longest", result="invalid")
    assert [answer["result"] for answer in driver.sync(event, scan)] == ["invalid"]
    assert driver.scan_ticket(event, "1" * 7_089)["result"] == "invalid"


def test_only_what_says_so_lets_people_in_again(driver: Driver) -> None:
    from common import cache

    ordered = driver.places_held(driver.published(price=0))
    driver.db.document(f"events/{ordered.event}").update({"reentry": "false"})
    cache.forget()
    code = driver.shown(ordered)
    said = [driver.scan_ticket(ordered.event, code, direction=way)["result"] for way in ("entry", "exit", "entry")]
    assert said == ["ok", "ok", "already_used"]
