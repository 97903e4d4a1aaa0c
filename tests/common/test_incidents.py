"""Incidents: opened by what a person must settle, in its commit, and resolved when that is over."""

from __future__ import annotations

import pytest

from checkout import loaded
from checkout.settle import settle_missing
from common import documents, incidents
from common.alerts import Alert
from payments import due_work
from tests.support.checkouts import LICENSE
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver
from tests.support.reports import reconciled
from tests.support.round_trips import Named, RoundTrips
from tests.support.unrecorded import unrecorded

WHAT = {"paymentIntent": "pi_1", "ticket": "buyer.1", "amount": 5000}


def test_a_hold_that_is_lost_in_a_session_opens_one(driver: Driver) -> None:
    consultation = driver.active()
    driver.simulator.set_capture_before(consultation.payment, 1)
    driver.deliver_all()
    told = driver.incident(f"hold_lost.{consultation.ticket}")
    assert (told["kind"], told["status"], told["domain"]) == ("hold_lost", "open", "consultation")
    assert (told["ticket"], told["payment"], told["amount"]) == (consultation.ticket, consultation.payment, 5000)


def test_a_capture_that_nobody_was_served_for_opens_one_that_is_over_with_the_refund(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_all()
    id_ = f"captured_unserved.{consultation.ticket}"
    assert driver.incident(id_)["status"] == "open"
    driver.reconcile()
    assert driver.incident(f"reconcile_differences.consultation.purchases.{consultation.ticket}")["status"] == "open"
    driver.refund(consultation, 5000)
    driver.deliver_all()
    driver.advance(1)
    driver.reconcile()
    for over in (id_, f"reconcile_differences.consultation.purchases.{consultation.ticket}"):
        told = driver.incident(over)
        assert (told["status"], told["resolved_by"]) == ("resolved", "schedule"), over


def test_a_stray_capture_opens_one(driver: Driver) -> None:
    stray = unrecorded(ticket=driver.held().ticket)
    driver.simulator.confirm(stray.payment)
    driver.simulator.dashboard_capture(stray.payment)
    driver.deliver_all()
    assert driver.incident(f"stray_capture.{stray.payment}")["payment"] == stray.payment


def test_what_is_paid_after_it_was_closed_opens_one(driver: Driver) -> None:
    first = driver.paid_page(LICENSE)
    known = loaded.load(first.id)
    assert known is not None
    settle_missing(known)
    driver.paid_page(LICENSE)
    driver.deliver_all()
    assert driver.incident(f"paid_after_close.{first.id}")["domain"] == "checkout"


def test_a_decision_that_is_stuck_opens_one_until_it_is_carried_out(driver: Driver) -> None:
    consultation = driver.stuck()
    told = driver.incident(f"sweep_stuck.{consultation.ticket}")
    assert (told["status"], told["details"]["decision"], told["details"]["due_action"]) == ("open", "void", "resume")
    assert told["opened_at"] == driver.ticket(consultation)["decided_at"]
    driver.advance(2 * HOUR)
    driver.sweep()
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.incident(f"sweep_stuck.{consultation.ticket}")["status"] == "resolved"


def test_a_decision_that_an_event_carries_out_closes_it_too(driver: Driver) -> None:
    consultation = driver.stuck()
    driver.simulator.dashboard_cancel(consultation.payment)
    driver.deliver_all()
    driver.advance(MINUTE)
    driver.sweep_sessions()
    assert driver.incident(f"sweep_stuck.{consultation.ticket}")["status"] == "resolved"


def test_what_is_still_stuck_hides_none_that_is_over(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "PAGE", 1)
    stuck, done = driver.stuck(), driver.ended("another")
    seen = driver.incident(f"sweep_stuck.{stuck.ticket}")
    driver.db.document("incidents/sweep_stuck.a").set({**seen, "seen_at": driver.now()})
    over = {**seen["details"], "id": done.ticket}
    driver.db.document("incidents/sweep_stuck.b").set({**seen, "details": over, "seen_at": seen["opened_at"]})
    driver.sweep_sessions()
    assert driver.incident("sweep_stuck.b")["status"] == "resolved"


@pytest.mark.parametrize("details", [None, "x", {}, {"collection": "tickets"}, {"collection": "a/b", "id": ".."}])
def test_one_that_a_hand_damaged_stops_no_sweep(driver: Driver, details: object) -> None:
    damaged = {"kind": "sweep_stuck", "status": "open", "details": details}
    driver.db.document("incidents/sweep_stuck.x").set(damaged)
    driver.sweep()
    assert driver.incident("sweep_stuck.x")["status"] == "open"


def test_a_difference_that_a_person_resolved_stays_so_until_something_else_differs(driver: Driver) -> None:
    consultation = driver.ended()
    payment = driver.db.document(f"payment_intents/{consultation.payment}")
    payment.update({"amountCaptured": 1})
    (difference,) = reconciled(driver)["differences"]
    assert difference == {
        "domain": "consultation",
        "ticket": consultation.ticket,
        "payment": consultation.payment,
        "kind": "money",
        "text": f"{consultation.payment}: 5000 JPY at Stripe, 1 on the payment",
    }
    id_ = f"reconcile_differences.consultation.purchases.{consultation.ticket}"
    assert driver.incident(id_)["differences"] == [difference]
    driver.by_admin("resolveIncident", incidentId=id_, note="確認済み")
    driver.advance(1)
    driver.reconcile()
    assert driver.incident(id_)["status"] == "resolved"
    payment.update({"amountCaptured": 2})
    driver.advance(1)
    driver.reconcile()
    told = driver.incident(id_)
    assert (told["status"], told["note"]) == ("open", None)


def test_the_id_of_a_code_is_in_no_incident(driver: Driver) -> None:
    code = driver.perk_code()
    driver.db.document(f"ticket_codes/{code}").update({"redeemed_count": 7})
    assert reconciled(driver)["difference_count"] > 0
    told = driver.db.collection("incidents").get()
    assert told
    assert not any(code in f"{each.id} {each.to_dict()}" for each in told)


@pytest.mark.parametrize("moment", ["before", "after"])
def test_it_is_in_the_commit_that_makes_it(driver: Driver, round_trips: RoundTrips, moment: str) -> None:
    consultation = driver.active()
    driver.simulator.set_capture_before(consultation.payment, 1)
    (event,) = driver.events(consultation, "payment_intent.canceled")

    def dies() -> None:
        raise KeyboardInterrupt

    named = Named("firestore commit", moment)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt), round_trips.interrupted(named, dies, always=False):
        driver.deliver(event)
    cancelled = driver.ticket(consultation)["status"] == "cancelled"
    assert (cancelled, bool(driver.incident(f"hold_lost.{consultation.ticket}"))) == (moment == "after",) * 2


