"""capturePaymentIntent and cancelPaymentIntent: by each role, in each state, with each amount, once and again."""

from __future__ import annotations

from typing import Any

import pytest

from common.errors import CallReason, Reason
from consultation.reasons import ConsultationReason
from payments.reasons import PaymentReason
from tests.integration.shop import Shop, refused

MINUTE = 60


@pytest.mark.parametrize(("amount", "captured"), [(None, 5000), (5000, 5000), (3000, 3000), (50, 50)])
def test_capturing_all_or_part_ends_the_session(shop: Shop, amount: int | None, captured: int) -> None:
    deal = shop.active()
    shop.travel.advance(10 * MINUTE)
    answer = shop.capture(deal) if amount is None else shop.capture(deal, amount=amount)
    assert (answer["status"], answer["decision"]) == ("captured", "capture")
    assert (answer["amount"], answer["amount_captured"]) == (5000, captured)
    taken = shop.simulator.payment_intent(deal.payment)
    assert (taken["status"], taken["amount_received"], taken["amount_capturable"]) == ("succeeded", captured, 0)
    assert shop.document(f"payment_intents/{deal.payment}")["amountCaptured"] == captured
    assert shop.document(f"chat_rooms/{deal.room}")["status"] == "ended"
    shop.agrees()


@pytest.mark.parametrize(
    ("amount", "reason"),
    [
        (49, CallReason.INVALID_ARGUMENT),
        (0, CallReason.INVALID_ARGUMENT),
        (-1, CallReason.INVALID_ARGUMENT),
        (100.5, CallReason.INVALID_ARGUMENT),
        (True, CallReason.INVALID_ARGUMENT),
        (5001, ConsultationReason.CAPTURE_AMOUNT_INVALID),
    ],
)
@pytest.mark.parametrize("minutes", [1, 10])
def test_an_amount_that_cannot_be_captured_changes_nothing(
    shop: Shop, amount: object, reason: Reason, minutes: int
) -> None:
    deal = shop.active()
    shop.travel.advance(minutes * MINUTE)
    before = shop.everything()
    with refused(reason):
        shop.capture(deal, amount=amount)
    assert shop.everything() == before
    assert shop.stripe_calls("POST", "/capture") == 0


def test_capturing_the_same_again_answers_the_stored_result(shop: Shop) -> None:
    deal = shop.active()
    shop.travel.advance(10 * MINUTE)
    first = shop.capture(deal, amount=3000)
    before = shop.everything()
    assert shop.capture(deal, amount=3000) == first
    assert shop.capture(deal) == first
    assert shop.by_admin("capturePaymentIntent", payment_intent_id=deal.payment) == first
    assert shop.everything() == before
    assert shop.stripe_calls("POST", "/capture") == 1
    shop.agrees()


def test_capturing_another_amount_is_refused_with_the_one_decided(shop: Shop) -> None:
    deal = shop.active()
    shop.travel.advance(10 * MINUTE)
    shop.capture(deal, amount=3000)
    with refused(ConsultationReason.CAPTURE_ALREADY_DECIDED) as caught:
        shop.capture(deal, amount=4000)
    assert caught.value.details["amount"] == 3000
    shop.agrees()


def test_a_decision_stripe_has_not_heard_of_is_kept_to(shop: Shop) -> None:
    deal = shop.active()
    shop.travel.advance(10 * MINUTE)
    shop.lose_call("drop_before", ".*/capture")
    answer = shop.capture(deal, amount=3000)
    assert (answer["status"], answer["decision"], answer["amount_captured"]) == ("requires_capture", "capture", 3000)
    with refused(ConsultationReason.CAPTURE_ALREADY_DECIDED):
        shop.capture(deal, amount=4000)
    with refused(ConsultationReason.TICKET_COMPLETED):
        shop.cancel(deal)
    assert shop.capture(deal, amount=3000)["status"] == "captured"
    assert shop.simulator.payment_intent(deal.payment)["amount_received"] == 3000
    shop.agrees()


@pytest.mark.parametrize(
    ("uid", "reason"), [("buyer", CallReason.PERMISSION_DENIED), ("imecon-2", PaymentReason.PAYMENT_NOT_FOUND)]
)
def test_who_may_not_capture(shop: Shop, uid: str, reason: Reason) -> None:
    deal = shop.active()
    with refused(reason):
        shop.capture(deal, uid)
    with refused(PaymentReason.PAYMENT_NOT_FOUND):
        shop.api.call("capturePaymentIntent", {"payment_intent_id": "pi_none"}, uid=uid)
    assert shop.stripe_status(deal) == "requires_capture"
    shop.agrees()


def test_an_administrator_may_capture_and_is_not_the_consultant_who_stops_early(shop: Shop) -> None:
    deal = shop.active()
    assert shop.by_admin("capturePaymentIntent", payment_intent_id=deal.payment, amount=2000)["status"] == "captured"
    shop.agrees()


