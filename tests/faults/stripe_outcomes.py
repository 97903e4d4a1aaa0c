"""What may become of a payment at Stripe without the app asking about it: only the webhook brings the news."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.calls import Json
from tests.support.consultations import Consultation
from tests.support.driver import Driver

_OF_THE_PAYMENT = ("status", "amountCaptured", "amountRefunded", "refundPending", "disputed", "disputeStatus")
Outcome = Callable[[Driver, Consultation], object]


def _held(driver: Driver, consultation: Consultation) -> object:
    return driver.simulator.confirm(consultation.payment)


def _held_after_a_decline(driver: Driver, consultation: Consultation) -> object:
    driver.simulator.confirm(consultation.payment, "pm_card_chargeDeclined")
    return _held(driver, consultation)


def _held_after_3d_secure(driver: Driver, consultation: Consultation) -> object:
    driver.simulator.confirm(consultation.payment, "pm_card_threeDSecure2Required")
    return driver.simulator.authenticate(consultation.payment, "pass")


def _refused(driver: Driver, consultation: Consultation) -> object:
    driver.simulator.confirm(consultation.payment, "pm_card_threeDSecure2Required")
    return driver.simulator.authenticate(consultation.payment, "fail")


def _captured(driver: Driver, consultation: Consultation) -> object:
    _held(driver, consultation)
    return driver.simulator.dashboard_capture(consultation.payment)


def _captured_in_part(driver: Driver, consultation: Consultation) -> object:
    _held(driver, consultation)
    return driver.simulator.dashboard_capture(consultation.payment, 3000)


def _canceled(driver: Driver, consultation: Consultation) -> object:
    _held(driver, consultation)
    return driver.simulator.dashboard_cancel(consultation.payment)


def _hold_expired(driver: Driver, consultation: Consultation) -> object:
    _held(driver, consultation)
    return driver.simulator.set_capture_before(consultation.payment, driver.simulator.now() - 1)


def _refunded(driver: Driver, consultation: Consultation) -> object:
    _captured(driver, consultation)
    driver.simulator.dashboard_refund(consultation.payment, 2000)
    return driver.simulator.dashboard_refund(consultation.payment, 1000)


def _disputed(driver: Driver, consultation: Consultation) -> object:
    _captured(driver, consultation)
    return driver.simulator.dispute(consultation.payment)


def _refund_failed(driver: Driver, consultation: Consultation) -> object:
    _captured(driver, consultation)
    driver.refund(consultation, 500)
    driver.fail_refund(driver.refund(consultation))
    return driver.refund(consultation, 700)


def _dispute_won(driver: Driver, consultation: Consultation) -> object:
    _captured(driver, consultation)
    return driver.simulator.move_dispute(driver.dispute(consultation), "won")


OUTCOMES: tuple[Outcome, ...] = (
    _held,
    _held_after_a_decline,
    _held_after_3d_secure,
    _refused,
    _captured,
    _captured_in_part,
    _canceled,
    _hold_expired,
    _refunded,
    _disputed,
    _refund_failed,
    _dispute_won,
)


def buy_with_every_outcome(driver: Driver, payments: int) -> None:
    """That many purchases, each of another buyer, with one outcome after another; nobody has told the functions yet."""
    for number in range(payments):
        consultation = driver.bought(f"buyer-{number:03}", f"imecon-{number % 2 + 1}")
        OUTCOMES[number % len(OUTCOMES)](driver, consultation)


def records_by_buyer(driver: Driver) -> dict[str, Json]:
    """Everything that must not depend on how the events came: no ids, no codes, no times."""
    found: dict[str, Json] = {}
    for snapshot in driver.db.collection("tickets").stream():
        ticket = snapshot.to_dict() or {}
        buyer = ticket["user_ref"].id
        payment = driver.document(f"payment_intents/{ticket['payment_intent_id']}")
        user = driver.user(buyer)
        found[buyer] = {
            "ticket": {name: ticket.get(name) for name in ("status", "decision", "cancel_reason", "capture_amount")},
            "due": ticket["due_action"],
            "payment": {name: payment.get(name) for name in _OF_THE_PAYMENT},
            "codes": len(user.get("available_ticket_codes", [])),
            "pending": user.get("has_pending_consultation", False),
            "locked": bool(driver.document(f"ticket_locks/{buyer}__{ticket['imecon_ref'].id}")),
        }
    return found
