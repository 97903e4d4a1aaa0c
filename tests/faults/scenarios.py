"""What the kill matrix runs: for every function, the situations in which it takes another way through the code."""

from __future__ import annotations

from . import situations as at
from .scenario import Scenario
from .scene import HOUR, MINUTE, Sale, Scene
from .situations import Step
from .visit_scenarios import VISITS

NEW = "pending_payment:requires_payment_method:0"
AUTHORIZED = "authorized:requires_capture:0"
USED = "used:requires_capture:0"
ACTIVE = "active:requires_capture:0"
CAPTURED = "completed:succeeded:5000"
VOIDED = "cancelled:canceled:0"


def _order(scene: Scene, sale: Sale) -> object:
    return scene.order(sale)


def _order_again(scene: Scene, sale: Sale) -> object:
    return scene.order(sale, sale.room)


def _confirm(scene: Scene, sale: Sale) -> object:
    return scene.confirm(sale)


def _redeem(scene: Scene, sale: Sale) -> object:
    return scene.redeem(sale)


def _redeem_wrong(scene: Scene, sale: Sale) -> object:
    return scene.call("redeemTicketCode", {"ticket_code": "0000-0000-0000"}, sale.buyer)


def _accept(scene: Scene, sale: Sale) -> object:
    return scene.answer(sale, accept=True)


def _decline(scene: Scene, sale: Sale) -> object:
    return scene.answer(sale, accept=False)


def _end(scene: Scene, sale: Sale) -> object:
    return scene.end(sale)


def _end_early(scene: Scene, sale: Sale) -> object:
    return scene.end(sale, sale.imecon)


def _capture_part(scene: Scene, sale: Sale) -> object:
    return scene.capture(sale, 3000)


def _cancel(scene: Scene, sale: Sale) -> object:
    return scene.cancel(sale)


def _codes(scene: Scene, sale: Sale) -> object:
    return scene.perk_code()


def _delivery(kind: str) -> Step:
    """The newest event of a type is delivered."""

    def act(scene: Scene, sale: Sale) -> object:
        answered = scene.deliver(scene.events(sale, kind)[-1])
        assert answered == 200, answered
        return answered

    return act


def _run(schedule: str) -> Step:
    return lambda scene, _: scene.run(schedule)


def _bank_captures(scene: Scene, sale: Sale) -> object:
    return scene.simulator.dashboard_capture(sale.pi)


def _dashboard_cancels(scene: Scene, sale: Sale) -> object:
    return scene.simulator.dashboard_cancel(sale.pi)


def _refund(scene: Scene, sale: Sale) -> object:
    return scene.simulator.dashboard_refund(sale.pi, 1000)


_HOLD, _SUCCEEDED = "payment_intent.amount_capturable_updated", "payment_intent.succeeded"
_GONE = ("", VOIDED)
_SLOW = 70 * MINUTE
"""An abandoned purchase is closed after the hour in which it can be paid."""

