"""What the kill matrix runs of consultations, their webhook events and their schedules."""

from __future__ import annotations

from tests.support.clock import HOUR, MINUTE
from tests.support.consultations import Consultation
from tests.support.driver import Driver
from tests.support.stripe_side import HOLD_PLACED

from . import consultation_setup as at
from .consultation_setup import Step
from .kill_scenario import KillScenario

NEW = "pending_payment:requires_payment_method:0"
AUTHORIZED = "authorized:requires_capture:0"
USED = "used:requires_capture:0"
ACTIVE = "active:requires_capture:0"
CAPTURED = "completed:succeeded:5000"
VOIDED = "cancelled:canceled:0"


def _order_again(driver: Driver, consultation: Consultation) -> object:
    return driver.order(consultation, chat_room_id=consultation.room)


def _redeem_wrong(driver: Driver, consultation: Consultation) -> object:
    return driver.redeem_code("0000-0000-0000", consultation.buyer)


def _decline(driver: Driver, consultation: Consultation) -> object:
    return driver.answer(consultation, accept=False)


def _end_early(driver: Driver, consultation: Consultation) -> object:
    return driver.end(consultation, consultation.imecon)


def _capture_part(driver: Driver, consultation: Consultation) -> object:
    return driver.capture(consultation, amount=3000)


def _create_code(driver: Driver, _: Consultation) -> object:
    return driver.perk_code()


def _deliver(kind: str) -> Step:
    """The newest event of a type is delivered."""

    def act(driver: Driver, consultation: Consultation) -> object:
        answered = driver.deliver(driver.events(consultation, kind)[-1])
        assert answered == 200, answered
        return answered

    return act


def _run(schedule: str) -> Step:
    return lambda driver, _: driver.run(schedule)


def _dashboard_captures(driver: Driver, consultation: Consultation) -> object:
    return driver.simulator.dashboard_capture(consultation.payment)


def _dashboard_cancels(driver: Driver, consultation: Consultation) -> object:
    return driver.simulator.dashboard_cancel(consultation.payment)


def _dashboard_refunds(driver: Driver, consultation: Consultation) -> object:
    return driver.simulator.dashboard_refund(consultation.payment, 1000)


def _refund_fails(driver: Driver, consultation: Consultation) -> None:
    refund = driver.refund(consultation)
    assert driver.deliver(*driver.events(consultation)) == 200
    driver.fail_refund(refund)


def _dispute_is_won(driver: Driver, consultation: Consultation) -> None:
    dispute = driver.dispute(consultation)
    assert driver.deliver(*driver.events(consultation)) == 200
    driver.move_dispute(dispute, "won")


_SUCCEEDED, _CANCELED = "payment_intent.succeeded", "payment_intent.canceled"
_UNDONE = ("", VOIDED)
_PAST_THE_TIME_TO_PAY = 70 * MINUTE
"""An abandoned purchase is closed after the hour in which it can be paid."""

