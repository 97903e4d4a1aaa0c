"""Documents kept in the process: how long, how many round trips, and what is never kept."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from google.cloud import firestore

from common import cache, clock, documents
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips

BOUND = int(cache.STALE_AFTER.total_seconds())


@pytest.fixture
def trips(driver: Driver, round_trips: RoundTrips) -> RoundTrips:
    """The round trips of the functions, whose store is called "before"."""
    driver.db.document("stores/store-1").set({"name": "before"})
    return round_trips


def stop_clock(patch: pytest.MonkeyPatch, seconds: int) -> None:
    patch.setattr(clock, "now", lambda: datetime(2030, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds))


def name() -> object:
    return cache.read(documents.ref("stores", "store-1"))[0].get("name")


@pytest.mark.parametrize(("later", "told"), [(BOUND - 1, "before"), (BOUND, "after"), (BOUND + 1, "after")])
def test_a_change_is_seen_after_the_stated_time_and_no_later(
    trips: RoundTrips, db: firestore.Client, monkeypatch: pytest.MonkeyPatch, later: int, told: str
) -> None:
    stop_clock(monkeypatch, 0)
    assert name() == "before"
    db.document("stores/store-1").set({"name": "after"})
    stop_clock(monkeypatch, later)
    assert name() == told


def test_a_clock_set_back_is_no_reason_to_believe_it_for_longer(
    trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    for seconds in (0, -1):
        stop_clock(monkeypatch, seconds)
        name()
    assert len(trips.firestore) == 2


def test_it_is_read_once(trips: RoundTrips) -> None:
    assert [name() for _ in range(5)] == ["before"] * 5
    assert trips.firestore == ["batch_get_documents"]


def test_what_is_not_known_comes_in_one_trip_with_what_must_be_fresh(trips: RoundTrips) -> None:
    store, staff, fresh = (
        documents.ref("stores", "store-1"),
        documents.ref("store_staff", "store-1"),
        documents.ref("users", "u1"),
    )
    for _ in range(2):
        docs = cache.read(store, staff, beside=(fresh,))
        assert [doc.ref.path for doc in docs] == [store.path, staff.path, fresh.path]
    # The second time for the fresh one, and for the staff, who are not there yet.
    assert trips.firestore == ["batch_get_documents"] * 2


def test_what_is_missing_is_looked_for_each_time_and_takes_no_memory(trips: RoundTrips, db: firestore.Client) -> None:
    for number in range(3):
        (doc,) = cache.read(documents.ref("store_staff", f"made-up-{number}"))
        assert not doc.exists
    assert len(cache._known) == 0
    db.document("store_staff/made-up-0").set({"uids": ["staff"]})
    (doc,) = cache.read(documents.ref("store_staff", "made-up-0"))
    assert doc["uids"] == ["staff"]
