"""createTicketCodes: until when codes are good is a date and a time, written as one."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.driver import Driver


@pytest.mark.parametrize(
    "until",
    ["20271231235959", 1830265199, "1830265199", "2027-12-31", "2027-12-31T23:59:59", "next year", True, None, ""],
)
def test_what_is_no_time_is_refused_and_makes_no_code(driver: Driver, until: object) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.by_admin("createTicketCodes", count=1, valid_until=until)
    assert driver.count("ticket_codes") == 0


@pytest.mark.parametrize("until", ["2027-12-31T23:59:59Z", "2027-12-31T23:59:59.5+09:00", "2027-12-31 23:59:59+00:00"])
def test_a_time_with_its_zone_is_taken(driver: Driver, until: str) -> None:
    assert len(driver.by_admin("createTicketCodes", count=2, valid_until=until)["codes"]) == 2
    assert driver.count("ticket_codes") == 2
