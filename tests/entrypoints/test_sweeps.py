"""voidExpiredAuthorizations and endOverdueSessions: to the second, alone and twice at once, one bad item or many."""

from __future__ import annotations

from datetime import timedelta

import pytest

from common.deadline import Deadline
from common.schedule_runs import Run
from consultation import domain
from consultation.domain import DOMAIN
from consultation.terms import CAPTURE_MARGIN
from payments import due_work
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once, refusals
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.stripe_side import OUTAGES


@pytest.mark.parametrize(("seconds", "status"), [(-1, "authorized"), (0, "cancelled"), (1, "cancelled")])
def test_a_hold_is_voided_after_72_hours_to_the_second(driver: Driver, seconds: int, status: str) -> None:
    consultation = driver.held()
    driver.freeze(driver.ticket(consultation)["authorized_at"], 72 * HOUR + seconds)
    driver.sweep_holds()
    driver.sweep_sessions()
    ticket = driver.ticket(consultation)
    assert ticket["status"] == status
    assert ticket.get("cancel_reason") == (None if status == "authorized" else "expired")
    assert driver.stripe_status(consultation) == ("requires_capture" if status == "authorized" else "canceled")
    driver.agrees()


@pytest.mark.parametrize(("seconds", "status"), [(-1, "pending_payment"), (0, "cancelled"), (1, "cancelled")])
def test_an_unpaid_purchase_is_closed_after_an_hour(driver: Driver, seconds: int, status: str) -> None:
    consultation = driver.bought()
    driver.freeze(driver.ticket(consultation)["created_at"], HOUR + seconds)
    driver.sweep_holds()
    assert driver.ticket(consultation)["status"] == status
    driver.agrees()


def test_a_redeemed_ticket_nobody_accepted_is_voided_with_its_room(driver: Driver) -> None:
    consultation = driver.used()
    driver.advance(72 * HOUR + 5)
    driver.sweep_holds()
    assert driver.room(consultation)["status"] == "cancelled"
    assert driver.stripe_status(consultation) == "canceled"
    driver.agrees()


def test_a_session_in_progress_is_never_voided(driver: Driver) -> None:
    consultation = driver.used()
    driver.freeze(driver.ticket(consultation)["expires_at"], -1)
    driver.answer(consultation)
    driver.freeze(driver.ticket(consultation)["expires_at"], 10 * MINUTE)
    driver.sweep_holds()
    driver.sweep_sessions()
    assert driver.ticket(consultation)["status"] == "active"
    driver.freeze(driver.ticket(consultation)["expires_at"], 31 * MINUTE)
    driver.sweep_holds()
    driver.sweep_sessions()
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()


@pytest.mark.parametrize(("seconds", "status"), [(-1, "active"), (0, "completed"), (1, "completed")])
def test_a_session_ends_after_30_minutes_to_the_second(driver: Driver, seconds: int, status: str) -> None:
    consultation = driver.active()
    driver.freeze(driver.ticket(consultation)["started_at"], 30 * MINUTE + seconds)
    driver.sweep_sessions()
    room = driver.room(consultation)
    assert driver.ticket(consultation)["status"] == status
    assert room["status"] == ("active" if status == "active" else "ended")
    assert (room["ends_at"] - room["started_at"]).total_seconds() == 30 * MINUTE
    driver.agrees()


