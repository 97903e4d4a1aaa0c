"""getDoorBundle: keys, rules, and the tickets that a door must know, with nobody's name."""

from __future__ import annotations

import base64
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from tests.support.admissions import ORGANIZER, Ordered
from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.driver import Driver


def known(bundle: dict[str, Any]) -> dict[str, str]:
    """The state of each ticket of a bundle by the ticket's number."""
    return {ticket["ticket_id"].rpartition(".")[2]: ticket["state"] for ticket in bundle["tickets"]}


def enter(driver: Driver, ordered: Ordered, number: int = 0, **more: Any) -> None:
    driver.sync(ordered.event, driver.offline_scan(driver.shown(ordered, number), **more))


def staff(driver: Driver, event: str, uid: str = "door-1", **more: Any) -> str:
    """Somebody at the door of an event."""
    driver.call("setEventStaff", {"event_id": event, "uids": {uid: {"gates": [], **more}}}, ORGANIZER)
    return uid


def test_a_code_verifies_with_what_the_bundle_says(driver: Driver) -> None:
    from admission.door import tokens

    ordered = driver.places_bought(driver.published())
    bundle = driver.bundle(ordered.event)
    keys = {
        key["kid"]: Ed25519PublicKey.from_public_bytes(base64.urlsafe_b64decode(key["public_key"] + "="))
        for key in bundle["keys"]
    }
    code = tokens.verify(driver.shown(ordered), keys)
    assert (code.ticket_id, code.event) == (f"{ordered.id}.0", bundle["event_hash"])


def test_it_says_the_rules_of_the_door(driver: Driver) -> None:
    begins = driver.now() + timedelta(days=3)
    opens = (begins - timedelta(hours=1)).isoformat()
    event = driver.published(event_date=begins.isoformat(), doors_open_at=opens, reentry=True)
    driver.db.document(f"events/{event}").update({"tier_gates": {"ga": ["北"]}})
    staff(driver, event, gates=["北", "南"])
    driver.advance(MINUTE + 1)
    bundle = driver.bundle(event, "door-1")
    rules = bundle["rules"]
    assert (rules["reentry"], rules["rotating_qr"]) == (True, False)
    assert (rules["gates"], rules["tiers"]) == (["北", "南"], {"ga": ["北"]})
    assert datetime.fromisoformat(rules["closes_at"]) - begins < timedelta(hours=24, milliseconds=1)
    assert datetime.fromisoformat(rules["opens_at"]) < begins
    assert bundle["title"] == "音楽会"


def test_it_has_each_ticket_that_is_no_more_as_it_was_issued(driver: Driver) -> None:
    event = driver.published(transferable=True)
    ordered = driver.places_bought(event, quantity=5)
    assert driver.bundle(event)["tickets"] == []
    enter(driver, ordered, 1)
    driver.accept(driver.offer(ordered, number=2), "bob")
    driver.offer(ordered, number=4)
    bundle = driver.bundle(event)
    assert known(bundle) == {"1": "used", "2": "valid"}
    first, second = sorted(bundle["tickets"], key=lambda ticket: ticket["state"])
    assert (first["inside"], first["generation"]) == (True, 1)
    assert first["entered_at"] is not None
    assert (second["inside"], second["generation"], second["entered_at"]) == (False, 2, None)


def test_it_names_nobody(driver: Driver) -> None:
    event = driver.published(transferable=True)
    ordered = driver.places_held(event, names=["葵"])
    driver.pay_sheet(ordered)
    driver.confirm_order(ordered)
    driver.accept(driver.offer(ordered), "bob", holder_name="大地")
    enter(driver, ordered)
    said = str(driver.bundle(event))
    for name in ("葵", "大地", "fan", "bob"):
        assert f"'{name}'" not in said


@pytest.mark.parametrize(
    ("fields", "state"),
    [
        ({"status": "cancelled"}, "cancelled"),
        ({"status": "cancelled", "ended_because": "unpaid"}, "unpaid"),
        ({"status": "cancelled", "blocked": True}, "cancelled"),
        ({"blocked": True}, "blocked"),
        ({"status": "used", "blocked": True}, "blocked"),
        ({"status": "used"}, "used"),
        ({}, "valid"),
    ],
)
def test_the_state_is_what_the_door_would_say_first(driver: Driver, fields: dict[str, Any], state: str) -> None:
    ordered = driver.places_bought(driver.published())
    driver.db.document(f"event_tickets/{ordered.id}.0").update({**fields, "door_changed_at": driver.now()})
    assert known(driver.bundle(ordered.event)) == {"0": state}


