"""Each alert that no other test asserts, raised by the smallest fault that a person must be told of."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from common.alerts import Alert
from devkit.client import CallableError
from tests.support.clock import HOUR, MINUTE
from tests.support.driver import Driver


def told(capfd: pytest.CaptureFixture[str]) -> set[str]:
    """The messages of all lines of severity ERROR since the last look."""
    lines = [json.loads(line) for line in "".join(capfd.readouterr()).splitlines() if line.startswith("{")]
    return {line["message"] for line in lines if line["severity"] == "ERROR"}


def fails(*_: Any, **__: Any) -> Any:
    raise ValueError("broken")


def an_exception_in_a_call(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    from consultation import purchase

    patch.setattr(purchase, "_live_ticket", fails)
    with pytest.raises(CallableError):
        driver.purchase()


def money_taken_without_a_session(driver: Driver, _: pytest.MonkeyPatch) -> None:
    consultation = driver.held()
    driver.simulator.dashboard_capture(consultation.payment)
    driver.deliver_all()


def a_create_that_stripe_refuses(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("STRIPE_SECRET_KEY", "sk_test_revoked")
    with pytest.raises(CallableError):
        driver.purchase()


def a_capture_of_more_than_is_held(driver: Driver, _: pytest.MonkeyPatch) -> None:
    ticket = driver.db.document(f"tickets/{driver.active().ticket}")
    ticket.update({"decision": "capture", "capture_amount": 999_999, "due_action": "resume", "due_at": driver.now()})
    driver.sweep_sessions()
    driver.advance(5 * MINUTE)
    driver.sweep_sessions()


def a_webhook_that_ends_in_an_exception(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    from entrypoints import stripe_webhook

    consultation = driver.held()
    patch.setattr(stripe_webhook, "settle_event", fails)
    assert driver.deliver(driver.events(consultation)[0]) == 500


def an_event_of_live_mode(driver: Driver, _: pytest.MonkeyPatch) -> None:
    consultation = driver.held()
    assert driver.deliver({**driver.events(consultation)[0], "livemode": True}) == 200


def an_event_that_cannot_be_recovered(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    from entrypoints import recovery

    driver.simulator.add_webhook("http://127.0.0.1:9/nobody")
    driver.paid()
    driver.simulator.flush()
    patch.setattr(recovery, "settle_event", fails)
    driver.reconcile()


def a_schedule_that_ends_in_an_exception(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    from payments import sweeping

    patch.setattr(sweeping, "workers", fails)
    with pytest.raises(CallableError):
        driver.sweep_holds()


def a_ticket_that_no_sweep_can_read(driver: Driver, _: pytest.MonkeyPatch) -> None:
    consultation = driver.bought()
    driver.db.document(f"tickets/{consultation.ticket}").update({"user_ref": "nobody"})
    driver.advance(HOUR + MINUTE)
    driver.sweep_holds()


def a_ticket_that_cannot_be_compared(driver: Driver, _: pytest.MonkeyPatch) -> None:
    consultation = driver.held()
    driver.db.document(f"tickets/{consultation.ticket}").update({"user_ref": "nobody"})
    driver.reconcile()


def purchases_without_stripe(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    from common import failure_streak

    # A test before may have had its outage.
    patch.setattr(failure_streak, "AGAIN_AFTER_SECONDS", 0)
    driver.simulator.fault("500", times=None)
    for number in range(5):
        with pytest.raises(CallableError):
            driver.purchase(f"buyer-{number}")


def codes_without_their_keys(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("QR_SIGNING_KEYS", "not JSON")
    with pytest.raises(CallableError):
        driver.show_code("customer")


def a_shop_without_its_keys(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    patch.setenv("CHECKOUT_KEYS", "not JSON")
    with pytest.raises(CallableError):
        driver.opened()


def a_door_without_its_keys(driver: Driver, patch: pytest.MonkeyPatch) -> None:
    ordered = driver.places_taken(driver.published(price=0))
    patch.setenv("TICKET_KEYS", "not JSON")
    with pytest.raises(CallableError):
        driver.ticket_qr(ordered)


def a_friend_who_is_offered_more_than_a_days_points(driver: Driver, _: pytest.MonkeyPatch) -> None:
    driver.offered_points(1_000_000)
    with pytest.raises(CallableError):
        driver.offered_points(1)


def a_store_without_a_name(driver: Driver, _: pytest.MonkeyPatch) -> None:
    driver.db.document("stores/store-1").set({"address": "東京都"})
    with pytest.raises(CallableError):
        driver.offered_points()


STORIES: dict[str, Callable[[Driver, pytest.MonkeyPatch], None]] = {
    "unexpected exception": an_exception_in_a_call,
    "captured_unserved": money_taken_without_a_session,
    "stripe rejected": a_create_that_stripe_refuses,
    "decision not carried out": a_capture_of_more_than_is_held,
    "webhook failed": a_webhook_that_ends_in_an_exception,
    "webhook of the other mode": an_event_of_live_mode,
    "event not recovered": an_event_that_cannot_be_recovered,
    "schedule failed": a_schedule_that_ends_in_an_exception,
    "sweep item failed": a_ticket_that_no_sweep_can_read,
    "reconcile item failed": a_ticket_that_cannot_be_compared,
    "calls unavailable": purchases_without_stripe,
    "qr keys unusable": codes_without_their_keys,
    "checkout keys unusable": a_shop_without_its_keys,
    "ticket keys unusable": a_door_without_its_keys,
    "points cap reached": a_friend_who_is_offered_more_than_a_days_points,
    "configuration invalid": a_store_without_a_name,
}


@pytest.mark.parametrize("alert", STORIES)
def test_a_person_is_told(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], alert: str
) -> None:
    told(capfd)
    STORIES[alert](driver, monkeypatch)
    assert Alert(alert) in told(capfd)


def test_nobody_is_told_of_a_consultation_that_goes_well(driver: Driver, capfd: pytest.CaptureFixture[str]) -> None:
    told(capfd)
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.end(consultation)
    driver.deliver_all()
    driver.sweep()
    driver.reconcile()
    assert told(capfd) == set()