def test_what_was_resolved_as_it_is_is_not_opened_again_but_told(
    driver: Driver, capfd: pytest.CaptureFixture[str]
) -> None:
    incidents.reported(Alert.STRAY_CAPTURE, "consultation", "pi_1", WHAT)
    driver.by_admin("resolveIncident", incidentId="stray_capture.pi_1", note="返金済み")
    incidents.reported(Alert.STRAY_CAPTURE, "consultation", "pi_1", WHAT)
    assert driver.incident("stray_capture.pi_1")["status"] == "resolved"
    assert capfd.readouterr().err.count("stray_capture") == 2
    incidents.reported(Alert.STRAY_CAPTURE, "consultation", "pi_1", {**WHAT, "amount": 6000})
    assert driver.incident("stray_capture.pi_1")["status"] == "open"


def test_what_was_over_by_itself_and_is_told_again_is_open_again(driver: Driver) -> None:
    incidents.reported(Alert.STRAY_CAPTURE, "consultation", "pi_1", WHAT)
    incidents.resolve_open(documents.read(incidents.ref(Alert.STRAY_CAPTURE, "pi_1")))
    assert driver.incident("stray_capture.pi_1")["resolved_by"] == "schedule"
    incidents.reported(Alert.STRAY_CAPTURE, "consultation", "pi_1", WHAT)
    assert driver.incident("stray_capture.pi_1")["status"] == "open"
