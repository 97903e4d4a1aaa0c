"""Disputes and inquiries, on both backends. In test mode the evidence decides them."""

from __future__ import annotations

from typing import Any

import pytest
from stripe import Dispute, InvalidRequestError, PaymentIntent, StripeClient

from .payment_intents import charge_of, events_about, eventually, hold


def _disputed(stripe: StripeClient, card: str = "pm_card_createDispute") -> tuple[PaymentIntent, Dispute]:
    intent = stripe.v1.payment_intents.capture(hold(stripe, card).id)
    found = eventually(lambda: stripe.v1.disputes.list({"payment_intent": intent.id}).data, bool)
    return intent, found[0]


def _answered(stripe: StripeClient, dispute: Dispute, text: str, status: str) -> Dispute:
    stripe.v1.disputes.update(dispute.id, {"evidence": {"uncategorized_text": text}, "submit": True})
    return eventually(lambda: stripe.v1.disputes.retrieve(dispute.id), lambda now: now.status == status)


def test_a_dispute_takes_the_money_and_forbids_a_refund(stripe: StripeClient) -> None:
    intent, dispute = _disputed(stripe)
    assert (dispute.status, dispute.amount, dispute.reason) == ("needs_response", 5000, "fraudulent")
    assert (dispute.payment_intent, dispute.is_charge_refundable) == (intent.id, False)
    assert charge_of(stripe, intent).disputed is True
    taken = eventually(lambda: stripe.v1.disputes.retrieve(dispute.id).balance_transactions, bool)
    assert taken[0].amount == -5000
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.refunds.create({"payment_intent": intent.id})
    assert refused.value.code == "charge_disputed"
    found = stripe.v1.disputes.list({"charge": charge_of(stripe, intent).id}).data
    assert [item.id for item in found] == [dispute.id]


def test_a_dispute_that_is_won_returns_the_money(stripe: StripeClient) -> None:
    intent, dispute = _disputed(stripe)
    won = _answered(stripe, dispute, "winning_evidence", "won")
    assert (won.evidence_details.has_evidence, won.evidence_details.submission_count) == (True, 1)
    wanted = {f"charge.dispute.{name}" for name in ("created", "funds_withdrawn", "closed", "funds_reinstated")}
    told = events_about(stripe, dispute.id, intent.created, wanted)
    assert told["charge.dispute.closed"].data.object.status == "won"
    assert sum(moved.amount for moved in stripe.v1.disputes.retrieve(dispute.id).balance_transactions) == 0


def test_a_dispute_that_is_lost_keeps_it(stripe: StripeClient) -> None:
    intent, dispute = _disputed(stripe)
    _answered(stripe, dispute, "losing_evidence", "lost")
    told = events_about(stripe, dispute.id, intent.created, {"charge.dispute.closed"})
    assert told["charge.dispute.closed"].data.object.status == "lost"
    with pytest.raises(InvalidRequestError):
        stripe.v1.refunds.create({"payment_intent": intent.id})


def test_giving_in_loses_a_dispute(stripe: StripeClient) -> None:
    _, dispute = _disputed(stripe, "pm_card_createDisputeProductNotReceived")
    assert dispute.reason == "product_not_received"
    assert stripe.v1.disputes.close(dispute.id).status == "lost"


def test_an_inquiry_moves_no_money(stripe: StripeClient) -> None:
    intent, inquiry = _disputed(stripe, "pm_card_createDisputeInquiry")
    assert (inquiry.status, inquiry.is_charge_refundable) == ("warning_needs_response", True)
    assert inquiry.balance_transactions == []
    assert inquiry.payment_method_details is not None
    assert inquiry.payment_method_details.card is not None
    assert inquiry.payment_method_details.card.case_type == "inquiry"
    assert stripe.v1.refunds.create({"payment_intent": intent.id}).status == "succeeded"


def test_evidence_may_be_kept_for_later(stripe: StripeClient) -> None:
    _, dispute = _disputed(stripe)
    kept = stripe.v1.disputes.update(dispute.id, {"evidence": {"customer_name": "Hanako"}, "submit": False})
    assert (kept.status, kept.evidence.customer_name) == ("needs_response", "Hanako")
    assert (kept.evidence_details.has_evidence, kept.evidence_details.submission_count) == (True, 0)


def test_unknown_evidence_is_refused(stripe: StripeClient) -> None:
    _, dispute = _disputed(stripe)
    unknown: Any = {"evidence": {"alibi": "none"}}
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.disputes.update(dispute.id, unknown)
    assert refused.value.code == "parameter_unknown"
