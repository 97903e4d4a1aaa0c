"""People's lists made again from their tickets, whatever a hand, an owner or a lost show has left there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from consultation.lists_repair import show_again
from tests.support.consultations import BUYER, IMECON
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Point, RoundTrips

SPOILT: dict[str, tuple[str, dict[str, Any] | None]] = {
    "lists deleted": (f"consultation_lists/{BUYER}", None),
    "lists emptied": (f"consultation_lists/{BUYER}", {"pending_ticket_ids": [], "available_ticket_codes": []}),
    "lists of another type": (f"consultation_lists/{BUYER}", {"pending_ticket_ids": "x", "version": None}),
    "shown nothing": (f"users/{BUYER}", {"display_name": "花子"}),
    "shown too much": (f"users/{BUYER}", {"pending_ticket_ids": ["gone"], "has_pending_consultation": True}),
    "shown as null": (f"users/{BUYER}", {"available_ticket_codes": None}),
    "no requests": (f"users/{IMECON}", {"dm_requests": []}),
    "requests of another type": (f"users/{IMECON}", {"dm_requests": {"0": "x"}}),
    "a request too many": (f"users/{IMECON}", {"dm_requests": [{"user_id": "gone", "ticket_code": "X"}]}),
}


@pytest.mark.parametrize("name", SPOILT)
def test_what_was_spoilt_is_noticed_and_made_again(driver: Driver, name: str) -> None:
    driver.held()
    driver.used(BUYER, "imecon-2")
    driver.perk("somebody-else")
    driver.agrees()
    path, fields = SPOILT[name]
    if fields is None:
        driver.db.document(path).delete()
    else:
        driver.db.document(path).set(fields)
    assert driver.problems() != []
    show_again(path.partition("/")[2])
    # What was spoilt may have been the truth that another document shows.
    driver.agrees()


def test_what_else_a_profile_holds_stays(driver: Driver) -> None:
    driver.held()
    driver.db.document(f"users/{BUYER}").set({"display_name": "花子"})
    show_again(BUYER)
    assert driver.user(BUYER)["display_name"] == "花子"
    assert driver.user(BUYER)["has_pending_consultation"] is True


def test_a_deleted_profile_does_not_come_back(driver: Driver) -> None:
    driver.held()
    for uid in (BUYER, IMECON):
        driver.db.document(f"users/{uid}").delete()
        show_again(uid)
        assert not driver.db.document(f"users/{uid}").get().exists


def test_a_full_profile_is_left_alone_until_there_is_room(driver: Driver) -> None:
    for uid in (BUYER, IMECON):
        driver.db.document(f"users/{uid}").set({"text": "x" * (1024 * 1024 - 100)})
    driver.held()
    for uid in (BUYER, IMECON):
        show_again(uid)
    assert driver.problems() != []
    for uid in (BUYER, IMECON):
        driver.db.document(f"users/{uid}").set({})
        show_again(uid)
    driver.agrees()


LISTS_COMMIT, REQUESTS_COMMIT = Point(3, "before"), Point(6, "before")
"""Each after a read and a query."""


def _repaired_while(trips: RoundTrips, uid: str, at: Point, happening: Callable[[], object]) -> None:
    """Something happens to the tickets between what the repair read and what it writes."""
    with trips.interrupted(at, happening):
        show_again(uid)


def test_what_happens_during_a_repair_is_not_lost(driver: Driver, round_trips: RoundTrips) -> None:
    held = driver.held()
    _repaired_while(round_trips, BUYER, LISTS_COMMIT, lambda: driver.redeem(held))
    driver.agrees()
    _repaired_while(round_trips, IMECON, REQUESTS_COMMIT, lambda: driver.cancel(held))
    driver.agrees()


def test_control_without_the_guard_it_is_lost(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = driver.held()
    without_preconditions(monkeypatch)
    _repaired_while(round_trips, BUYER, LISTS_COMMIT, lambda: driver.redeem(held))
    assert [line for line in driver.problems() if "available_ticket_codes" in line]
    _repaired_while(round_trips, IMECON, REQUESTS_COMMIT, lambda: driver.cancel(held))
    assert [line for line in driver.problems() if "dm_requests" in line]