SCENARIOS = (
    Scenario("createPaymentIntent", "new", at.stranger, _order, NEW, _GONE, forgotten=_SLOW),
    Scenario("createPaymentIntent", "repeat", at.bought, _order, NEW, wait=5 * MINUTE),
    Scenario("createPaymentIntent", "repeat while held", at.paid, _order, AUTHORIZED),
    Scenario(
        "createPaymentIntent",
        "reopen",
        at.over,
        _order_again,
        f"{CAPTURED} {NEW}",
        (CAPTURED, f"{VOIDED} {CAPTURED}"),
        forgotten=_SLOW,
    ),
    Scenario("createPaymentIntent", "never answered", at.unanswered("429"), _order, NEW, (VOIDED,), forgotten=_SLOW),
    Scenario("createPaymentIntent", "saved 500 before", at.unanswered("500"), _order, NEW, (VOIDED,), forgotten=_SLOW),
    Scenario(
        "createPaymentIntent", "saved 500 after", at.unanswered("500_after"), _order, NEW, (VOIDED,), forgotten=_SLOW
    ),
    Scenario(
        "createPaymentIntent",
        "expired",
        at.bought,
        _order,
        f"{VOIDED} {NEW}",
        (VOIDED, f"{VOIDED} {VOIDED}"),
        wait=65 * MINUTE,
        forgotten=_SLOW,
    ),
    Scenario("confirmTicket", "paid", at.paid, _confirm, AUTHORIZED),
    Scenario("confirmTicket", "unpaid", at.bought, _confirm, NEW),
    Scenario("redeemTicketCode", "paid", at.held, _redeem, USED, (AUTHORIZED,), ("TICKET_ALREADY_USED",)),
    Scenario("redeemTicketCode", "wrong", at.stranger, _redeem_wrong, "", late=("CODE_INVALID",)),
    Scenario("redeemTicketCode", "perk", at.perk_code, _redeem, "used:-", ("",), ("CODE_ALREADY_REDEEMED",)),
    Scenario(
        "redeemTicketCode",
        "reopening",
        at.reopening,
        _redeem,
        f"{ACTIVE} {CAPTURED}",
        (f"{AUTHORIZED} {CAPTURED}",),
        ("TICKET_ALREADY_USED",),
    ),
    Scenario("answerConsultation", "accept", at.used, _accept, ACTIVE, (USED,)),
    Scenario("answerConsultation", "decline", at.used, _decline, VOIDED, (USED,)),
    Scenario("answerConsultation", "decline perk", at.perk, _decline, "cancelled:-", ("used:-",)),
    Scenario("endConsultation", "buyer", at.active, _end, CAPTURED, (ACTIVE,), wait=10 * MINUTE),
    Scenario("endConsultation", "consultant early", at.active, _end_early, VOIDED, (ACTIVE,), wait=MINUTE),
    Scenario("endConsultation", "saved 500", at.cut_short(at.active, _end, "500"), _end, CAPTURED),
    Scenario("endConsultation", "saved 500 after", at.cut_short(at.active, _end, "500_after"), _end, CAPTURED),
    Scenario("endConsultation", "perk", at.perk_active, _end, "completed:-", ("active:-",), wait=10 * MINUTE),
    Scenario(
        "capturePaymentIntent",
        "part",
        at.active,
        _capture_part,
        "completed:succeeded:3000",
        (ACTIVE,),
        wait=10 * MINUTE,
    ),
    Scenario("cancelPaymentIntent", "authorized", at.held, _cancel, VOIDED, (AUTHORIZED,)),
    Scenario("cancelPaymentIntent", "pending", at.bought, _cancel, VOIDED, (NEW,)),
    Scenario("cancelPaymentIntent", "never created", at.unanswered("429"), _cancel, VOIDED, forgotten=_SLOW),
    Scenario("cancelPaymentIntent", "perk by room", at.perk, _cancel, "cancelled:-", ("used:-",)),
    Scenario("createTicketCodes", "one", at.stranger, _codes, ""),
    Scenario("stripeWebhook", "hold", at.paid, _delivery(_HOLD), AUTHORIZED),
    Scenario("stripeWebhook", "succeeded", at.after(at.active, _bank_captures), _delivery(_SUCCEEDED), CAPTURED),
    Scenario(
        "stripeWebhook", "canceled", at.after(at.held, _dashboard_cancels), _delivery("payment_intent.canceled"), VOIDED
    ),
    Scenario("stripeWebhook", "rebuild", at.forgotten, _delivery(_HOLD), AUTHORIZED),
    Scenario("stripeWebhook", "refund", at.after(at.over, _refund), _delivery("charge.refunded"), CAPTURED),
    Scenario(
        "voidExpiredAuthorizations",
        "paid and perk",
        at.beside(at.held, at.perk),
        _run("voidExpiredAuthorizations"),
        f"cancelled:- {VOIDED}",
        wait=73 * HOUR,
        alone=True,
    ),
    Scenario(
        "endOverdueSessions",
        "paid and perk",
        at.beside(at.active, at.perk_active),
        _run("endOverdueSessions"),
        f"completed:- {CAPTURED}",
        wait=31 * MINUTE,
        alone=True,
    ),
    Scenario(
        "endOverdueSessions",
        "resume",
        at.beside(at.cut_short(at.active, _end), at.cut_short(at.held, _cancel)),
        _run("endOverdueSessions"),
        f"{VOIDED} {CAPTURED}",
        wait=3 * MINUTE,
        alone=True,
    ),
    Scenario(
        "reconcilePayments",
        "missed",
        at.missed(at.after(at.active, _bank_captures)),
        _run("reconcilePayments"),
        CAPTURED,
        alone=True,
    ),
    Scenario("reconcilePayments", "held", at.missed(at.paid), _run("reconcilePayments"), AUTHORIZED, alone=True),
    *VISITS,
)
