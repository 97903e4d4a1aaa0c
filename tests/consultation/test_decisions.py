"""What was decided is carried out, also when Stripe answers with something old or the ticket is busy meanwhile."""

from __future__ import annotations

from typing import Any

import pytest

from payments import gateway
from tests.support.busy import every_commit_loses
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver


def test_an_old_refusal_of_a_void_is_not_taken_for_today(driver: Driver) -> None:
    """Cancelled while it was being processed, a payment is then held after all."""
    consultation = driver.bought()
    # Cards are never in this state for long enough to be met, so the simulator does not go through it.
    payment = driver.simulator._account.intents.require(consultation.payment, "intent")
    payment["status"] = "processing"
    driver.advance(HOUR + 5)
    driver.sweep_holds()
    assert (driver.ticket(consultation)["decision"], driver.stripe_status(consultation)) == ("void", "processing")
    payment["status"] = "requires_payment_method"
    driver.simulator.confirm(consultation.payment)
    driver.advance(10 * MINUTE)
    driver.sweep_sessions()
    assert (driver.ticket(consultation)["status"], driver.stripe_status(consultation)) == ("cancelled", "canceled")
    driver.agrees()


def test_a_busy_ticket_is_answered_as_decided_and_settled_later(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    capture = gateway.capture
    with monkeypatch.context() as busy:

        def then_busy(*arguments: Any) -> Any:
            fact = capture(*arguments)
            every_commit_loses(busy)
            return fact

        busy.setattr(gateway, "capture", then_busy)
        assert driver.end(consultation)["ticket_status"] == "active"
    assert driver.stripe_status(consultation) == "succeeded"
    driver.advance(3 * MINUTE)
    driver.sweep_sessions()
    assert driver.ticket(consultation)["status"] == "completed"
    driver.agrees()