def test_a_schedule_that_comes_late_does_not_lengthen_the_session(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(5 * HOUR)
    driver.sweep_sessions()
    room = driver.room(consultation)
    assert (room["ends_at"] - room["started_at"]).total_seconds() == 30 * MINUTE
    driver.agrees()


def test_a_hold_that_nobody_confirmed_becomes_a_ticket_or_is_closed_but_never_lost(driver: Driver) -> None:
    driver.paid()
    driver.advance(HOUR + 1)
    driver.sweep_holds()
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    driver.agrees()


def test_running_twice_at_once_does_everything_once(driver: Driver) -> None:
    holds = [driver.held(f"holder-{number}") for number in range(6)]
    driver.advance(72 * HOUR + 5)
    sessions = [driver.active(f"talker-{number}", "imecon-2") for number in range(6)]
    driver.advance(31 * MINUTE)
    assert refusals(at_once([driver.sweep_holds, driver.sweep_sessions] * 2)) == []
    assert {driver.stripe_status(consultation) for consultation in holds} == {"canceled"}
    assert {driver.stripe_status(consultation) for consultation in sessions} == {"succeeded"}
    assert {driver.ticket(consultation)["status"] for consultation in holds} == {"cancelled"}
    driver.agrees()
    driver.sweep_holds()
    driver.sweep_sessions()
    driver.agrees()


@pytest.mark.parametrize("kind", OUTAGES)
def test_an_item_that_fails_stops_no_other_and_is_met_again(driver: Driver, kind: str) -> None:
    first, bad, last = (driver.held(uid) for uid in ("first", "bad", "last"))
    driver.advance(72 * HOUR + 5)
    driver.lose_call(kind, f".*/{bad.payment}/cancel")
    driver.sweep_holds()
    assert driver.stripe_status(first) == driver.stripe_status(last) == "canceled"
    assert (driver.ticket(bad)["status"], driver.ticket(bad)["decision"]) == ("authorized", "void")
    driver.advance(2 * MINUTE + 1)
    driver.sweep_sessions()
    assert driver.stripe_status(bad) == "canceled"
    assert driver.ticket(bad)["cancel_reason"] == "expired"
    driver.agrees()


def test_an_outage_of_hours_is_caught_up_with(driver: Driver) -> None:
    held, talking = driver.held("a"), driver.active("b")
    driver.advance(72 * HOUR + 5)
    # Rate limits fail at once, so that a long outage need not take long here.
    driver.simulator.fault("429", times=None)
    for _ in range(3):
        driver.sweep_holds()
        driver.sweep_sessions()
        driver.advance(HOUR)
    assert driver.room(talking)["status"] == "ended"
    assert driver.stripe_status(held) == driver.stripe_status(talking) == "requires_capture"
    driver.simulator.clear_faults()
    driver.sweep_sessions()
    assert (driver.stripe_status(held), driver.stripe_status(talking)) == ("canceled", "succeeded")
    driver.agrees()


def test_a_sweep_reads_past_its_first_page(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "PAGE", 3)
    consultations = [driver.bought(f"buyer-{number}") for number in range(8)]
    driver.advance(HOUR + 1)
    driver.sweep_holds()
    assert {driver.ticket(consultation)["status"] for consultation in consultations} == {"cancelled"}
    driver.agrees()


class _PassesAfter(Deadline):
    """A deadline that passes once it was asked about so often."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self._looks = looks

    @property
    def passed(self) -> bool:
        self._looks -= 1
        return self._looks < 0


def test_a_sweep_stops_between_two_items_of_a_page_at_its_deadline(driver: Driver) -> None:
    for number in range(6):
        driver.bought(f"buyer-{number}")
    driver.advance(HOUR + 1)
    work = DOMAIN.due
    assert work is not None
    # Asked once for the page and once for each item.
    assert len([*due_work.due(work, work.every_five_minutes, _PassesAfter(looks=4), Run())]) == 3


@pytest.mark.parametrize(("seconds", "told"), [(30 * MINUTE, False), (30 * MINUTE + 1, True)])
def test_a_backlog_of_more_than_half_an_hour_is_reported(
    driver: Driver, capfd: pytest.CaptureFixture[str], seconds: int, told: bool
) -> None:
    consultation = driver.held()
    driver.freeze(driver.ticket(consultation)["expires_at"], seconds)
    driver.sweep_holds()
    assert ('"sweep_late"' in "".join(capfd.readouterr())) is told
    assert driver.ticket(consultation)["status"] == "cancelled"


def last_possible_session(driver: Driver) -> Consultation:
    """A session begun at the last moment of a hold that the bank keeps for a day only, and over now."""
    consultation = driver.bought()
    driver.simulator.set_capture_before(consultation.payment, driver.simulator.now() + 24 * HOUR)
    driver.simulator.confirm(consultation.payment)
    driver.confirm(consultation)
    driver.redeem(consultation)
    driver.freeze(driver.ticket(consultation)["expires_at"], -1)
    driver.answer(consultation)
    driver.advance(30 * MINUTE)
    return consultation


@pytest.mark.parametrize("longest", [domain.LONGEST_CAPTURE_WAIT, due_work.LONGEST_WAIT], ids=["", "without the guard"])
def test_an_outage_shorter_than_the_margin_costs_no_capture(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, longest: timedelta
) -> None:
    monkeypatch.setattr(domain, "LONGEST_CAPTURE_WAIT", longest)
    consultation = last_possible_session(driver)
    driver.simulator.fault("500", method="POST", path=".*/capture", times=None)
    margin = int(CAPTURE_MARGIN.total_seconds()) // MINUTE
    for minute in range(margin):
        if minute == margin - 10:
            driver.simulator.clear_faults()
        driver.sweep_sessions()
        driver.advance(MINUTE)
    captured = driver.stripe_status(consultation) == "succeeded"
    assert captured is (longest < due_work.LONGEST_WAIT)
