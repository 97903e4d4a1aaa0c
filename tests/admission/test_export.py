"""exportAttendees: pages of CSV for the organiser, whose cells no spreadsheet runs."""

from __future__ import annotations

import csv
import io

import pytest

from admission.export import harmless
from tests.support.admissions import ORGANIZER
from tests.support.calls import refused
from tests.support.driver import Driver


def test_attendees_are_listed_and_a_name_that_is_a_formula_is_only_a_name(driver: Driver) -> None:
    event = driver.published(price=0)
    driver.places_held(event, quantity=2, names=["=cmd|' /C calc'!A0", "花子"])
    answer = driver.call("exportAttendees", {"event_id": event}, ORGANIZER)
    assert answer["csv"].startswith("\ufeffticket_id,")
    rows = list(csv.DictReader(io.StringIO(answer["csv"].lstrip("\ufeff"))))
    assert [row["holder_name"] for row in rows] == ["'=cmd|' /C calc'!A0", "花子"]
    assert [row["status"] for row in rows] == ["valid", "valid"]
    assert answer["cursor"] is None


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_begins_like_a_formula_is_quoted(start: str) -> None:
    assert harmless(f"{start}1") == f"'{start}1"
    assert harmless(f"1{start}") == f"1{start}"


def test_pages_follow_each_other(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from admission import export

    monkeypatch.setattr(export, "PAGE", 2)
    event = driver.published(price=0)
    driver.places_held(event, quantity=3)
    first = driver.call("exportAttendees", {"event_id": event}, ORGANIZER)
    second = driver.call("exportAttendees", {"event_id": event, "cursor": first["cursor"]}, ORGANIZER)
    assert (first["csv"].count("\n"), second["csv"].count("\n"), second["cursor"]) == (3, 1, None)


def test_a_foreign_organiser_and_the_door_see_nobody(driver: Driver) -> None:
    event = driver.published(price=0)
    members = {ORGANIZER: "owner", "door": "door"}
    driver.call("setOrganizerMembers", {"organizer_id": "org-1", "members": members}, ORGANIZER)
    for uid in ("door", "fan"):
        with refused("PERMISSION_DENIED"):
            driver.call("exportAttendees", {"event_id": event}, uid)