def test_the_next_bundle_has_what_changed_since_and_a_minute_before(driver: Driver) -> None:
    driver.freeze()
    ordered = driver.places_bought(driver.published(), quantity=4)
    for number in range(3):
        enter(driver, ordered, number)
        driver.advance(59)
    since = driver.bundle(ordered.event)["since"]
    enter(driver, ordered, 3)
    assert known(driver.bundle(ordered.event)) == dict.fromkeys("0123", "used")
    assert known(driver.bundle(ordered.event, since=since)) == dict.fromkeys("23", "used")


def test_a_change_whose_commit_took_long_is_not_missed(driver: Driver) -> None:
    """It says when it began, which may be before a bundle that could not have it yet."""
    ordered = driver.places_bought(driver.published())
    began = driver.now()
    driver.advance(50)
    since = driver.bundle(ordered.event)["since"]
    driver.db.document(f"event_tickets/{ordered.id}.0").update({"blocked": True, "door_changed_at": began})
    assert known(driver.bundle(ordered.event, since=since)) == {"0": "blocked"}


def test_many_tickets_come_in_pages(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    from admission.door import bundle

    monkeypatch.setattr(bundle, "PAGE", 2)
    driver.freeze()
    ordered = driver.places_bought(driver.published(), quantity=5)
    enter(driver, ordered, 0)
    driver.advance(1)
    # All of one moment.
    driver.sync(ordered.event, *(driver.offline_scan(driver.shown(ordered, number)) for number in range(1, 5)))
    found: list[str] = []
    asked: dict[str, Any] = {}
    sizes = []
    while True:
        page = driver.bundle(ordered.event, **asked)
        sizes.append(len(page["tickets"]))
        found += known(page)
        if page["next"] is None:
            break
        asked = {"cursor": page["next"]}
    assert sizes == [2, 2, 1]
    assert sorted(found) == list("01234")


def test_what_changes_while_pages_are_read_comes_on_a_later_one(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    from admission.door import bundle

    monkeypatch.setattr(bundle, "PAGE", 1)
    ordered = driver.places_bought(driver.published(reentry=True), quantity=2)
    for number in range(2):
        enter(driver, ordered, number)
        driver.advance(1)
    first = driver.bundle(ordered.event)
    enter(driver, ordered, 0, direction="exit")
    second = driver.bundle(ordered.event, cursor=first["next"])
    third = driver.bundle(ordered.event, cursor=second["next"])
    assert [known(page) for page in (first, second, third)] == [{"0": "used"}, {"1": "used"}, {"0": "used"}]
    assert [page["tickets"][0]["inside"] for page in (first, second, third)] == [True, True, False]


def test_the_counts_are_of_this_event(driver: Driver) -> None:
    event, other = driver.published(reentry=True), driver.published()
    enter(driver, driver.places_bought(other, "stranger"))
    ordered = driver.places_bought(event, quantity=4)
    driver.cancel_ticket(ordered, 3)
    for number in (0, 0, 1):
        enter(driver, ordered, number)
    enter(driver, ordered, 1, direction="exit")
    counts = {"sold": 3, "entered": 2, "inside": 1, "duplicates": 1}
    assert driver.bundle(event)["counts"] == counts


def test_only_who_is_at_the_door_gets_it(driver: Driver) -> None:
    event = driver.published()
    until = (driver.now() + timedelta(minutes=30)).isoformat()
    staff(driver, event, until=until)
    assert driver.bundle(event, "door-1")["tickets"] == []
    for uid in ("fan", "organizer-2"):
        with refused("PERMISSION_DENIED"):
            driver.bundle(event, uid)
    driver.advance(30 * MINUTE)
    with refused("PERMISSION_DENIED"):
        driver.bundle(event, "door-1")
    with refused("EVENT_NOT_FOUND"):
        driver.bundle("nowhere")


@pytest.mark.parametrize(
    "asked",
    [
        {"since": "0001-01-01T00:00:00+14:00"},
        {"since": "0001-01-01T00:00:00Z"},
        {"since": "9999-12-31T23:59:59-12:00"},
        {"cursor": f"{'9' * 16}.{'0' * 40}.0"},
        {"cursor": f"0.{'0' * 40}.0"},
    ],
)
def test_any_time_may_be_asked_for(driver: Driver, asked: dict[str, str]) -> None:
    ordered = driver.places_bought(driver.published())
    enter(driver, ordered)
    assert len(driver.bundle(ordered.event, **asked)["tickets"]) <= 1


@pytest.mark.parametrize("cursor", ["x", "1.2", f"{'9' * 17}.{'0' * 40}.0", f"1.{'0' * 40}.100", f"1.{'0' * 40}.01"])
def test_what_is_no_cursor_is_refused(driver: Driver, cursor: str) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.bundle(driver.published(), cursor=cursor)
