"""resumeDecision carries out what was decided, and brings no deadline nearer."""

from __future__ import annotations

import pytest

from tests.support.calls import refused
from tests.support.clock import HOUR
from tests.support.driver import Driver

NOTE = {"note": "Stripe の障害から復旧"}


def test_a_decision_that_is_stuck_is_carried_out_at_once(driver: Driver) -> None:
    ticket = driver.stuck().ticket
    answer = driver.by_admin("resumeDecision", id=ticket, **NOTE)
    assert (answer["done"], answer["status"], answer["due_at"]) == (True, "cancelled", None)
    assert driver.incident(f"sweep_stuck.{ticket}")["status"] == "resolved"
    (entry,) = driver.audit("resumeDecision")
    assert (entry["target"], entry["note"], entry["after"]) == (f"tickets/{ticket}", NOTE["note"], {"tries": 0})
    driver.agrees()


def test_as_long_as_stripe_is_away_it_stays_due(driver: Driver) -> None:
    ticket = driver.stuck().ticket
    driver.simulator.fault("500", method="POST", path=".*/cancel", times=100)
    answer = driver.by_admin("resumeDecision", id=ticket, **NOTE)
    assert (answer["done"], answer["due_action"]) == (False, "resume")
    driver.simulator.clear_faults()
    driver.days_pass()
    driver.agrees()


def test_what_has_time_is_left_alone(driver: Driver) -> None:
    held, talking, done = driver.held("a"), driver.active("b"), driver.ended("c")
    for consultation in (held, talking, done):
        before = driver.ticket(consultation)
        with refused("NOTHING_TO_RESUME"):
            driver.by_admin("resumeDecision", id=consultation.payment, **NOTE)
        assert driver.ticket(consultation) == before
    assert driver.audit("resumeDecision") == []


def test_a_deadline_that_has_passed_is_acted_on(driver: Driver) -> None:
    consultation = driver.held()
    driver.advance(73 * HOUR)
    assert driver.by_admin("resumeDecision", id=consultation.ticket, **NOTE)["status"] == "cancelled"
    assert driver.stripe_status(consultation) == "canceled"


def test_orders_are_resumed_likewise(driver: Driver) -> None:
    order = driver.places_held(driver.published())
    driver.simulator.fault("500", method="POST", path=".*/cancel", times=100)
    driver.abandon(order)
    driver.simulator.clear_faults()
    assert driver.by_admin("resumeDecision", id=order.id, **NOTE)["done"]
    driver.agrees()


@pytest.mark.parametrize("id_", ["nobody.1", "pi_unknown"])
def test_what_nothing_has_is_refused(driver: Driver, id_: str) -> None:
    with refused("RECORD_NOT_FOUND"):
        driver.by_admin("resumeDecision", id=id_, **NOTE)
