"""confirmTicket and the webhook bring back what PaymentSheet did; whichever comes first does the work, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.calls import refused
from tests.support.clock import HOUR
from tests.support.concurrency import at_once, refusals
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.stripe_side import HOLD_PLACED


def authorized_once(driver: Driver, consultation: Consultation) -> None:
    assert [line["event"] for line in driver.history(consultation)].count("hold_placed") == 1
    assert driver.ticket(consultation)["status"] == "authorized"
    assert driver.count("ticket_codes") == 1
    buyer, imecon = driver.user(consultation.buyer), driver.user(consultation.imecon)
    assert buyer["has_pending_consultation"] is True
    assert buyer["available_ticket_codes"] == [driver.ticket(consultation)["ticket_code"]]
    assert [request["user_id"] for request in imecon["dm_requests"]] == [consultation.buyer]
    driver.agrees()


def paid_not_settled(driver: Driver) -> tuple[Consultation, dict[str, object]]:
    consultation = driver.paid()
    (hold,) = driver.events(consultation, HOLD_PLACED)
    return consultation, hold


def test_confirm_first_then_the_webhook(driver: Driver) -> None:
    consultation, hold = paid_not_settled(driver)
    answer = driver.confirm(consultation)
    assert driver.deliver(hold) == 200
    assert (answer["status"], answer["amount"], answer["currency"]) == ("authorized", 5000, "jpy")
    assert answer["ticket_code"] == driver.ticket(consultation)["ticket_code"]
    authorized_once(driver, consultation)


def test_the_webhook_first_then_confirm(driver: Driver) -> None:
    consultation, hold = paid_not_settled(driver)
    assert driver.deliver(hold) == 200
    code = driver.ticket(consultation)["ticket_code"]
    assert driver.confirm(consultation)["ticket_code"] == code
    authorized_once(driver, consultation)


def test_confirm_and_the_webhook_at_once(driver: Driver) -> None:
    consultation, hold = paid_not_settled(driver)
    answers = at_once([lambda: driver.confirm(consultation), lambda: driver.deliver(hold)] * 4)
    assert refusals(answers) == []
    assert {answer["ticket_code"] for answer in answers[::2]} == {driver.ticket(consultation)["ticket_code"]}
    assert set(answers[1::2]) == {200}
    authorized_once(driver, consultation)


def test_an_unpaid_ticket_is_answered_as_it_is(driver: Driver) -> None:
    consultation = driver.bought()
    answer = driver.confirm(consultation)
    assert (answer["status"], answer["ticket_code"]) == ("pending_payment", None)
    driver.agrees()


@pytest.mark.parametrize("known", [True, False])
def test_somebody_elses_payment_is_answered_like_an_unknown_one(driver: Driver, known: bool) -> None:
    consultation = driver.held() if known else Consultation("buyer", "imecon-1", "none", "pi_3unknown")
    before = driver.everything()
    for uid in ("imecon-1", "stranger"):
        with refused("PAYMENT_NOT_FOUND"):
            driver.call("confirmTicket", {"payment_intent_id": consultation.payment}, uid)
    assert driver.everything() == before


def test_only_the_tickets_own_payment_is_confirmed(driver: Driver) -> None:
    """A payment of the buyer's that another took the place of answers nothing about the ticket, and asks no Stripe."""
    consultation = driver.held()
    other = "pi_another"
    driver.db.document(f"payment_intents/{other}").set({"ticketId": consultation.ticket, "userId": consultation.buyer})
    asked = len(driver.simulator.requests())
    with refused("PAYMENT_NOT_FOUND"):
        driver.call("confirmTicket", {"payment_intent_id": other}, consultation.buyer)
    assert len(driver.simulator.requests()) == asked


def test_guessed_payments_ask_no_stripe(driver: Driver) -> None:
    somebody = driver.held("somebody")
    asked = len(driver.simulator.requests())
    for payment in ("pi_unknown", somebody.payment):
        with refused("PAYMENT_NOT_FOUND"):
            driver.call("confirmTicket", {"payment_intent_id": payment}, "buyer")
    assert len(driver.simulator.requests()) == asked


def test_a_declined_card_and_then_a_good_one(driver: Driver) -> None:
    consultation = driver.paid(card="pm_card_chargeDeclinedInsufficientFunds")
    assert driver.confirm(consultation)["status"] == "pending_payment"
    (failed,) = driver.events(consultation, "payment_intent.payment_failed")
    assert driver.deliver(failed) == 200
    assert driver.purchase()["payment_intent_id"] == consultation.payment
    driver.simulator.confirm(consultation.payment, "pm_card_mastercard")
    assert driver.confirm(consultation)["status"] == "authorized"
    authorized_once(driver, consultation)


