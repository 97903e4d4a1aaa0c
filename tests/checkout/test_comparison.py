"""What the daily reconciliation finds of licences and day passes, and what it puts right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from checkout import comparison
from payments import checkout_sessions
from tests.support.checkouts import DAYPASS, LICENSE, Bought
from tests.support.clock import DAY, HOUR
from tests.support.driver import Driver
from tests.support.reports import kept, reconciled, texts
from tests.support.round_trips import RoundTrips


def test_what_agrees_is_counted_and_nothing_more(driver: Driver) -> None:
    driver.fulfilled(LICENSE)
    driver.fulfilled(DAYPASS, "device-2")
    driver.opened(LICENSE, "device-3")
    before = driver.everything()
    report = reconciled(driver)
    assert (report["difference_count"], report["failed"], report["complete"]) == (0, 0, True)
    assert (report["intents"], report["captured_at_stripe"], report["captured_in_firestore"]) == (3, 3100, 3100)
    assert {path for path in driver.everything() if path.startswith(("purchases", "devices"))} <= set(before)


MENDED: dict[str, Callable[[Driver], Bought]] = {
    "paid, and nothing was heard": Driver.paid_page,
    "refunded, and nothing was heard": lambda driver: _then(driver, "dashboard_refund"),
    "disputed, and nothing was heard": lambda driver: _then(driver, "dispute"),
}


def _then(driver: Driver, act: str) -> Bought:
    bought = driver.fulfilled()
    getattr(driver.simulator, act)(driver.payment_of(bought))
    return bought


@pytest.mark.parametrize("name", MENDED)
def test_what_was_missed_is_settled(driver: Driver, name: str) -> None:
    MENDED[name](driver)
    assert reconciled(driver)["difference_count"] == 0
    driver.agrees()


@pytest.mark.parametrize("name", MENDED)
def test_also_without_any_event(driver: Driver, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from payments import events

    monkeypatch.setattr(events, "pages", lambda *_: iter(()))
    MENDED[name](driver)
    assert reconciled(driver)["difference_count"] == 0
    driver.agrees()


LEFT: dict[str, tuple[Callable[[Driver, Bought], Any], str]] = {
    "a licence taken off its device": (
        lambda driver, bought: driver.db.document(f"devices/{bought.device}").update(
            {"license_purchased": False, "license_purchase_id": None}
        ),
        "does not have it",
    ),
    "a status edited": (
        lambda driver, bought: driver.db.document(f"purchases/{bought.id}").update({"status": "revoked"}),
        "revoked, but the money is there",
    ),
    "a licence given by hand": (
        lambda driver, _: driver.db.document("devices/given").set(
            {"license_purchased": True, "license_purchase_id": "p_by_hand", "version": 1}
        ),
        "which is not for it",
    ),
    "a lock set by hand": (
        lambda driver, bought: driver.db.document(f"devices/{bought.device}").update({"open_daypass": bought.id}),
        "which does not wait",
    ),
}


@pytest.mark.parametrize("name", LEFT)
def test_what_no_rule_repairs_is_kept_until_it_is_in_order(driver: Driver, name: str) -> None:
    bought = driver.fulfilled()
    before = {path: fields for path, fields in driver.everything().items() if path.startswith(("devices", "purchases"))}
    act, said = LEFT[name]
    act(driver, bought)
    assert any(said in line for line in texts(reconciled(driver)))
    assert kept(driver)
    for path, fields in before.items():
        driver.db.document(path).set(fields)
    driver.db.document("devices/given").delete()
    driver.advance(DAY)
    assert reconciled(driver)["difference_count"] == 0
    assert kept(driver) == []


def test_a_page_of_sessions_takes_a_few_round_trips(driver: Driver, round_trips: RoundTrips) -> None:
    for number in range(5):
        driver.fulfilled(LICENSE, f"device-{number}", f"owner-{number}")
    since = driver.now()
    (page,) = checkout_sessions.pages(since.replace(year=since.year - 1), since)
    with round_trips.watching() as calls:
        judged = comparison.judge_listed(page)
    assert len(judged) == 5
    assert all(each is not None and not each.differences for each in judged)
    assert len(calls) == 2


def test_a_session_without_a_purchase_is_named_by_its_own_id(driver: Driver) -> None:
    bought = driver.opened()
    driver.db.document(f"purchases/{bought.id}").update({"session_id": "cs_another"})
    assert comparison.compare(bought.session).id in (bought.session, bought.id)
    assert driver.session_at_stripe(bought)["status"] == "expired"


def test_unfinished_purchases_are_walked_from_their_own_end(driver: Driver) -> None:
    opened = driver.opened()
    driver.fulfilled(LICENSE, "device-2")
    assert comparison.unfinished_after("") == [opened.id]
    driver.advance(2 * HOUR)
    assert comparison.compare(opened.id).differences == ()
    assert driver.purchase_document(opened)["status"] == "closed"


def test_a_lock_whose_purchase_came_back_meanwhile_is_kept(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    bought = driver.opened()
    monkeypatch.setattr(comparison, "load_up_to_date", lambda _: None)
    comparison.compare_device(bought.device)
    assert driver.device(bought)["open_license"] == bought.id