@pytest.mark.parametrize(
    ("stage", "reason"),
    [
        ("bought", ConsultationReason.TICKET_UNPAID),
        ("held", ConsultationReason.SESSION_NOT_STARTED),
        ("used", ConsultationReason.SESSION_NOT_STARTED),
    ],
)
def test_no_capture_before_the_session(shop: Shop, stage: str, reason: Reason) -> None:
    deal = getattr(shop, stage)()
    with refused(reason):
        shop.capture(deal)
    with refused(reason):
        shop.by_admin("capturePaymentIntent", payment_intent_id=deal.payment)
    assert shop.stripe_calls("POST", "/capture") == 0
    shop.agrees()


def test_no_capture_after_the_void(shop: Shop) -> None:
    deal = shop.used()
    shop.cancel(deal)
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.capture(deal)
    late = shop.used(imecon="imecon-2")
    shop.travel.advance(72 * 3600 + 5)
    shop.sweep_holds()
    with refused(ConsultationReason.TICKET_EXPIRED):
        shop.capture(late)
    shop.agrees()


@pytest.mark.parametrize("stage", ["bought", "held", "used"])
@pytest.mark.parametrize("role", ["buyer", "imecon-1", "admin"])
def test_each_role_may_cancel_before_the_session(shop: Shop, stage: str, role: str) -> None:
    deal = getattr(shop, stage)()

    def cancel() -> Any:
        data = {"payment_intent_id": deal.payment, "reason": "duplicate"}
        return shop.api.call("cancelPaymentIntent", data, uid=role, claims={"admin": role == "admin"})

    answer = cancel()
    assert (answer["status"], answer["decision"], answer["cancel_reason"]) == ("canceled", "void", "duplicate")
    assert shop.stripe_status(deal) == "canceled"
    assert shop.document(f"payment_intents/{deal.payment}")["status"] == "canceled"
    before = shop.everything()
    assert cancel() == answer
    assert shop.everything() == before
    shop.agrees()


def test_a_ticket_is_cancelled_by_its_room_too(shop: Shop) -> None:
    deal = shop.used()
    answer = shop.api.call("cancelPaymentIntent", {"chat_room_id": deal.room}, uid="buyer")
    assert (answer["status"], answer["cancel_reason"]) == ("canceled", "requested_by_customer")
    shop.agrees()


@pytest.mark.parametrize("data", [{}, {"payment_intent_id": "pi_x", "chat_room_id": "r"}, {"reason": "duplicate"}])
def test_a_cancellation_names_exactly_one_thing(shop: Shop, data: dict[str, str]) -> None:
    with refused(CallReason.INVALID_ARGUMENT):
        shop.api.call("cancelPaymentIntent", data, uid="buyer")


def test_a_stranger_cannot_cancel_and_learns_nothing(shop: Shop) -> None:
    deal = shop.used()
    for data, reason in (
        ({"payment_intent_id": deal.payment}, PaymentReason.PAYMENT_NOT_FOUND),
        ({"payment_intent_id": "pi_none"}, PaymentReason.PAYMENT_NOT_FOUND),
        ({"chat_room_id": deal.room}, ConsultationReason.ROOM_NOT_FOUND),
        ({"chat_room_id": "none"}, ConsultationReason.ROOM_NOT_FOUND),
    ):
        with refused(reason):
            shop.api.call("cancelPaymentIntent", data, uid="stranger")
    assert shop.stripe_status(deal) == "requires_capture"
    shop.agrees()


@pytest.mark.parametrize("role", ["buyer", "imecon-1", "admin"])
def test_a_session_is_never_cancelled(shop: Shop, role: str) -> None:
    deal = shop.active()
    claims = {"admin": role == "admin"}
    with refused(ConsultationReason.SESSION_STARTED):
        shop.api.call("cancelPaymentIntent", {"payment_intent_id": deal.payment}, uid=role, claims=claims)
    shop.end(deal)
    with refused(ConsultationReason.TICKET_COMPLETED):
        shop.api.call("cancelPaymentIntent", {"payment_intent_id": deal.payment}, uid=role, claims=claims)
    shop.agrees()


def test_a_cancellation_stripe_has_not_heard_of_is_final_and_finished_later(shop: Shop) -> None:
    deal = shop.used()
    shop.lose_call("drop_before", ".*/cancel")
    answer = shop.cancel(deal)
    assert (answer["status"], answer["decision"]) == ("requires_capture", "void")
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.answer(deal)
    with refused(ConsultationReason.TICKET_CANCELLED):
        shop.redeem(deal)
    shop.travel.advance(2 * MINUTE + 1)
    shop.sweep_sessions()
    assert shop.stripe_status(deal) == "canceled"
    shop.agrees()


def test_cancelling_a_purchase_whose_payment_intent_is_unknown_cancels_it_too(shop: Shop) -> None:
    shop.lose_call("drop_after", "/v1/payment_intents")
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.purchase()
    (lock,) = shop.db.collection("ticket_locks").stream()
    answer = shop.api.call("cancelPaymentIntent", {"chat_room_id": lock.get("ticket_id")}, uid="buyer")
    assert answer["status"] == "canceled"
    assert [sold["status"] for sold in shop.simulator.payment_intents()] == ["canceled"]
    shop.agrees()