CONSULTATION_SCENARIOS = (
    KillScenario(
        "createPaymentIntent", "new", at.nothing_bought, Driver.order, NEW, _UNDONE, forgotten=_PAST_THE_TIME_TO_PAY
    ),
    KillScenario("createPaymentIntent", "repeat", Driver.bought, Driver.order, NEW, wait=5 * MINUTE),
    KillScenario("createPaymentIntent", "repeat while held", Driver.paid, Driver.order, AUTHORIZED),
    KillScenario(
        "createPaymentIntent",
        "reopen",
        Driver.ended,
        _order_again,
        f"{CAPTURED} {NEW}",
        (CAPTURED, f"{VOIDED} {CAPTURED}"),
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario(
        "createPaymentIntent",
        "never answered",
        at.purchase_unanswered("429"),
        Driver.order,
        NEW,
        (VOIDED,),
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario(
        "createPaymentIntent",
        "saved 500 before",
        at.purchase_unanswered("500"),
        Driver.order,
        NEW,
        (VOIDED,),
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario(
        "createPaymentIntent",
        "saved 500 after",
        at.purchase_unanswered("500_after"),
        Driver.order,
        NEW,
        (VOIDED,),
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario(
        "createPaymentIntent",
        "expired",
        Driver.bought,
        Driver.order,
        f"{VOIDED} {NEW}",
        (VOIDED, f"{VOIDED} {VOIDED}"),
        wait=65 * MINUTE,
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario(
        "createPaymentIntent",
        "price changed",
        at.unpaid_at_an_old_price,
        lambda driver, consultation: driver.order(consultation, ticket_type=consultation.buyer),
        f"{VOIDED} {NEW}",
        (NEW, VOIDED, f"{VOIDED} {VOIDED}"),
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario("confirmTicket", "paid", Driver.paid, Driver.confirm, AUTHORIZED),
    KillScenario("confirmTicket", "unpaid", Driver.bought, Driver.confirm, NEW),
    KillScenario("redeemTicketCode", "paid", Driver.held, Driver.redeem, USED, (AUTHORIZED,), ("TICKET_ALREADY_USED",)),
    KillScenario("redeemTicketCode", "wrong", at.nothing_bought, _redeem_wrong, "", late=("CODE_INVALID",)),
    KillScenario(
        "redeemTicketCode", "perk", at.given_perk_code, Driver.redeem, "used:-", ("",), ("CODE_ALREADY_REDEEMED",)
    ),
    KillScenario(
        "redeemTicketCode",
        "perk instead of a purchase",
        at.unpaid_and_given_perk_code,
        Driver.redeem,
        f"{VOIDED} used:-",
        (NEW, VOIDED),
        ("CODE_ALREADY_REDEEMED",),
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario(
        "redeemTicketCode",
        "reopening",
        at.held_to_reopen,
        Driver.redeem,
        f"{ACTIVE} {CAPTURED}",
        (f"{AUTHORIZED} {CAPTURED}",),
        ("TICKET_ALREADY_USED",),
    ),
    KillScenario("answerConsultation", "accept", Driver.used, Driver.answer, ACTIVE, (USED,)),
    KillScenario("answerConsultation", "decline", Driver.used, _decline, VOIDED, (USED,)),
    KillScenario("answerConsultation", "decline perk", Driver.perk, _decline, "cancelled:-", ("used:-",)),
    KillScenario("endConsultation", "buyer", Driver.active, Driver.end, CAPTURED, (ACTIVE,), wait=10 * MINUTE),
    KillScenario("endConsultation", "consultant early", Driver.active, _end_early, VOIDED, (ACTIVE,), wait=MINUTE),
    KillScenario(
        "endConsultation", "saved 500", at.decision_unfinished(Driver.active, Driver.end, "500"), Driver.end, CAPTURED
    ),
    KillScenario(
        "endConsultation",
        "saved 500 after",
        at.decision_unfinished(Driver.active, Driver.end, "500_after"),
        Driver.end,
        CAPTURED,
    ),
    KillScenario("endConsultation", "perk", at.perk_active, Driver.end, "completed:-", ("active:-",), wait=10 * MINUTE),
    KillScenario(
        "capturePaymentIntent",
        "part",
        Driver.active,
        _capture_part,
        "completed:succeeded:3000",
        (ACTIVE,),
        wait=10 * MINUTE,
    ),
    KillScenario("cancelPaymentIntent", "authorized", Driver.held, Driver.cancel, VOIDED, (AUTHORIZED,)),
    KillScenario("cancelPaymentIntent", "pending", Driver.bought, Driver.cancel, VOIDED, (NEW,)),
    KillScenario(
        "cancelPaymentIntent",
        "never created",
        at.purchase_unanswered("429"),
        Driver.cancel,
        VOIDED,
        forgotten=_PAST_THE_TIME_TO_PAY,
    ),
    KillScenario("cancelPaymentIntent", "perk by room", Driver.perk, Driver.cancel, "cancelled:-", ("used:-",)),
    KillScenario("createTicketCodes", "one", at.nothing_bought, _create_code, ""),
    KillScenario("stripeWebhook", "hold", Driver.paid, _deliver(HOLD_PLACED), AUTHORIZED),
    KillScenario(
        "stripeWebhook", "succeeded", at.after(Driver.active, _dashboard_captures), _deliver(_SUCCEEDED), CAPTURED
    ),
    KillScenario("stripeWebhook", "canceled", at.after(Driver.held, _dashboard_cancels), _deliver(_CANCELED), VOIDED),
    KillScenario("stripeWebhook", "rebuild", at.records_lost, _deliver(HOLD_PLACED), AUTHORIZED),
    KillScenario(
        "stripeWebhook", "refund", at.after(Driver.ended, _dashboard_refunds), _deliver("charge.refunded"), CAPTURED
    ),
    KillScenario(
        "stripeWebhook", "refund failed", at.after(Driver.ended, _refund_fails), _deliver("refund.failed"), CAPTURED
    ),
    KillScenario(
        "stripeWebhook",
        "dispute won",
        at.after(Driver.ended, _dispute_is_won),
        _deliver("charge.dispute.closed"),
        CAPTURED,
    ),
    KillScenario(
        "voidExpiredAuthorizations",
        "paid and perk",
        at.side_by_side(Driver.held, Driver.perk),
        _run("voidExpiredAuthorizations"),
        f"cancelled:- {VOIDED}",
        wait=73 * HOUR,
        alone=True,
    ),
    KillScenario(
        "endOverdueSessions",
        "paid and perk",
        at.side_by_side(Driver.active, at.perk_active),
        _run("endOverdueSessions"),
        f"completed:- {CAPTURED}",
        wait=31 * MINUTE,
        alone=True,
    ),
    KillScenario(
        "endOverdueSessions",
        "resume",
        at.side_by_side(
            at.decision_unfinished(Driver.active, Driver.end), at.decision_unfinished(Driver.held, Driver.cancel)
        ),
        _run("endOverdueSessions"),
        f"{VOIDED} {CAPTURED}",
        wait=3 * MINUTE,
        alone=True,
    ),
    KillScenario(
        "reconcilePayments",
        "missed",
        at.webhook_unreachable(at.after(Driver.active, _dashboard_captures)),
        _run("reconcilePayments"),
        CAPTURED,
        alone=True,
    ),
    KillScenario(
        "reconcilePayments",
        "held",
        at.webhook_unreachable(Driver.paid),
        _run("reconcilePayments"),
        AUTHORIZED,
        alone=True,
    ),
)
