"""Refunds that succeed later or come to nothing, on both backends. Stripe's test cards bring them about."""

from __future__ import annotations

from typing import Any

import pytest
from stripe import Charge, InvalidRequestError, PaymentIntent, Refund, StripeClient

from .payment_intents import charge_of, events_about, eventually, hold


def _captured(stripe: StripeClient, card: str = "pm_card_visa", amount: int | None = None) -> PaymentIntent:
    intent = hold(stripe, card)
    return stripe.v1.payment_intents.capture(intent.id, {} if amount is None else {"amount_to_capture": amount})


def _refund(stripe: StripeClient, intent: PaymentIntent, amount: int | None = None) -> Refund:
    params: Any = {"payment_intent": intent.id} | ({} if amount is None else {"amount": amount})
    return stripe.v1.refunds.create(params)


def _until(stripe: StripeClient, refund: Refund, status: str) -> Refund:
    return eventually(lambda: stripe.v1.refunds.retrieve(refund.id), lambda now: now.status == status)


def test_a_refund_that_failed_after_it_succeeded_is_no_refund_any_more(stripe: StripeClient) -> None:
    intent = _captured(stripe, "pm_card_refundFail")
    refund = _refund(stripe, intent)
    assert (refund.status, charge_of(stripe, intent).amount_refunded) == ("succeeded", 5000)
    failed = _until(stripe, refund, "failed")
    assert failed.failure_reason is not None
    assert failed.failure_balance_transaction is not None
    charge = charge_of(stripe, intent)
    assert (charge.refunded, charge.amount_refunded) == (False, 0)
    assert stripe.v1.payment_intents.retrieve(intent.id).status == "succeeded"
    told = events_about(stripe, refund.id, intent.created, {"refund.created", "refund.updated", "refund.failed"})
    assert told["refund.failed"].data.object.status == "failed"
    assert told["refund.updated"].data.previous_attributes is not None
    assert told["refund.updated"].data.previous_attributes["status"] == "succeeded"


def test_a_failed_part_leaves_the_other_parts(stripe: StripeClient) -> None:
    intent = _captured(stripe, "pm_card_refundFail", 4000)
    _until(stripe, _refund(stripe, intent, 1500), "failed")
    # What the capture released counts as refunded for ever.
    assert charge_of(stripe, intent).amount_refunded == 1000


def test_a_pending_refund_counts_as_refunded_and_then_succeeds(stripe: StripeClient) -> None:
    intent = _captured(stripe, "pm_card_pendingRefund")
    refund = _refund(stripe, intent, 2000)
    assert refund.status == "pending"
    assert refund.pending_reason is not None
    assert charge_of(stripe, intent).amount_refunded == 2000
    assert _until(stripe, refund, "succeeded").status == "succeeded"
    assert charge_of(stripe, intent).amount_refunded == 2000


def test_a_charge_shows_its_refunds_when_asked(stripe: StripeClient) -> None:
    intent = _captured(stripe)
    assert not hasattr(charge_of(stripe, intent), "refunds")
    made = {_refund(stripe, intent, 1000).id, _refund(stripe, intent, 500).id}
    shown = stripe.v1.payment_intents.retrieve(intent.id, {"expand": ["latest_charge.refunds"]}).latest_charge
    assert isinstance(shown, Charge)
    assert shown.refunds is not None
    assert {refund.id for refund in shown.refunds.data} == made
    assert shown.refunds.has_more is False


def test_only_a_refund_that_waits_for_the_customer_can_be_canceled(stripe: StripeClient) -> None:
    refund = _refund(stripe, _captured(stripe))
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.refunds.cancel(refund.id)
    assert refused.value.http_status == 400


def test_a_refunds_metadata_can_be_edited(stripe: StripeClient) -> None:
    refund = _refund(stripe, _captured(stripe))
    changed = stripe.v1.refunds.update(refund.id, {"metadata": {"why": "ill"}})
    assert changed.metadata is not None
    assert changed.metadata.to_dict() == {"why": "ill"}


def test_a_part_captured_shows_the_rest_as_refunded_at_once(stripe: StripeClient) -> None:
    intent = _captured(stripe, amount=3000)
    charge = charge_of(stripe, intent)
    told = events_about(stripe, charge.id, intent.created, {"charge.captured"})
    captured = told["charge.captured"].data.object
    assert (captured.amount_captured, captured.amount_refunded, captured.refunded) == (3000, 2000, False)
