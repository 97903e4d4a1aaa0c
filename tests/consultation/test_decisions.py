"""Stripe fails for a while, answers with something old, serves another project too: no hold is lost or stranded."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from typing import Any

import pytest
from google.api_core import exceptions
from google.cloud.firestore_v1.batch import WriteBatch

from common import documents, retry
from consultation.ticket import CAPTURE_MARGIN
from entrypoints import sweeps
from payments import gateway
from payments.objects import CAPTURED
from tests.consultation.test_settle_rebuild import sold_but_never_written
from tests.integration.shop import Deal, Shop
from tests.integration.stripe_events import deliver, events_of

MINUTE, HOUR = 60, 3600


def last_possible_session(shop: Shop) -> Deal:
    """A session begun at the last moment of a hold that the bank keeps for a day only, and over now."""
    deal = shop.bought()
    shop.simulator.set_capture_before(deal.payment, shop.simulator.now() + 24 * HOUR)
    shop.simulator.confirm(deal.payment)
    deal = dataclasses.replace(deal, code=shop.confirm(deal)["ticket_code"])
    deal = dataclasses.replace(deal, room=shop.redeem(deal)["chat_room_id"])
    shop.seconds_after(shop.ticket(deal)["expires_at"], -1)
    shop.answer(deal)
    shop.travel.advance(30 * MINUTE)
    return deal


@pytest.mark.parametrize("longest", [sweeps.LONGEST_CAPTURE_WAIT, sweeps.LONGEST_WAIT], ids=["", "without the guard"])
def test_an_outage_shorter_than_the_margin_costs_no_capture(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, longest: timedelta
) -> None:
    monkeypatch.setattr(sweeps, "LONGEST_CAPTURE_WAIT", longest)
    deal = last_possible_session(shop)
    shop.simulator.fault("500", method="POST", path=".*/capture", times=None)
    margin = int(CAPTURE_MARGIN.total_seconds()) // MINUTE
    for minute in range(margin):
        if minute == margin - 10:
            shop.simulator.clear_faults()
        shop.sweep_sessions()
        shop.travel.advance(MINUTE)
    captured = shop.stripe_status(deal) == "succeeded"
    assert captured is (longest < sweeps.LONGEST_WAIT)


def test_an_old_refusal_of_a_void_is_not_taken_for_today(shop: Shop) -> None:
    """Cancelled while it was being processed, a payment is then held after all."""
    deal = shop.bought()
    # Cards are never in this state for long enough to be met, so the simulator does not go through it.
    payment = shop.simulator._account.intents.require(deal.payment, "intent")
    payment["status"] = "processing"
    shop.travel.advance(HOUR + 5)
    shop.sweep_holds()
    assert (shop.ticket(deal)["decision"], shop.stripe_status(deal)) == ("void", "processing")
    payment["status"] = "requires_payment_method"
    shop.simulator.confirm(deal.payment)
    shop.travel.advance(10 * MINUTE)
    shop.sweep_sessions()
    assert (shop.ticket(deal)["status"], shop.stripe_status(deal)) == ("cancelled", "canceled")
    shop.agrees()


def test_another_projects_payment_is_left_alone(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(documents, "project", lambda: "demo-other")
        foreign = sold_but_never_written(shop)
    shop.simulator.confirm(foreign.payment)
    assert deliver(shop, *events_of(shop, foreign)) == 200
    shop.api.run_schedule("reconcilePayments")
    shop.travel.advance(73 * HOUR)
    shop.sweep_holds()
    assert (shop.stripe_status(foreign), shop.ticket(foreign)) == ("requires_capture", {})
    assert {line.get("outcome") for line in shop.db.collection("stripe_events").stream()} == {"ignored_foreign"}


def unfair_commits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every commit from now on finds that somebody was faster."""

    def lose(*_: Any, **__: Any) -> None:
        raise exceptions.FailedPrecondition("changed")  # type: ignore[no-untyped-call]

    monkeypatch.setattr(WriteBatch, "commit", lose)
    monkeypatch.setattr(retry, "ROUNDS", 2)


def test_a_busy_ticket_postpones_the_webhook_and_raises_no_alarm(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    deal = shop.held()
    capfd.readouterr()
    with monkeypatch.context() as crowd:
        unfair_commits(crowd)
        assert deliver(shop, *events_of(shop, deal)) == 500
    said = capfd.readouterr()
    assert "webhook postponed" in said.out
    assert said.err == ""


def test_a_busy_ticket_is_answered_as_decided_and_settled_later(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    deal = shop.active()
    shop.travel.advance(10 * MINUTE)
    capture = gateway.capture
    with monkeypatch.context() as crowd:

        def then_busy(*arguments: Any) -> Any:
            fact = capture(*arguments)
            unfair_commits(crowd)
            return fact

        crowd.setattr(gateway, "capture", then_busy)
        assert shop.end(deal)["ticket_status"] == "active"
    assert shop.stripe_status(deal) == CAPTURED
    shop.travel.advance(3 * MINUTE)
    shop.sweep_sessions()
    assert shop.ticket(deal)["status"] == "completed"
    shop.agrees()
