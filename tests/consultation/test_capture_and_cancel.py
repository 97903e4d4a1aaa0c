"""capturePaymentIntent and cancelPaymentIntent: by each role, in each state, with each amount, once and again."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.calls import refused
from tests.support.clock import MINUTE
from tests.support.driver import Driver


@pytest.mark.parametrize(("amount", "captured"), [(None, 5000), (5000, 5000), (3000, 3000), (50, 50)])
def test_capturing_all_or_part_ends_the_session(driver: Driver, amount: int | None, captured: int) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    answer = driver.capture(consultation) if amount is None else driver.capture(consultation, amount=amount)
    assert (answer["status"], answer["decision"]) == ("captured", "capture")
    assert (answer["amount"], answer["amount_captured"]) == (5000, captured)
    taken = driver.at_stripe(consultation)
    assert (taken["status"], taken["amount_received"], taken["amount_capturable"]) == ("succeeded", captured, 0)
    assert driver.payment(consultation)["amountCaptured"] == captured
    assert driver.room(consultation)["status"] == "ended"
    driver.agrees()


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (49, "INVALID_ARGUMENT"),
        (0, "INVALID_ARGUMENT"),
        (-1, "INVALID_ARGUMENT"),
        (100.5, "INVALID_ARGUMENT"),
        (True, "INVALID_ARGUMENT"),
        (5001, "CAPTURE_AMOUNT_INVALID"),
    ],
)
@pytest.mark.parametrize("minutes", [1, 10])
def test_an_amount_that_cannot_be_captured_changes_nothing(
    driver: Driver, amount: object, reason: str, minutes: int
) -> None:
    consultation = driver.active()
    driver.advance(minutes * MINUTE)
    before = driver.everything()
    with refused(reason):
        driver.capture(consultation, amount=amount)
    assert driver.everything() == before
    assert driver.stripe_calls("POST", "/capture") == 0


def test_capturing_the_same_again_answers_the_stored_result(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    first = driver.capture(consultation, amount=3000)
    before = driver.everything()
    assert driver.capture(consultation, amount=3000) == first
    assert driver.capture(consultation) == first
    assert driver.by_admin("capturePaymentIntent", payment_intent_id=consultation.payment) == first
    assert driver.everything() == before
    assert driver.stripe_calls("POST", "/capture") == 1
    driver.agrees()


def test_capturing_another_amount_is_refused_with_the_one_decided(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.capture(consultation, amount=3000)
    with refused("CAPTURE_ALREADY_DECIDED") as caught:
        driver.capture(consultation, amount=4000)
    assert caught.value.details["amount"] == 3000
    driver.agrees()


def test_a_decision_stripe_has_not_heard_of_is_kept_to(driver: Driver) -> None:
    consultation = driver.active()
    driver.advance(10 * MINUTE)
    driver.lose_call("drop_before", ".*/capture")
    answer = driver.capture(consultation, amount=3000)
    assert (answer["status"], answer["decision"], answer["amount_captured"]) == ("requires_capture", "capture", 3000)
    with refused("CAPTURE_ALREADY_DECIDED"):
        driver.capture(consultation, amount=4000)
    with refused("TICKET_COMPLETED"):
        driver.cancel(consultation)
    assert driver.capture(consultation, amount=3000)["status"] == "captured"
    assert driver.at_stripe(consultation)["amount_received"] == 3000
    driver.agrees()


@pytest.mark.parametrize(("uid", "reason"), [("buyer", "PERMISSION_DENIED"), ("imecon-2", "PAYMENT_NOT_FOUND")])
def test_who_may_not_capture(driver: Driver, uid: str, reason: str) -> None:
    consultation = driver.active()
    with refused(reason):
        driver.capture(consultation, uid)
    with refused("PAYMENT_NOT_FOUND"):
        driver.call("capturePaymentIntent", {"payment_intent_id": "pi_none"}, uid)
    assert driver.stripe_status(consultation) == "requires_capture"
    driver.agrees()


def test_an_administrator_may_capture_and_is_not_the_consultant_who_stops_early(driver: Driver) -> None:
    consultation = driver.active()
    assert (
        driver.by_admin("capturePaymentIntent", payment_intent_id=consultation.payment, amount=2000)["status"]
        == "captured"
    )
    driver.agrees()


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        ("pending_payment", "TICKET_UNPAID"),
        ("authorized", "SESSION_NOT_STARTED"),
        ("used", "SESSION_NOT_STARTED"),
    ],
)
def test_no_capture_before_the_session(driver: Driver, status: str, reason: str) -> None:
    consultation = driver.brought_to(status)
    with refused(reason):
        driver.capture(consultation)
    with refused(reason):
        driver.by_admin("capturePaymentIntent", payment_intent_id=consultation.payment)
    assert driver.stripe_calls("POST", "/capture") == 0
    driver.agrees()


def test_no_capture_after_the_void(driver: Driver) -> None:
    consultation = driver.used()
    driver.cancel(consultation)
    with refused("TICKET_CANCELLED"):
        driver.capture(consultation)
    late = driver.used(imecon="imecon-2")
    driver.advance(72 * 3600 + 5)
    driver.sweep_holds()
    with refused("TICKET_EXPIRED"):
        driver.capture(late)
    driver.agrees()


@pytest.mark.parametrize("status", ["pending_payment", "authorized", "used"])
@pytest.mark.parametrize("role", ["buyer", "imecon-1", "admin"])
def test_each_role_may_cancel_before_the_session(driver: Driver, status: str, role: str) -> None:
    consultation = driver.brought_to(status)

    def cancel() -> Any:
        data = {"payment_intent_id": consultation.payment, "reason": "duplicate"}
        return driver.call("cancelPaymentIntent", data, role, admin=role == "admin")

    answer = cancel()
    assert (answer["status"], answer["decision"], answer["cancel_reason"]) == ("canceled", "void", "duplicate")
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.payment(consultation)["status"] == "canceled"
    before = driver.everything()
    assert cancel() == answer
    assert driver.everything() == before
    driver.agrees()


def test_a_ticket_is_cancelled_by_its_room_too(driver: Driver) -> None:
    consultation = driver.used()
    answer = driver.call("cancelPaymentIntent", {"chat_room_id": consultation.room}, "buyer")
    assert (answer["status"], answer["cancel_reason"]) == ("canceled", "requested_by_customer")
    driver.agrees()


@pytest.mark.parametrize("data", [{}, {"payment_intent_id": "pi_x", "chat_room_id": "r"}, {"reason": "duplicate"}])
def test_a_cancellation_names_exactly_one_thing(driver: Driver, data: dict[str, str]) -> None:
    with refused("INVALID_ARGUMENT"):
        driver.call("cancelPaymentIntent", data, "buyer")


def test_a_stranger_cannot_cancel_and_learns_nothing(driver: Driver) -> None:
    consultation = driver.used()
    for data, reason in (
        ({"payment_intent_id": consultation.payment}, "PAYMENT_NOT_FOUND"),
        ({"payment_intent_id": "pi_none"}, "PAYMENT_NOT_FOUND"),
        ({"chat_room_id": consultation.room}, "ROOM_NOT_FOUND"),
        ({"chat_room_id": "none"}, "ROOM_NOT_FOUND"),
    ):
        with refused(reason):
            driver.call("cancelPaymentIntent", data, "stranger")
    assert driver.stripe_status(consultation) == "requires_capture"
    driver.agrees()


@pytest.mark.parametrize("role", ["buyer", "imecon-1", "admin"])
def test_a_session_is_never_cancelled(driver: Driver, role: str) -> None:
    consultation = driver.active()
    data, admin = {"payment_intent_id": consultation.payment}, role == "admin"
    with refused("SESSION_STARTED"):
        driver.call("cancelPaymentIntent", data, role, admin=admin)
    driver.end(consultation)
    with refused("TICKET_COMPLETED"):
        driver.call("cancelPaymentIntent", data, role, admin=admin)
    driver.agrees()


def test_a_cancellation_stripe_has_not_heard_of_is_final_and_finished_later(driver: Driver) -> None:
    consultation = driver.used()
    driver.lose_call("drop_before", ".*/cancel")
    answer = driver.cancel(consultation)
    assert (answer["status"], answer["decision"]) == ("requires_capture", "void")
    with refused("TICKET_CANCELLED"):
        driver.answer(consultation)
    with refused("TICKET_CANCELLED"):
        driver.redeem(consultation)
    driver.advance(2 * MINUTE + 1)
    driver.sweep_sessions()
    assert driver.stripe_status(consultation) == "canceled"
    driver.agrees()


def test_cancelling_a_purchase_whose_payment_intent_is_unknown_cancels_it_too(driver: Driver) -> None:
    driver.lose_call("drop_after", "/v1/payment_intents")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.purchase()
    (lock,) = driver.db.collection("ticket_locks").stream()
    answer = driver.call("cancelPaymentIntent", {"chat_room_id": lock.get("ticket_id")}, "buyer")
    assert answer["status"] == "canceled"
    assert [sold["status"] for sold in driver.simulator.payment_intents()] == ["canceled"]
    driver.agrees()
