"""What no webhook brought is found by the daily comparison, and what no rule repairs is reported."""

from __future__ import annotations

from typing import Any

import pytest

from consultation.ticket import create_params
from entrypoints import reconcile
from payments import gateway
from tests.support.round_trips import Named, RoundTrips

from .scene import HOUR, Sale, Scene
from .situations import active, forgotten, held, missed, over, paid, stranger

DAY = 24 * HOUR


def _reports(scene: Scene) -> list[dict[str, Any]]:
    return [found.to_dict() or {} for found in scene.db.collection("reconciliations").stream()]


def _payment(scene: Scene, sale: Sale) -> dict[str, Any]:
    return scene.db.collection("payment_intents").document(sale.pi).get().to_dict() or {}


def test_an_outage_longer_than_stripe_retries_is_recovered_from_its_event_list(scene: Scene) -> None:
    refunded = missed(over)(scene, "refunded")
    captured, canceled = active(scene, "captured"), held(scene, "canceled")
    scene.simulator.dashboard_refund(refunded.pi, 1500)
    scene.simulator.dashboard_capture(captured.pi)
    scene.simulator.dashboard_cancel(canceled.pi)
    scene.travel.advance(5 * DAY)
    scene.run("reconcilePayments")
    assert scene.ticket(captured)["status"] == "completed"
    assert scene.ticket(canceled)["status"] == "cancelled"
    assert _payment(scene, refunded)["amountRefunded"] == 1500
    assert scene.problems() == []
    (report,) = _reports(scene)
    assert report["difference_count"] == 0
    assert report["events_recovered"] > 0


def test_a_hold_whose_records_were_never_written_is_rebuilt(scene: Scene) -> None:
    sale = forgotten(scene, "buyer")
    scene.run("reconcilePayments")
    assert scene.ticket(sale)["status"] == "authorized"
    assert scene.problems() == []


def test_a_difference_no_rule_repairs_is_reported_every_day(scene: Scene) -> None:
    sale = over(scene, "buyer")
    scene.db.collection("payment_intents").document(sale.pi).update({"amountCaptured": 1})
    for _ in range(2):
        scene.run("reconcilePayments")
        scene.travel.advance(DAY)
    reports = _reports(scene)
    assert [report["difference_count"] for report in reports] == [1, 1]
    assert sale.pi in reports[0]["differences"][0]


def test_a_refund_and_a_dispute_are_recorded_and_leave_the_ticket_alone(scene: Scene) -> None:
    sale = over(scene, "buyer")
    before = scene.ticket(sale)
    scene.simulator.dashboard_refund(sale.pi, 1000)
    scene.simulator.dispute(sale.pi)
    scene.deliver_all()
    assert scene.ticket(sale) == before
    payment = _payment(scene, sale)
    assert (payment["amountRefunded"], payment["disputed"], payment["status"]) == (1000, True, "captured")
    assert scene.problems() == []


def test_two_reconciliations_at_once_do_everything_once(scene: Scene, wire: RoundTrips) -> None:
    missed(active)(scene, "one")
    sale = paid(scene, "two")
    with wire.interrupted(Named("firestore commit", "before"), lambda: scene.run("reconcilePayments")):
        scene.run("reconcilePayments")
    assert scene.ticket(sale)["status"] == "authorized"
    assert len(list(scene.db.collection("ticket_codes").stream())) == 2
    assert scene.problems() == []


def test_a_list_that_stripe_does_not_give_leaves_a_report_of_the_rest(scene: Scene) -> None:
    scene.simulator.fault("429", method="GET", path="/v1/(events|payment_intents)", times=2)
    scene.run("reconcilePayments")
    (report,) = _reports(scene)
    assert (report["complete"], report["failed"]) == (False, 2)


def test_an_event_is_recovered_once_although_stripe_goes_on_listing_it(
    scene: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    missed(active)(scene, "one")
    for _ in range(3):
        scene.travel.advance(DAY)
        scene.run("reconcilePayments")
    recovered = [report["events_recovered"] for report in _reports(scene)]
    assert recovered[0] > 0
    assert recovered[1:] == [0, 0]
    assert capfd.readouterr().err.count("events missed") == 1


def test_what_fails_is_no_difference(
    scene: Scene, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    held(scene, "one")
    monkeypatch.setattr(reconcile, "room_ref", lambda _: 1 / 0)
    scene.run("reconcilePayments")
    (report,) = _reports(scene)
    assert (report["difference_count"], report["failed"]) == (0, 1)
    said = capfd.readouterr().err
    assert "reconcile_incomplete" in said
    assert "reconcile_differences" not in said


def test_a_ticket_with_a_stray_payment_agrees_with_itself(scene: Scene) -> None:
    sale = held(scene, "buyer")
    shared = scene.simulator.payment_intent(sale.pi)["metadata"]
    params = create_params(5000, "jpy", shared)
    stray = gateway.create(params, "stray").id
    scene.run("reconcilePayments")
    assert scene.simulator.payment_intent(stray)["status"] == "canceled"
    scene.travel.advance(HOUR)
    scene.run("reconcilePayments")
    assert [report["difference_count"] for report in _reports(scene)] == [0, 0]


def test_money_for_no_session_is_reported_until_it_is_refunded(scene: Scene) -> None:
    sale = held(scene, "buyer")
    scene.simulator.dashboard_capture(sale.pi)
    scene.deliver_all()
    for _ in range(2):
        scene.run("reconcilePayments")
        scene.travel.advance(HOUR)
    scene.simulator.dashboard_refund(sale.pi)
    scene.deliver_all()
    scene.run("reconcilePayments")
    assert [report["difference_count"] for report in _reports(scene)] == [1, 1, 0]


def test_a_capture_against_a_void_is_at_rest_once_it_is_refunded(scene: Scene) -> None:
    sale = held(scene, "buyer")
    scene.simulator.fault("429", method="POST", path=".*/cancel", times=2)
    scene.cancel(sale)
    scene.simulator.dashboard_capture(sale.pi)
    scene.deliver_all()
    assert "captured after a void was decided" in "".join(scene.problems())
    scene.simulator.dashboard_refund(sale.pi)
    scene.deliver_all()
    assert scene.problems() == []


def test_what_other_apps_of_the_account_missed_is_no_alarm(scene: Scene, capfd: pytest.CaptureFixture[str]) -> None:
    missed(stranger)(scene, "nobody")
    foreign = gateway.create(create_params(5000, "jpy", {"order": "1"}), "foreign").id
    scene.simulator.confirm(foreign)
    scene.travel.advance(DAY)
    scene.run("reconcilePayments")
    (report,) = _reports(scene)
    assert (report["events_recovered"], report["difference_count"]) == (0, 0)
    assert {line.get("outcome") for line in scene.db.collection("stripe_events").stream()} == {"ignored_foreign"}
    assert capfd.readouterr().err == ""
