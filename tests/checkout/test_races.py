"""Whatever comes to one purchase or one device at the same instant: one grant, one open page, and everything agrees.

The controls take the guard away, and the same races must then go wrong: otherwise they would prove nothing.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from devkit.client import CallableError
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once, successes
from tests.support.driver import Driver
from tests.support.guards_off import without_preconditions
from tests.support.round_trips import Named, RoundTrips

ROUNDS = 30


def pages(driver: Driver, bought: Bought) -> list[Callable[[], Any]]:
    """All that may settle one paid page at one instant."""
    from checkout.page_state import page_state

    token = driver.token(bought)
    return [
        partial(driver.deliver, *driver.checkout_events(bought)),
        partial(driver.confirm_checkout, bought),
        partial(page_state, token),
        partial(driver.get_device, bought.device, bought.owner),
        driver.sweep_checkouts,
    ]


def test_webhook_confirm_page_and_sweep_at_one_instant_are_one_grant(driver: Driver) -> None:
    for number in range(ROUNDS):
        bought = driver.paid_page(DAYPASS, f"device-{number}", f"owner-{number}")
        driver.advance(36 * MINUTE)
        at_once(pages(driver, bought))
        lines = driver.db.collection(f"purchases/{bought.id}/history").stream()
        assert sum((line.to_dict() or {})["event"] == "paid" for line in lines) == 1
        assert driver.device(bought)["unlock_count"] == 1
    driver.agrees()


def overtaken(driver: Driver, trips: RoundTrips) -> list[str]:
    """A confirmation that stands at its commit while the webhook grants the pass, and the next day brings another."""
    bought = driver.paid_page(DAYPASS)

    def meanwhile() -> None:
        assert driver.deliver(*driver.checkout_events(bought)) == 200
        driver.advance(24 * HOUR)
        driver.fulfilled(DAYPASS)

    with trips.interrupted(Named("firestore commit", "before"), meanwhile):
        driver.confirm_checkout(bought)
    return driver.problems()


def test_a_grant_that_was_overtaken_counts_once(driver: Driver, round_trips: RoundTrips) -> None:
    assert overtaken(driver, round_trips) == []


def test_control_without_compare_and_set_an_overtaken_grant_does_damage(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_preconditions(monkeypatch)
    assert any("unlocks" in line for line in overtaken(driver, round_trips))


def open_pages(driver: Driver) -> int:
    return sum(session["status"] == "open" for session in driver.simulator.checkout_sessions())


@pytest.mark.parametrize("round_", range(5))
def test_two_taps_are_one_page(driver: Driver, round_: int) -> None:
    taps = [Bought() for _ in range(4)]
    answers = successes(at_once([partial(driver.create_checkout, tap) for tap in taps]))
    assert answers
    assert len({answer["checkout_url"] for answer in answers}) == 1
    assert open_pages(driver) == 1
    driver.agrees()


@pytest.mark.parametrize("round_", range(5))
def test_two_phones_of_one_device_id_are_one_open_page(driver: Driver, round_: int) -> None:
    phones = [Bought(owner=f"phone-{number}") for number in range(2)]
    answers = at_once([partial(driver.create_checkout, phone) for phone in phones])
    assert len(successes(answers)) == 1
    assert [error.reason for error in answers if isinstance(error, CallableError)] == ["DEVICE_NOT_YOURS"]
    assert open_pages(driver) == 1
    driver.agrees()


def bought_twice(driver: Driver, trips: RoundTrips) -> int:
    """A second tap, all of it, between what the first one read and its commit; the pages that are open then."""
    with trips.interrupted(Named("firestore commit", "before"), partial(driver.create_checkout, Bought())):
        driver.create_checkout(Bought())
    return open_pages(driver)


def test_a_second_tap_in_the_middle_of_the_first_opens_no_second_page(driver: Driver, round_trips: RoundTrips) -> None:
    assert bought_twice(driver, round_trips) == 1


def test_control_without_compare_and_set_there_are_two_pages(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_preconditions(monkeypatch)
    assert bought_twice(driver, round_trips) == 2


@pytest.mark.parametrize("round_", range(5))
def test_paying_while_it_is_cancelled_ends_in_one_of_both(driver: Driver, round_: int) -> None:
    bought = driver.opened()

    def pay() -> None:
        from devkit.stripe_sim.errors import ApiError

        try:
            driver.pay_page(bought)
        except ApiError:
            return

    at_once([pay, partial(driver.cancel_checkout, bought)])
    driver.deliver(*driver.checkout_events(bought))
    paid = driver.session_at_stripe(bought)["payment_status"] == "paid"
    assert driver.purchase_document(bought)["status"] == ("fulfilled" if paid else "closed")
    driver.agrees()


@pytest.mark.parametrize("round_", range(3))
def test_one_code_on_two_phones_at_once_moves_once(driver: Driver, round_: int) -> None:
    bought = driver.paid_page()
    code = driver.confirm_checkout(bought)["license_code"]
    answers = at_once([partial(driver.restore, code, f"phone-{number}", f"uid-{number}") for number in range(3)])
    assert len(successes(answers)) == 1
    assert sum(bool(driver.document(f"devices/phone-{number}").get("license_purchased")) for number in range(3)) == 1
    driver.agrees()


def test_licence_and_pass_paid_and_settled_at_one_instant(driver: Driver) -> None:
    license_, daypass = driver.opened(LICENSE), driver.opened(DAYPASS)
    driver.pay_page(license_)
    driver.pay_page(daypass)
    at_once([partial(driver.deliver, *driver.checkout_events(each)) for each in (license_, daypass)])
    driver.minutes_pass()
    assert driver.purchase_document(license_)["status"] == "fulfilled"
    assert driver.purchase_document(daypass)["status"] in ("fulfilled", "refunded")
    driver.agrees()


def test_a_flood_of_both_kinds_of_purchase_is_settled_each_by_its_own(driver: Driver) -> None:
    held = [driver.paid(f"buyer-{number}") for number in range(5)]
    bought = [driver.paid_page(LICENSE, f"device-{number}", f"buyer-{number}") for number in range(5)]
    events = driver.events()
    statuses = at_once([partial(driver.deliver, event) for event in events + events[::2]])
    assert {status for status in statuses if not isinstance(status, CallableError)} <= {200, 500}
    driver.deliver_all()
    assert {driver.ticket(each)["status"] for each in held} == {"authorized"}
    assert {driver.purchase_document(each)["status"] for each in bought} == {"fulfilled"}
    driver.agrees()


def test_the_deadline_asks_stripe_first(driver: Driver, round_trips: RoundTrips) -> None:
    bought = driver.opened()
    # Paid in the last minute, before the sweep reads the purchase.
    driver.advance(HOUR - MINUTE)
    driver.pay_page(bought)
    driver.advance(MINUTE)
    driver.sweep_checkouts()
    assert driver.purchase_document(bought)["status"] == "fulfilled"


def test_a_pass_that_waits_begins_once_for_two_who_look_at_once(driver: Driver, round_trips: RoundTrips) -> None:
    bought = driver.paid_page(DAYPASS)
    driver.advance(3 * HOUR)
    assert driver.deliver(*driver.checkout_events(bought)) == 200

    def meanwhile() -> None:
        driver.get_device()
        driver.advance(48 * HOUR)

    with round_trips.interrupted(Named("firestore commit", "before"), meanwhile):
        driver.get_device()
    assert driver.device(bought)["pass_ends_at"] < driver.now()


def test_two_who_look_at_once_are_shown_one_new_code(
    driver: Driver, round_trips: RoundTrips, monkeypatch: pytest.MonkeyPatch
) -> None:
    driver.fulfilled(LICENSE)
    monkeypatch.setenv("CHECKOUT_KEYS", json.dumps({"new": base64.b64encode(b"n" * 32).decode()}))
    shown: list[str] = []

    def look() -> None:
        shown.append(driver.get_device()["license_code"])

    with round_trips.interrupted(Named("firestore commit", "before"), look):
        look()
    assert shown[0] == shown[1] == driver.get_device()["license_code"]
