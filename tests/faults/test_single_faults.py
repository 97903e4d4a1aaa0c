"""What happens to people and machines: rate limits, locks, deleted accounts, old documents, clocks that disagree."""

from __future__ import annotations

import pytest
from google.cloud import firestore

from tests.support.round_trips import Named, RoundTrips

from .scene import HOUR, MINUTE, Scene, reason
from .situations import active, held, used


def _requests(scene: Scene, ending: str) -> list[str]:
    return [made["path"] for made in scene.simulator.requests() if made["path"].endswith(ending)]


def test_a_sweep_that_stripe_slows_down_loses_nothing(scene: Scene) -> None:
    sales = [held(scene, f"buyer-{number}") for number in range(30)]
    scene.travel.advance(73 * HOUR)
    scene.simulator.rate_limit(per_second=10)
    scene.sweep()
    refused = [made for made in scene.simulator.requests() if made["status"] == 429]
    assert refused, "Stripe never refused, so this shows nothing"
    scene.simulator.rate_limit("off")
    scene.minutes_pass()
    scene.days_pass()
    assert {scene.simulator.payment_intent(sale.pi)["status"] for sale in sales} == {"canceled"}
    assert scene.problems() == []


def test_a_lock_timeout_while_webhook_and_capture_meet_charges_once(scene: Scene, wire: RoundTrips) -> None:
    sale = active(scene, "buyer")
    scene.travel.advance(10 * MINUTE)
    scene.simulator.fault("lock_timeout", path=".*/capture", times=4)
    with wire.interrupted(Named("stripe POST", "before"), scene.deliver_all):
        scene.end(sale)
    assert scene.ticket(sale)["decision"] == "capture"
    scene.minutes_pass()
    scene.days_pass()
    assert scene.ends() == {"buyer": ["completed:succeeded:5000"]}
    assert scene.problems() == []


def test_a_decision_made_again_after_a_lost_race_asks_stripe_once(scene: Scene, wire: RoundTrips) -> None:
    sale = held(scene, "buyer")
    with wire.interrupted(Named("firestore commit", "before"), lambda: scene.redeem(sale)):
        scene.cancel(sale)
    assert len(_requests(scene, "/cancel")) == 1
    assert scene.ends() == {"buyer": ["cancelled:canceled:0"]}
    assert scene.problems() == []


def test_two_people_end_a_session_at_once_and_it_is_captured_once(scene: Scene, wire: RoundTrips) -> None:
    sale = active(scene, "buyer")
    scene.travel.advance(10 * MINUTE)
    with wire.interrupted(Named("firestore commit", "before"), lambda: scene.end(sale, sale.imecon)):
        scene.end(sale)
    keys = {made["idempotency_key"] for made in scene.simulator.requests() if made["path"].endswith("/capture")}
    assert len(keys) == 1
    assert scene.ends() == {"buyer": ["completed:succeeded:5000"]}
    assert scene.problems() == []


def test_an_account_deleted_while_its_money_is_held_gets_it_back(scene: Scene) -> None:
    waiting, meeting = used(scene, "gone"), active(scene, "gone-too")
    for uid in ("gone", "gone-too"):
        scene.db.collection("users").document(uid).delete()
    scene.travel.advance(31 * MINUTE)
    scene.sweep()
    scene.travel.advance(73 * HOUR)
    scene.sweep()
    assert scene.ticket(waiting)["status"] == "cancelled"
    assert scene.ticket(meeting)["status"] == "completed"
    assert not scene.db.collection("users").document("gone").get().exists, "the account was written back"
    assert scene.problems() == []


def test_documents_of_an_older_version_go_on_after_a_deployment(scene: Scene) -> None:
    newer = ("terms", "attempt", "session_id", "metadata", "decided_at", "capture_amount", "cancel_reason")
    sales = [held(scene, "held"), used(scene, "used"), active(scene, "active")]
    for sale in sales:
        scene.db.collection("tickets").document(sale.ticket).update(dict.fromkeys(newer, firestore.DELETE_FIELD))
    scene.travel.advance(10 * MINUTE)
    scene.redeem(sales[0])
    scene.answer(sales[1])
    scene.end(sales[2])
    scene.deliver_all()
    assert scene.problems() == []
    scene.days_pass()
    ends = {buyer: end for buyer, (end,) in scene.ends().items()}
    completed, voided = "completed:succeeded:5000", "cancelled:canceled:0"
    assert ends == {"held": voided, "used": completed, "active": completed}
    assert scene.problems() == []


def test_a_stripe_whose_clock_runs_ahead_changes_no_deadline_but_its_own(scene: Scene) -> None:
    scene.simulator.advance(4 * MINUTE)
    sale = used(scene, "buyer")
    expires_at = scene.ticket(sale)["expires_at"]
    scene.travel.advance((expires_at - scene.travel.now()).total_seconds() - 1)
    scene.sweep()
    assert reason(lambda: scene.answer(sale)) == "ok"
    assert scene.problems() == []


def test_an_app_killed_at_each_screen_finds_its_ticket_again(scene: Scene) -> None:
    sale = scene.buy("buyer")
    assert scene.buy("buyer").pi == sale.pi
    scene.simulator.confirm(sale.pi)
    again = scene.call("createPaymentIntent", {"imecon_id": sale.imecon}, "buyer")
    assert (again["ticket_id"], again["status"], again["client_secret"]) == (sale.ticket, "authorized", None)
    scene.confirm(sale)
    scene.redeem(sale)
    assert scene.call("createPaymentIntent", {"imecon_id": sale.imecon}, "buyer")["status"] == "used"
    scene.answer(sale)
    assert scene.call("createPaymentIntent", {"imecon_id": sale.imecon}, "buyer")["status"] == "active"
    assert len(scene.simulator.payment_intents()) == 1
    assert scene.problems() == []


def test_a_hold_the_bank_lets_go_of_in_its_session_is_reported_lost(
    scene: Scene, capfd: pytest.CaptureFixture[str]
) -> None:
    sale = active(scene, "buyer")
    scene.simulator.set_capture_before(sale.pi, scene.simulator.now() + 600)
    scene.travel.advance(31 * MINUTE)
    scene.sweep()
    ticket = scene.ticket(sale)
    assert (ticket["status"], ticket["cancel_reason"]) == ("cancelled", "hold_lost")
    alerts = [line for line in "".join(capfd.readouterr()).splitlines() if '"hold_lost"' in line]
    assert len(alerts) == 1
    assert '"ERROR"' in alerts[0]
    assert scene.problems() == []


def test_an_event_of_an_older_api_version_is_settled_all_the_same(scene: Scene) -> None:
    sale = held(scene, "buyer")
    scene.simulator.dashboard_cancel(sale.pi)
    (event,) = scene.events(sale, "payment_intent.canceled")
    known = {"id", "object", "status", "amount", "currency", "created", "metadata"}
    event["api_version"] = "2015-10-16"
    event["data"]["object"] = {name: value for name, value in event["data"]["object"].items() if name in known}
    assert scene.deliver(event) == 200
    assert scene.ends() == {"buyer": ["cancelled:canceled:0"]}
    assert scene.problems() == []
