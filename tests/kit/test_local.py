"""useLocalKippu: a debug build speaks to `make serve` alone, and pays there without Stripe, also on the web."""

from __future__ import annotations

import pytest

from devkit.accounts import PASSWORD
from devkit.stack import Stack
from tests.kit.conftest import Phones
from tests.support.driver import Driver
from tests.support.kit_phone import LAPTOP, KitPhone

PRICE = 5000


def everything(phone: KitPhone) -> dict[str, str]:
    """Buy, redeem and write, so that every part is asked; what became of it."""
    bought = phone.call("buyConsultation", "imecon-1", PRICE, "")
    said = phone.call("sendMessage", bought["chatRoomId"], "こんにちは", "")
    return {"bought": bought["outcome"], "said": said["reason"]}


@pytest.mark.parametrize(
    ("platform", "host", "machine"),
    [
        ("android", "", "10.0.2.2"),
        ("android", None, "10.0.2.2"),
        ("iOS", "", "localhost"),
        ("web", "", "localhost"),
        ("android", LAPTOP, LAPTOP),
        ("web", LAPTOP, LAPTOP),
    ],
)
def test_all_that_an_app_asks_goes_to_the_developers_machine(
    phones: Phones, driver: Driver, platform: str, host: str | None, machine: str
) -> None:
    phone = phones("hanako")
    phone.platform(platform)
    phone.call("useLocalKippu", host)
    phone.call("initStripe", "pk_live_app", "kippu")
    phone.sign_in_by_password("buyer-1@kippu.test", PASSWORD)
    assert phone.seen()["uid"] == "buyer-1"
    assert everything(phone) == {"bought": "room", "said": "not_started"}
    assert phone.seen()["hosts"] == [f"{machine}:5002", f"{machine}:5001", f"{machine}:8080"]
    assert phone.seen()["sheets"] == []
    assert driver.outcomes() == {"buyer-1": ["used:requires_capture:0"]}


def test_what_is_no_debug_build_is_not_connected(phones: Phones) -> None:
    phone = phones("hanako")
    phone.platform("release")
    phone.call("useLocalKippu", LAPTOP)
    phone.at_the_sheet("pm_card_visa")
    assert everything(phone)["bought"] == "room"
    assert all("." in host and ":" not in host for host in phone.seen()["hosts"])
    assert len(phone.seen()["sheets"]) == 1


def test_event_tickets_are_paid_there_too(phones: Phones, driver: Driver) -> None:
    phone = phones("fan")
    phone.platform("web")
    phone.call("useLocalKippu", "")
    items = [{"tier": "ga", "quantity": 2}]
    assert phone.call("buyEventTickets", driver.published(), "request-1", items, 6000, False)["outcome"] == "paid"


def test_where_the_machine_is_not_reached_nothing_is_paid(phones: Phones, driver: Driver, stack: Stack) -> None:
    phone = phones("hanako")
    phone.call("useLocalKippu", "192.168.1.99")
    refused = phone.call("buyConsultation", "imecon-1", PRICE, "")
    assert (refused["outcome"], refused["reason"]) == ("failed", "UNREACHABLE")
    assert driver.outcomes() == {}
