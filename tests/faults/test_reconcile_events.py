"""Events that never came are found in Stripe's list, whatever Stripe counts as delivered, and none is passed over."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from consultation import domain as consultations
from devkit.stripe_sim import known_names
from entrypoints import domains, recovery, stages
from payments import event_ledger, events
from tests.support.clock import DAY, HOUR
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.reports import reconciled

EVENTS_OF_A_REFUND = 2
"""That are followed: of the refund, and of its charge."""


def refunded_while_the_endpoint_was_disabled(driver: Driver, amount: int = 1500) -> Consultation:
    """A refund of a purchase that the list of payments no longer shows, of which nothing was delivered or tried."""
    consultation = driver.ended()
    driver.deliver_all()
    driver.advance(stages.WINDOW.total_seconds() + 5 * DAY)
    driver.reconcile()
    driver.simulator.dashboard_refund(consultation.payment, amount)
    driver.advance(DAY)
    return consultation


@pytest.mark.parametrize("undelivered_only", [False, True], ids=["", "without the guard"])
def test_a_refund_made_while_the_endpoint_was_disabled_is_found(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, undelivered_only: bool
) -> None:
    if undelivered_only:
        listed = events._list
        monkeypatch.setattr(
            events, "_list", lambda service, asked, page: listed(service, {**asked, "delivery_success": False}, page)
        )
    consultation = refunded_while_the_endpoint_was_disabled(driver)
    report = reconciled(driver)
    assert driver.payment(consultation).get("amountRefunded", 0) == (0 if undelivered_only else 1500)
    assert report["events_recovered"] == (0 if undelivered_only else EVENTS_OF_A_REFUND)


@pytest.mark.parametrize("recorded", [True, False], ids=["", "without the guard"])
def test_an_event_that_cannot_be_settled_today_is_settled_tomorrow(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, recorded: bool
) -> None:
    """The list goes on from its cursor; the event's line says that it was not settled."""
    consultation = refunded_while_the_endpoint_was_disabled(driver)
    with monkeypatch.context() as broken:
        broken.setattr(recovery, "settle_event", _fails)
        if not recorded:
            broken.setattr(event_ledger, "record", lambda *_: True)
        assert reconciled(driver)["failed"] == EVENTS_OF_A_REFUND
    driver.advance(DAY)
    assert reconciled(driver)["events_recovered"] == recorded * EVENTS_OF_A_REFUND
    assert driver.payment(consultation).get("amountRefunded", 0) == (1500 if recorded else 0)


def _fails(*_: Any) -> Any:
    raise ValueError("broken")


def test_an_event_of_a_type_that_was_not_followed_before_is_found(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The endpoint was not subscribed to it either."""
    fewer = tuple(type_ for type_ in consultations.DOMAIN.event_types if "refund" not in type_)
    with monkeypatch.context() as older:
        older.setattr(consultations, "DOMAIN", replace(consultations.DOMAIN, event_types=fewer))
        consultation = refunded_while_the_endpoint_was_disabled(driver)
        assert reconciled(driver)["events_recovered"] == 0
    driver.advance(DAY)
    driver.reconcile()
    assert driver.payment(consultation)["amountRefunded"] == 1500


def test_stripe_is_asked_for_as_many_types_at_once_as_it_takes(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    """It takes twenty, by their exact names."""
    others = sorted(known_names.event_types() - set(consultations.DOMAIN.event_types))
    followed = (*consultations.DOMAIN.event_types, *others[:25])
    monkeypatch.setattr(consultations, "DOMAIN", replace(consultations.DOMAIN, event_types=followed))
    asked: list[list[str]] = []
    listed = events._list

    def noted(service: Any, query: dict[str, Any], page: dict[str, Any]) -> Any:
        asked.append(query["types"])
        return listed(service, query, page)

    monkeypatch.setattr(events, "_list", noted)
    assert reconciled(driver)["complete"]
    assert max(map(len, asked)) == 20 == events.MOST_TYPES
    assert {type_ for types in asked for type_ in types} == {*followed, *domains.event_types()}
    assert not any("*" in type_ for type_ in followed)


@pytest.mark.parametrize(("age", "told"), [(recovery.IN_DELIVERY.total_seconds() - 60, 0), (2 * HOUR, 1)])
def test_an_event_that_is_late_is_missed_and_a_young_one_only_settled(
    driver: Driver, capfd: pytest.CaptureFixture[str], age: float, told: int
) -> None:
    driver.held()
    driver.advance(age)
    capfd.readouterr()
    assert reconciled(driver)["events_recovered"] == 1
    said = [json.loads(line)["message"] for line in capfd.readouterr().err.splitlines()]
    assert said.count("events missed") == told


@pytest.mark.parametrize("seen_again", [True, False], ids=["", "without the guard"])
def test_an_event_that_stripe_lists_late_is_found_by_the_next_run(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, seen_again: bool
) -> None:
    if not seen_again:
        monkeypatch.setattr(recovery, "IN_DELIVERY", recovery.IN_DELIVERY * 0)
    consultation = refunded_while_the_endpoint_was_disabled(driver)
    with monkeypatch.context() as hidden:
        hidden.setattr(events, "pages", lambda *_: iter(()))
        driver.simulator.dashboard_refund(consultation.payment, 200)
        driver.advance(5)
        driver.reconcile()
    driver.advance(DAY)
    driver.reconcile()
    assert driver.payment(consultation).get("amountRefunded", 0) == (1700 if seen_again else 0)
