"""Events of PaymentIntents whose records were never written: rebuilt from the metadata, or closed as strays."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from common import documents
from tests.support.clock import HOUR, MINUTE
from tests.support.concurrency import at_once
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.unrecorded import unrecorded


def test_a_hold_is_rebuilt_into_a_ticket_that_works_to_the_end(driver: Driver) -> None:
    consultation = unrecorded()
    driver.simulator.confirm(consultation.payment)
    assert driver.deliver(*driver.events(consultation)) == 200
    ticket = driver.ticket(consultation)
    assert (ticket["status"], ticket["amount"]) == ("authorized", 5000)
    assert ticket["payment_intent_id"] == consultation.payment
    assert ticket["created_at"] == datetime.fromtimestamp(driver.at_stripe(consultation)["created"], UTC)
    assert ticket["terms"]["session_minutes"] == 45
    driver.agrees()
    consultation.code = ticket["ticket_code"]
    driver.redeem(consultation)
    driver.answer(consultation)
    driver.advance(600)
    driver.end(consultation)
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()


@pytest.mark.parametrize("order", [1, -1])
@pytest.mark.parametrize(("end", "status"), [("dashboard_capture", "completed"), ("dashboard_cancel", "cancelled")])
def test_a_payment_that_ended_is_rebuilt_as_ended(driver: Driver, end: str, status: str, order: int) -> None:
    consultation = unrecorded()
    driver.simulator.confirm(consultation.payment)
    getattr(driver.simulator, end)(consultation.payment)
    assert driver.deliver(*driver.events(consultation)[::order]) == 200
    assert driver.ticket(consultation)["status"] == status
    assert driver.count("ticket_locks") == 0
    driver.agrees()


def test_records_that_were_lost_are_rebuilt(driver: Driver) -> None:
    consultation = driver.held()
    for path in driver.everything():
        if path.split("/")[0] not in ("ticket_types", "imecons", "stores", "store_staff"):
            driver.db.document(path).delete()
    assert driver.deliver(*driver.events(consultation)) == 200
    assert driver.ticket(consultation)["status"] == "authorized"
    driver.agrees()


def test_all_events_of_an_unwritten_payment_at_once_rebuild_it_once(driver: Driver) -> None:
    consultation = unrecorded()
    driver.simulator.confirm(consultation.payment, "pm_card_chargeDeclined")
    driver.simulator.confirm(consultation.payment)
    events = driver.events(consultation) * 4
    answers = at_once([lambda event=event: driver.deliver(event) for event in events])  # type: ignore[misc]
    assert set(answers) == {200}
    assert driver.count("tickets") == driver.count("ticket_codes") == 1
    driver.agrees()


def test_an_unpaid_one_is_rebuilt_and_closed_in_time(driver: Driver) -> None:
    consultation = unrecorded()
    driver.simulator.confirm(consultation.payment, "pm_card_chargeDeclined")
    assert driver.deliver(*driver.events(consultation)) == 200
    assert driver.ticket(consultation)["status"] == "pending_payment"
    driver.advance(HOUR + 5)
    driver.sweep_holds()
    assert driver.stripe_status(consultation) == "canceled"
    driver.agrees()


def test_a_stray_of_a_pair_that_has_another_ticket_is_cancelled(driver: Driver) -> None:
    live = driver.held()
    stray = unrecorded()
    driver.simulator.confirm(stray.payment)
    assert driver.deliver(*driver.events(stray)) == 200
    assert driver.stripe_status(stray) == "canceled"
    assert driver.deliver(*driver.events(stray)) == 200
    assert (driver.stripe_status(live), driver.ticket(live)["status"]) == ("requires_capture", "authorized")
    assert driver.count("tickets") == 1
    driver.agrees()


def test_a_second_payment_intent_of_one_ticket_is_cancelled(driver: Driver) -> None:
    live = driver.held()
    stray = unrecorded(ticket=live.ticket)
    driver.simulator.confirm(stray.payment)
    assert driver.deliver(*driver.events(stray)) == 200
    assert driver.stripe_status(stray) == "canceled"
    assert driver.ticket(live)["payment_intent_id"] == live.payment
    driver.agrees()


def test_a_hold_that_names_a_ticket_which_ended_without_a_payment_is_voided(driver: Driver) -> None:
    """Nobody waits for it any more; only a live ticket may take up a payment that it does not know yet."""
    ended = driver.bought()
    driver.cancel(ended)
    driver.db.document(f"tickets/{ended.ticket}").update({"payment_intent_id": None})
    consultation = unrecorded(ticket=ended.ticket)
    driver.simulator.confirm(consultation.payment)
    assert driver.deliver(*driver.events(consultation)) == 200
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(ended)["payment_intent_id"] is None


def test_a_stray_that_is_over_is_not_cancelled_again(driver: Driver) -> None:
    live = driver.held()
    consultation = unrecorded(ticket=live.ticket)
    driver.simulator.dashboard_cancel(consultation.payment)
    cancels = driver.stripe_calls("POST", "/cancel")
    assert driver.deliver(*driver.events(consultation)) == 200
    assert driver.stripe_calls("POST", "/cancel") == cancels
    driver.agrees()


def test_a_stray_that_could_not_be_cancelled_is_delivered_again(driver: Driver) -> None:
    driver.held()
    stray = unrecorded()
    driver.simulator.confirm(stray.payment)
    driver.lose_call("drop_before", ".*/cancel")
    assert driver.deliver(*driver.events(stray)) == 500
    assert driver.stripe_status(stray) == "requires_capture"
    assert driver.deliver(*driver.events(stray)) == 200
    assert driver.stripe_status(stray) == "canceled"
    driver.agrees()


@pytest.mark.parametrize("kind", ["500", "500_after"])
def test_a_stray_whose_cancel_was_answered_with_an_error_is_cancelled_in_the_end(driver: Driver, kind: str) -> None:
    driver.held()
    stray = unrecorded()
    driver.simulator.confirm(stray.payment)
    driver.lose_call(kind, ".*/cancel")
    assert driver.deliver(*driver.events(stray)) == 500
    # Stripe goes on delivering for three days; its saved answer lasts one.
    driver.advance(25 * HOUR)
    assert driver.deliver(*driver.events(stray)) == 200
    assert driver.stripe_status(stray) == "canceled"


def test_a_stray_that_was_paid_is_left_to_people(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    live = driver.held()
    stray = unrecorded(ticket=live.ticket)
    driver.simulator.confirm(stray.payment)
    driver.simulator.dashboard_capture(stray.payment)
    assert driver.deliver(*driver.events(stray, "payment_intent.succeeded")) == 200
    assert driver.ticket(live)["payment_intent_id"] == live.payment
    assert '"message": "stray_capture"' in "".join(capfd.readouterr())


def test_another_projects_payment_is_left_alone(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(documents, "project", lambda: "demo-other")
        foreign = unrecorded()
    driver.simulator.confirm(foreign.payment)
    assert driver.deliver(*driver.events(foreign)) == 200
    driver.reconcile()
    driver.advance(73 * HOUR)
    driver.sweep_holds()
    assert (driver.stripe_status(foreign), driver.ticket(foreign)) == ("requires_capture", {})
    assert {line.get("outcome") for line in driver.db.collection("stripe_events").stream()} == {"ignored_foreign"}


BROUGHT_TO = ("pending_payment", "authorized", "used", "active")


def deleted(driver: Driver, consultation: Consultation, *, lock: bool, history: bool) -> None:
    """The ticket is deleted by hand, perhaps with its lock, or with all that stands below it."""
    driver.db.document(f"tickets/{consultation.ticket}").delete()
    if lock:
        driver.db.document(f"ticket_locks/{consultation.buyer}__{consultation.imecon}").delete()
    if history:
        for line in driver.db.collection(f"tickets/{consultation.ticket}/history").list_documents():
            line.delete()


@pytest.mark.parametrize("history", [False, True])
@pytest.mark.parametrize("lock", [False, True])
@pytest.mark.parametrize("status", BROUGHT_TO)
def test_a_deleted_ticket_is_rebuilt_where_it_was(driver: Driver, status: str, lock: bool, history: bool) -> None:
    consultation = driver.brought_to(status)
    before = driver.ticket(consultation)
    deleted(driver, consultation, lock=lock, history=history)
    driver.reconcile()
    after = driver.ticket(consultation)
    same = ("status", "decision", "ticket_code", "payment_intent_id", "started_at", "amount", "due_action")
    assert {name: after.get(name) for name in same} == {name: before.get(name) for name in same}
    driver.agrees()


@pytest.mark.parametrize("status", BROUGHT_TO)
def test_a_rebuilt_ticket_goes_on_to_its_end(driver: Driver, status: str) -> None:
    consultation = driver.brought_to(status)
    deleted(driver, consultation, lock=True, history=False)
    if status == "pending_payment":
        driver.simulator.confirm(consultation.payment)
    assert driver.deliver(*driver.events(consultation)) == 200
    if status in ("pending_payment", "authorized"):
        driver.confirm(consultation)
        driver.redeem(consultation)
    if status != "active":
        driver.answer(consultation)
    driver.end(consultation)
    assert driver.stripe_status(consultation) == "succeeded"
    driver.agrees()


@pytest.mark.parametrize("history", [False, True])
def test_a_session_that_ended_is_captured_though_its_ticket_was_deleted(driver: Driver, history: bool) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", "/capture")
    driver.end(consultation)
    deleted(driver, consultation, lock=False, history=history)
    driver.reconcile()
    driver.minutes_pass()
    assert driver.stripe_status(consultation) == "succeeded"
    assert driver.ticket(consultation)["status"] == "completed"
    driver.agrees()


def test_a_room_of_other_people_is_not_reopened_by_edited_metadata(driver: Driver) -> None:
    others = driver.ended("somebody")
    consultation = unrecorded(room=others.room)
    driver.simulator.confirm(consultation.payment)
    assert driver.deliver(*driver.events(consultation)) == 200
    assert driver.ticket(consultation)["chat_room_ref"] is None
    assert driver.room(others)["user_ref"].id == "somebody"
    driver.agrees()


@pytest.mark.parametrize(
    "ids", [{"ticket_id": "a/b"}, {"ticket_id": "other.0"}, {"imecon_id": "__x__"}, {"user_id": ""}]
)
def test_metadata_that_cannot_be_ours_is_nobodys(driver: Driver, ids: dict[str, str]) -> None:
    consultation = unrecorded(**ids)
    driver.simulator.confirm(consultation.payment)
    assert driver.deliver(*driver.events(consultation)) == 200
    assert driver.count("tickets") == 0
    assert driver.stripe_status(consultation) == "requires_capture"
