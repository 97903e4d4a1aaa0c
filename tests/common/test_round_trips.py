"""Controls of the ceilings on round trips: what is not counted cannot exceed a ceiling."""

from __future__ import annotations

import pytest

from common import documents
from common.documents import Unit
from payments import gateway
from tests.support.ceilings import Ceiling
from tests.support.driver import Driver
from tests.support.round_trips import RoundTrips


def test_every_kind_of_round_trip_is_counted(driver: Driver, round_trips: RoundTrips) -> None:
    unit = Unit()
    unit.merge_blindly(documents.ref("users", "u1"), {"x": 1})
    unit.commit()
    list(documents.client().collection("users").limit(1).stream())
    documents.ref("users", "u1").get()
    assert round_trips.firestore == ["commit", "run_query", "batch_get_documents"]
    assert round_trips.stripe == []


def test_an_extra_read_is_counted(driver: Driver, round_trips: RoundTrips) -> None:
    driver.bought()
    usual = len(round_trips.firestore)
    documents.read(documents.ref("users", "u1"), documents.ref("users", "u2"))
    assert len(round_trips.firestore) == usual + 1


def test_an_extra_stripe_call_is_counted(driver: Driver, round_trips: RoundTrips) -> None:
    consultation = driver.bought()
    asked = len(round_trips.stripe)
    gateway.retrieve(consultation.payment)
    assert len(round_trips.stripe) == asked + 1


@pytest.mark.parametrize("ceiling", [(2, 1), (3, 0)])
def test_one_round_trip_more_than_the_ceiling_is_seen(
    driver: Driver, round_trips: RoundTrips, ceiling: tuple[int, int]
) -> None:
    with pytest.raises(AssertionError):
        Ceiling(lambda driver: driver.bought, *ceiling).check(driver, round_trips)
