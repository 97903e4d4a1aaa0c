"""createPaymentIntent while Stripe fails: after a retry there is exactly one live PaymentIntent, and its secret."""

from __future__ import annotations

import pytest

from payments.reasons import PaymentReason
from tests.integration.shop import OUTAGES, Shop, refused
from tests.support.concurrency import at_once, successes

CREATE = "/v1/payment_intents"
HOUR = 3600


def live(shop: Shop) -> list[str]:
    return [sold["id"] for sold in shop.simulator.payment_intents() if sold["status"] != "canceled"]


@pytest.mark.parametrize("kind", OUTAGES)
def test_a_retry_after_an_outage_finds_or_makes_the_one_payment_intent(shop: Shop, kind: str) -> None:
    shop.lose_call(kind, CREATE)
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.purchase()
    assert shop.simulator.faults() == []
    answer = shop.purchase()
    assert live(shop) == [answer["payment_intent_id"]]
    assert shop.simulator.payment_intent(live(shop)[0])["client_secret"] == answer["client_secret"]
    assert shop.count("tickets") == 1
    shop.simulator.confirm(answer["payment_intent_id"])
    assert shop.purchase()["status"] == "authorized"
    shop.agrees()


def test_a_single_lost_answer_is_not_even_noticed(shop: Shop) -> None:
    shop.simulator.fault("drop_after", method="POST", path=CREATE)
    assert shop.purchase()["payment_intent_id"] == live(shop)[0]
    shop.agrees()


@pytest.mark.parametrize("kind", ["500", "500_after"])
def test_thirty_retries_of_a_saved_error_agree_on_one_payment_intent(shop: Shop, kind: str) -> None:
    shop.lose_call(kind, CREATE)
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.purchase()
    answers = successes(at_once([shop.purchase] * 30))
    assert len(answers) == 30
    assert len({answer["client_secret"] for answer in answers}) == 1
    assert live(shop) == [answers[0]["payment_intent_id"]]
    shop.agrees()


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_create_older_than_twenty_hours_is_looked_up_and_never_replayed(shop: Shop, kind: str) -> None:
    shop.lose_call(kind, CREATE)
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.purchase()
    (first,) = {call["idempotency_key"] for call in shop.simulator.requests()}
    # By now Stripe has forgotten the key: a replay would make a second PaymentIntent.
    shop.travel.advance(25 * HOUR)
    answer = shop.purchase()
    assert [call["idempotency_key"] for call in shop.simulator.requests()].count(first) == 2
    assert shop.stripe_calls("GET", CREATE) >= 1
    assert live(shop) == [answer["payment_intent_id"]]
    shop.agrees()


def test_an_unpaid_ticket_without_a_payment_intent_is_closed_in_time(shop: Shop) -> None:
    shop.lose_call("drop_after", CREATE)
    with refused(PaymentReason.PAYMENT_UNAVAILABLE):
        shop.purchase()
    shop.travel.advance(HOUR + 1)
    shop.sweep_holds()
    assert live(shop) == []
    assert shop.count("ticket_locks") == 0
    shop.agrees()


def test_stripe_being_down_for_one_buyer_does_not_stop_the_answer_after_the_hold(shop: Shop) -> None:
    deal = shop.held()
    shop.simulator.fault("drop_before", times=None)
    assert shop.purchase()["ticket_id"] == deal.ticket
    shop.simulator.clear_faults()
    shop.agrees()
