"""confirmTicket and the webhook bring back what PaymentSheet did; whichever comes first does the work, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from consultation.reasons import ConsultationReason
from payments.reasons import PaymentReason
from tests.integration.shop import Deal, Shop, refused
from tests.integration.stripe_events import deliver, events_of
from tests.support.concurrency import at_once, refusals

HOUR = 3600
HOLD = "payment_intent.amount_capturable_updated"


def authorized_once(shop: Shop, deal: Deal) -> None:
    lines = [line.to_dict() or {} for line in shop.db.collection(f"tickets/{deal.ticket}/history").stream()]
    assert [line["event"] for line in lines].count("hold_placed") == 1
    assert shop.ticket(deal)["status"] == "authorized"
    assert shop.count("ticket_codes") == 1
    buyer, imecon = shop.document(f"users/{deal.uid}"), shop.document(f"users/{deal.imecon}")
    assert buyer["has_pending_consultation"] is True
    assert buyer["available_ticket_codes"] == [shop.ticket(deal)["ticket_code"]]
    assert [request["user_id"] for request in imecon["dm_requests"]] == [deal.uid]
    shop.agrees()


def paid_not_settled(shop: Shop) -> tuple[Deal, dict[str, object]]:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment)
    (hold,) = events_of(shop, deal, HOLD)
    return deal, hold


def test_confirm_first_then_the_webhook(shop: Shop) -> None:
    deal, hold = paid_not_settled(shop)
    answer = shop.confirm(deal)
    assert deliver(shop, hold) == 200
    assert (answer["status"], answer["amount"], answer["currency"]) == ("authorized", 5000, "jpy")
    assert answer["ticket_code"] == shop.ticket(deal)["ticket_code"]
    authorized_once(shop, deal)


def test_the_webhook_first_then_confirm(shop: Shop) -> None:
    deal, hold = paid_not_settled(shop)
    assert deliver(shop, hold) == 200
    code = shop.ticket(deal)["ticket_code"]
    assert shop.confirm(deal)["ticket_code"] == code
    authorized_once(shop, deal)


def test_confirm_and_the_webhook_at_once(shop: Shop) -> None:
    deal, hold = paid_not_settled(shop)
    answers = at_once([lambda: shop.confirm(deal), lambda: deliver(shop, hold)] * 4)
    assert refusals(answers) == []
    assert {answer["ticket_code"] for answer in answers[::2]} == {shop.ticket(deal)["ticket_code"]}
    assert set(answers[1::2]) == {200}
    authorized_once(shop, deal)


def test_an_unpaid_ticket_is_answered_as_it_is(shop: Shop) -> None:
    deal = shop.bought()
    answer = shop.confirm(deal)
    assert (answer["status"], answer["ticket_code"]) == ("pending_payment", None)
    shop.agrees()


@pytest.mark.parametrize("known", [True, False])
def test_somebody_elses_payment_is_answered_like_an_unknown_one(shop: Shop, known: bool) -> None:
    deal = shop.held() if known else Deal("buyer", "imecon-1", "none", "pi_3unknown")
    before = shop.everything()
    for uid in ("imecon-1", "stranger"):
        with refused(PaymentReason.PAYMENT_NOT_FOUND):
            shop.api.call("confirmTicket", {"payment_intent_id": deal.payment}, uid=uid)
    assert shop.everything() == before


def test_a_declined_card_and_then_a_good_one(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment, "pm_card_chargeDeclinedInsufficientFunds")
    assert shop.confirm(deal)["status"] == "pending_payment"
    (failed,) = events_of(shop, deal, "payment_intent.payment_failed")
    assert deliver(shop, failed) == 200
    assert shop.purchase()["payment_intent_id"] == deal.payment
    shop.simulator.confirm(deal.payment, "pm_card_mastercard")
    assert shop.confirm(deal)["status"] == "authorized"
    authorized_once(shop, deal)


def test_3d_secure_passed(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment, "pm_card_threeDSecure2Required")
    assert shop.confirm(deal)["status"] == "pending_payment"
    assert shop.purchase()["client_secret"] is not None
    shop.simulator.authenticate(deal.payment, "pass")
    assert shop.confirm(deal)["status"] == "authorized"
    authorized_once(shop, deal)


def test_3d_secure_failed_and_then_another_card(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment, "pm_card_threeDSecure2Required")
    shop.simulator.authenticate(deal.payment, "fail")
    assert shop.confirm(deal)["status"] == "pending_payment"
    shop.agrees()
    shop.simulator.confirm(deal.payment)
    assert shop.confirm(deal)["status"] == "authorized"
    authorized_once(shop, deal)


def test_3d_secure_abandoned_is_closed_after_the_time_to_pay(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.confirm(deal.payment, "pm_card_threeDSecure2Required")
    assert deliver(shop, *events_of(shop, deal, "payment_intent.requires_action")) == 200
    shop.travel.advance(HOUR + 1)
    shop.sweep_holds()
    assert shop.stripe_status(deal) == "canceled"
    assert shop.ticket(deal)["cancel_reason"] == "unpaid"
    assert shop.confirm(deal)["status"] == "cancelled"
    shop.agrees()


def test_a_card_accepted_too_late_but_before_the_sweep_is_a_ticket(shop: Shop) -> None:
    deal = shop.bought()
    shop.travel.advance(HOUR + 1)
    shop.simulator.confirm(deal.payment)
    assert shop.confirm(deal)["status"] == "authorized"
    shop.sweep_holds()
    authorized_once(shop, deal)


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
    shop: Shop, card: str, bank_lets_go_after: int | None, hours: float
) -> None:
    deal = shop.bought()
    if bank_lets_go_after is not None:
        shop.simulator.set_capture_before(deal.payment, shop.simulator.now() + bank_lets_go_after)
    shop.simulator.confirm(deal.payment, card)
    answer = shop.confirm(deal)
    charge = shop.simulator.payment_intent(deal.payment)["latest_charge"]
    authorized_at = datetime.fromtimestamp(charge["created"], UTC)
    ticket = shop.ticket(deal)
    assert ticket["authorized_at"] == authorized_at
    # The bank's deadline was set a moment before the charge was made.
    deadline = timedelta(hours=hours)
    assert deadline - timedelta(seconds=2) <= ticket["expires_at"] - authorized_at <= deadline
    assert ticket["due_at"] == ticket["expires_at"] == datetime.fromisoformat(answer["expires_at"])
    shop.agrees()


def test_a_hold_too_short_for_a_session_is_voided_and_never_redeemed(shop: Shop) -> None:
    deal = shop.bought()
    shop.simulator.set_capture_before(deal.payment, shop.simulator.now() + HOUR)
    shop.simulator.confirm(deal.payment)
    code = shop.confirm(deal)["ticket_code"]
    with refused(ConsultationReason.TICKET_EXPIRED):
        shop.redeem_code(code, deal.uid)
    shop.sweep_holds()
    assert shop.stripe_status(deal) == "canceled"
    shop.agrees()


def test_a_hold_the_bank_lets_go_of_cancels_the_ticket(shop: Shop) -> None:
    deal = shop.held()
    shop.simulator.set_capture_before(deal.payment, shop.simulator.now())
    (expired,) = [event for event in shop.simulator.events() if event["type"] == "charge.expired"]
    assert deliver(shop, expired) == 200
    assert shop.ticket(deal)["cancel_reason"] == "stripe:automatic"
    shop.agrees()


def test_stripe_being_down_is_said_and_the_next_call_succeeds(shop: Shop) -> None:
    deal, _ = paid_not_settled(shop)
    shop.lose_call("drop_before", ".*", "GET")
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.confirm(deal)
    assert shop.confirm(deal)["status"] == "authorized"
    authorized_once(shop, deal)
