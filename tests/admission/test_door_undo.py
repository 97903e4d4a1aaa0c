"""undoEntry: an entry is taken back, and who did it stays written."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from admission.door.check import Direction
from admission.door.entries import Scan, pass_through
from admission.door.records import ticket_of
from common import documents
from common.documents import Unit
from tests.support.admissions import Ordered
from tests.support.calls import Json, refused
from tests.support.concurrency import at_once
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver


def entered(driver: Driver, *directions: str, **event: Any) -> Ordered:
    """Somebody who has come in, or gone in and out so often."""
    ordered = driver.places_taken(driver.published(price=0, **event))
    for direction in directions or ("entry",):
        assert scan(driver, ordered, direction) == "ok"
    return ordered


def scan(driver: Driver, ordered: Ordered, direction: str = "entry") -> str:
    return str(driver.scan_ticket(ordered.event, driver.ticket_code(ordered), direction=direction)["result"])


def undo(driver: Driver, ordered: Ordered, **more: Any) -> Any:
    answer = driver.undo_entry(ordered.event, f"{ordered.id}.0", **more)
    return answer["status"], answer["undone"]


def ticket(driver: Driver, ordered: Ordered) -> Json:
    return driver.document(f"event_tickets/{ordered.id}.0")


def test_a_ticket_is_valid_again_and_who_took_the_entry_back_stays_written(driver: Driver) -> None:
    ordered, now = entered(driver), driver.freeze()
    driver.set_staff(ordered.event, **{"door-1": {"gates": []}})
    assert undo(driver, ordered, uid="door-1", note="別の人でした") == ("valid", True)
    entry = driver.document(f"event_entries/{ordered.id}.0.1")
    assert (entry["undone_by"], entry["undone_at"], entry["undo_note"]) == ("door-1", now, "別の人でした")
    left = ticket(driver, ordered)
    assert (left["inside"], left["entered_at"], left["entries"], left["door_changed_at"]) == (False, None, 1, now)
    driver.agrees()
    assert scan(driver, ordered) == "ok"
    assert ticket(driver, ordered)["entries"] == 2
    driver.agrees()


def test_repeating_it_changes_nothing(driver: Driver) -> None:
    ordered = entered(driver)
    undo(driver, ordered)
    before = snapshot(driver.db)
    assert undo(driver, ordered) == ("valid", False)
    assert changed(before, snapshot(driver.db)) == []


def test_the_same_at_once_takes_one_entry_back(driver: Driver) -> None:
    ordered = entered(driver)
    answers = at_once([partial(undo, driver, ordered)] * 8)
    assert sorted(answers) == [("valid", False)] * 7 + [("valid", True)]
    driver.agrees()


def test_where_an_earlier_entry_stands_its_holder_is_outside_and_may_come_in_again(driver: Driver) -> None:
    ordered = entered(driver, "entry", "exit", "entry", reentry=True)
    first = driver.document(f"event_entries/{ordered.id}.0.1")["at"]
    assert undo(driver, ordered) == ("used", True)
    left = ticket(driver, ordered)
    assert (left["inside"], left["entered_at"]) == (False, first)
    # Who has gone out is not undone.
    assert undo(driver, ordered) == ("used", False)
    driver.agrees()
    assert scan(driver, ordered) == "ok"
    driver.agrees()


def test_of_two_whom_phones_without_a_network_let_in_the_later_is_taken_back_first(driver: Driver) -> None:
    ordered, now = entered(driver), driver.now()
    (read,) = documents.read(ticket_of(f"{ordered.id}.0"))
    second, unit = Scan("offline", ordered.event, "org-1", "", Direction.ENTRY, None, "door-2", now, now, True), Unit()
    pass_through(unit, second, read, duplicate=True)
    unit.commit()
    assert ticket(driver, ordered)["duplicates"] == 1
    driver.agrees()
    assert undo(driver, ordered) == ("used", True)
    assert ticket(driver, ordered)["duplicates"] == 0
    driver.agrees()
    assert undo(driver, ordered) == ("valid", True)
    assert undo(driver, ordered) == ("valid", False)
    driver.agrees()


def test_a_ticket_that_was_cancelled_stays_so(driver: Driver) -> None:
    ordered = entered(driver)
    driver.cancel_event(ordered.event)
    driver.orders_settle()
    assert undo(driver, ordered) == ("cancelled", True)
    assert ticket(driver, ordered)["status"] == "cancelled"
    driver.agrees()


def test_an_undo_against_a_scan_lets_in_once_more_or_not_and_agrees(driver: Driver) -> None:
    ordered = entered(driver)
    at_once([partial(undo, driver, ordered), partial(scan, driver, ordered)])
    driver.agrees()


@pytest.mark.parametrize("uid", ["stranger", "fan", "staff-1"])
def test_only_whoever_stands_at_the_door(driver: Driver, uid: str) -> None:
    ordered = entered(driver)
    with refused("PERMISSION_DENIED"):
        undo(driver, ordered, uid=uid)


def test_of_this_events_tickets_only(driver: Driver) -> None:
    ordered, other = entered(driver), driver.published(price=0)
    for event, ticket_id in ((other, f"{ordered.id}.0"), (ordered.event, f"{'a' * 40}.0")):
        with refused("TICKET_NOT_FOUND"):
            driver.undo_entry(event, ticket_id)
    assert ticket(driver, ordered)["status"] == "used"
