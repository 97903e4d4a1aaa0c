"""issueSecureQR: a code is shown by its owner, for a minute, and leaves no trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.documents import changed, snapshot
from tests.support.driver import Driver
from tests.support.points import CUSTOMER, STORE
from tests.support.qr_claims import claims_of


@pytest.mark.parametrize(
    ("uid", "data", "claim"),
    [
        (CUSTOMER, {"type": "user_point_earn"}, {"type": "user_point_earn", "userId": CUSTOMER}),
        ("staff-1", {"type": "user_point_earn"}, {"type": "user_point_earn", "userId": "staff-1"}),
        ("staff-1", {"type": "store_point_use", "storeId": STORE}, {"type": "store_point_use", "storeId": STORE}),
    ],
    ids=["customer", "staff, for themselves", "staff, for the store"],
)
def test_a_code_is_for_its_caller_for_one_minute_and_leaves_no_trace(
    driver: Driver, uid: str, data: dict[str, Any], claim: dict[str, str]
) -> None:
    driver.freeze(datetime.fromisoformat("2030-01-01T00:00:59.750Z"))
    before = snapshot(driver.db)
    answer = driver.call("issueSecureQR", data, uid)
    found = claims_of(answer["token"])
    assert found == {**found, **claim}
    assert (answer["refreshAfterSeconds"], answer["expiresAt"]) == (60, "2030-01-01T00:01:59.000Z")
    assert changed(before, snapshot(driver.db)) == []


def test_every_code_is_another(driver: Driver) -> None:
    assert len({claims_of(driver.show_code())["nonce"] for _ in range(20)}) == 20


@pytest.mark.parametrize(("uid", "store"), [(CUSTOMER, STORE), ("staff-2", STORE), ("staff-1", "store-9")])
def test_only_a_stores_staff_shows_its_code(driver: Driver, uid: str, store: str) -> None:
    with refused("PERMISSION_DENIED"):
        driver.call("issueSecureQR", {"type": "store_point_use", "storeId": store}, uid)


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ({"type": "store_point_use"}, {"field": "storeId", "problem": "missing"}),
        ({"type": "user_point_earn", "storeId": STORE}, {"field": "storeId", "problem": "not_for_this_type"}),
        ({"type": "user_point_earn", "userId": "somebody"}, {"field": "userId", "problem": "extra_forbidden"}),
        ({"type": "event_ticket"}, {"field": "type", "problem": "literal_error"}),
    ],
)
def test_nobody_names_whose_code_it_is(driver: Driver, data: dict[str, Any], problem: dict[str, str]) -> None:
    with refused("INVALID_ARGUMENT") as caught:
        driver.call("issueSecureQR", data, "staff-1")
    assert caught.value.details["fields"] == [problem]
