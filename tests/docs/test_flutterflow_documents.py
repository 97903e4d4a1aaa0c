"""The functions write the documents that the pages for FlutterFlow describe, with fields of those types."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud import firestore

from tests.support.driver import Driver
from tests.support.flutterflow_pages import JAPANESE, both_pages, rows
from tests.support.pages import FLUTTERFLOW, codes
from tests.support.points import CUSTOMER

TYPES: dict[str, type] = {
    "DocumentReference": firestore.DocumentReference,
    "String": str,
    "Integer": int,
    "Boolean": bool,
    "DateTime": datetime,
    "List": list,
    "Data": dict,
}
GROUP = re.compile(rf"((?:`\w+`, )*`\w+`) ?\(({'|'.join(TYPES)})\b")
BY_THE_APP = {"messages"}
"""Written under the rules, by sendMessage."""
Kinds = dict[tuple[str, str], set[type]]


def described(page: Path) -> Iterator[tuple[str, str, type]]:
    """Each field of each collection with its type."""
    for collection, fields in rows(page, "Documents the screens read"):
        for names, kind in GROUP.findall(fields):
            yield from ((codes(collection)[0], name, TYPES[kind]) for name in codes(names))


def wrong(page: Path, written: Kinds) -> list[str]:
    """The fields that nothing has, or that something has with another type."""
    return [
        f"{collection}.{field}"
        for collection, field, kind in described(page)
        if collection not in BY_THE_APP and written.get((collection, field)) != {kind}
    ]


@pytest.fixture
def written(driver: Driver) -> Kinds:
    """The types of every field after consultations, points, licences and event tickets that went as far as they go."""
    driver.used(buyer="buyer-a", imecon="imecon-2")
    driver.cancel(driver.held(buyer="buyer-b"))
    ended = driver.ended(session_id="of the app")
    driver.refund(ended, 1000)
    driver.deliver_all()
    driver.dispute(ended)
    driver.deliver_all()
    driver.db.document(f"users/{CUSTOMER}").set({"display_name": "お客様"})
    driver.earn(2000)
    driver.use_points(driver.store_read())
    driver.reverse_points(driver.earn(500)["awardId"])
    driver.fulfilled("daypass")
    driver.fulfilled()
    driver.opened("daypass", device="device-2")
    driver.opened(device="device-2")
    driver.cancel_checkout(driver.opened(device="device-3"))
    event = driver.published(places=2, **about_event(driver))
    driver.abandon(driver.places_held(event))
    places = driver.places_held(event, quantity=2, names=["花子", "太郎"])
    driver.pay_sheet(places)
    driver.confirm_order(places)
    driver.scan_ticket(event, driver.ticket_code(places, 1))
    driver.join(event, "late")
    driver.cancel_ticket(places)
    driver.offers_made()
    return kinds(driver)


def about_event(driver: Driver) -> dict[str, Any]:
    """All that may be said of an event."""
    begins = driver.now() + timedelta(days=30)
    texts: dict[str, Any] = dict.fromkeys(("description", "venue_address", "category"), "あれば")
    times = {
        "doors_open_at": driver.now(),
        "ends_at": begins + timedelta(hours=2),
        "sales_start_at": driver.now(),
        "sales_end_at": begins,
    }
    return texts | {name: time.isoformat() for name, time in times.items()}


def kinds(driver: Driver) -> Kinds:
    found: Kinds = {}
    for path, fields in driver.everything().items():
        for field, value in fields.items():
            if value is not None:
                found.setdefault((path.split("/")[-2], field), set()).add(kind_of(value))
    return found


def kind_of(value: object) -> type:
    return next(kind for kind in (bool, *TYPES.values(), object) if isinstance(value, kind))


def test_the_functions_write_what_the_pages_describe(written: Kinds) -> None:
    assert (wrong(FLUTTERFLOW, written), wrong(JAPANESE, written)) == ([], [])
    # A field of another type would be found.
    assert wrong(FLUTTERFLOW, written | {("events", "title"): {int}}) == ["events.title"]


@both_pages
def test_every_collection_has_fields_with_a_type(page: Path) -> None:
    listed = {codes(collection)[0] for collection, _ in rows(page, "Documents the screens read")}
    assert {collection for collection, _, _ in described(page)} == listed