def test_3d_secure_passed(driver: Driver) -> None:
    consultation = driver.paid(card="pm_card_threeDSecure2Required")
    assert driver.confirm(consultation)["status"] == "pending_payment"
    assert driver.purchase()["client_secret"] is not None
    driver.simulator.authenticate(consultation.payment, "pass")
    assert driver.confirm(consultation)["status"] == "authorized"
    authorized_once(driver, consultation)


def test_3d_secure_failed_and_then_another_card(driver: Driver) -> None:
    consultation = driver.paid(card="pm_card_threeDSecure2Required")
    driver.simulator.authenticate(consultation.payment, "fail")
    assert driver.confirm(consultation)["status"] == "pending_payment"
    driver.agrees()
    driver.simulator.confirm(consultation.payment)
    assert driver.confirm(consultation)["status"] == "authorized"
    authorized_once(driver, consultation)


def test_3d_secure_abandoned_is_closed_after_the_time_to_pay(driver: Driver) -> None:
    consultation = driver.paid(card="pm_card_threeDSecure2Required")
    assert driver.deliver(*driver.events(consultation, "payment_intent.requires_action")) == 200
    driver.advance(HOUR + 1)
    driver.sweep_holds()
    assert driver.stripe_status(consultation) == "canceled"
    assert driver.ticket(consultation)["cancel_reason"] == "unpaid"
    assert driver.confirm(consultation)["status"] == "cancelled"
    driver.agrees()


def test_a_card_accepted_too_late_but_before_the_sweep_is_a_ticket(driver: Driver) -> None:
    consultation = driver.bought()
    driver.advance(HOUR + 1)
    driver.simulator.confirm(consultation.payment)
    assert driver.confirm(consultation)["status"] == "authorized"
    driver.sweep_holds()
    authorized_once(driver, consultation)


@pytest.mark.parametrize(
    ("card", "bank_lets_go_after", "hours"),
    [
        ("pm_card_visa", None, 72),
        ("pm_card_amex", None, 72),
        ("pm_card_visa", 7 * 24 * HOUR, 72),
        ("pm_card_visa", 73 * HOUR + 30 * 60, 72),
        ("pm_card_visa", 73 * HOUR, 71.5),
        ("pm_card_visa", 24 * HOUR, 22.5),
    ],
)
def test_the_deadline_is_72_hours_or_early_enough_to_capture(
    driver: Driver, card: str, bank_lets_go_after: int | None, hours: float
) -> None:
    consultation = driver.bought()
    if bank_lets_go_after is not None:
        driver.simulator.set_capture_before(consultation.payment, driver.simulator.now() + bank_lets_go_after)
    driver.simulator.confirm(consultation.payment, card)
    answer = driver.confirm(consultation)
    charge = driver.at_stripe(consultation)["latest_charge"]
    authorized_at = datetime.fromtimestamp(charge["created"], UTC)
    ticket = driver.ticket(consultation)
    assert ticket["authorized_at"] == authorized_at
    # The bank's deadline was set a moment before the charge was made.
    deadline = timedelta(hours=hours)
    assert deadline - timedelta(seconds=2) <= ticket["expires_at"] - authorized_at <= deadline
    assert ticket["due_at"] == ticket["expires_at"] == datetime.fromisoformat(answer["expires_at"])
    driver.agrees()


def test_a_hold_too_short_for_a_session_is_voided_and_never_redeemed(driver: Driver) -> None:
    consultation = driver.bought()
    driver.simulator.set_capture_before(consultation.payment, driver.simulator.now() + HOUR)
    driver.simulator.confirm(consultation.payment)
    code = driver.confirm(consultation)["ticket_code"]
    with refused("TICKET_EXPIRED"):
        driver.redeem_code(code, consultation.buyer)
    driver.sweep_holds()
    assert driver.stripe_status(consultation) == "canceled"
    driver.agrees()


def test_a_hold_the_bank_lets_go_of_cancels_the_ticket(driver: Driver) -> None:
    consultation = driver.held()
    driver.simulator.set_capture_before(consultation.payment, driver.simulator.now())
    (expired,) = driver.events(consultation, "charge.expired")
    assert driver.deliver(expired) == 200
    assert driver.ticket(consultation)["cancel_reason"] == "stripe:automatic"
    driver.agrees()


def test_stripe_being_down_is_said_and_the_next_call_succeeds(driver: Driver) -> None:
    consultation, _ = paid_not_settled(driver)
    driver.lose_call("drop_before", ".*", "GET")
    with refused("PAYMENT_UNAVAILABLE"):
        driver.confirm(consultation)
    assert driver.confirm(consultation)["status"] == "authorized"
    authorized_once(driver, consultation)
