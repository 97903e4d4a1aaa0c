"""What can be changed of a PaymentIntent, on both backends."""

from __future__ import annotations

from typing import Any

import pytest
from stripe import InvalidRequestError, StripeClient

from .payment_intents import create, hold


def test_metadata_is_merged_key_by_key(stripe: StripeClient) -> None:
    intent = create(stripe, metadata={"ticket_id": "t-1", "user_id": "u-1"})
    update = stripe.v1.payment_intents.update
    changed = update(intent.id, {"metadata": {"user_id": "u-2", "note": "edited"}})
    assert changed.metadata.to_dict() == {"ticket_id": "t-1", "user_id": "u-2", "note": "edited"}
    assert update(intent.id, {"metadata": {"ticket_id": ""}}).metadata.to_dict() == {"user_id": "u-2", "note": "edited"}
    assert update(intent.id, {"metadata": ""}).metadata.to_dict() == {}
    assert stripe.v1.payment_intents.retrieve(intent.id).metadata.to_dict() == {}


@pytest.mark.parametrize("end", ["held", "captured", "canceled"])
def test_metadata_and_description_can_always_be_edited(stripe: StripeClient, end: str) -> None:
    intent = hold(stripe)
    if end == "captured":
        stripe.v1.payment_intents.capture(intent.id)
    if end == "canceled":
        stripe.v1.payment_intents.cancel(intent.id)
    changed = stripe.v1.payment_intents.update(intent.id, {"metadata": {"note": end}, "description": "edited"})
    assert (changed.metadata["note"], changed.description) == (end, "edited")


def test_the_amount_can_be_changed_until_it_is_paid(stripe: StripeClient) -> None:
    intent = create(stripe)
    assert stripe.v1.payment_intents.update(intent.id, {"amount": 4000}).amount == 4000
    held = stripe.v1.payment_intents.confirm(intent.id, {"payment_method": "pm_card_visa"})
    assert held.amount_capturable == 4000
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payment_intents.update(intent.id, {"amount": 3000})
    assert (refused.value.http_status, refused.value.code) == (400, "payment_intent_unexpected_state")
    assert stripe.v1.payment_intents.retrieve(intent.id).amount == 4000


def test_a_card_chosen_by_an_update_waits_for_confirmation(stripe: StripeClient) -> None:
    intent = create(stripe)
    chosen = stripe.v1.payment_intents.update(intent.id, {"payment_method": "pm_card_visa"})
    assert chosen.status == "requires_confirmation"
    assert stripe.v1.payment_intents.confirm(intent.id).status == "requires_capture"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"amount": 49}, "amount_too_small"),
        ({"customer": "cus_absent"}, "resource_missing"),
        ({"confirm": True}, "parameter_unknown"),
        ({"description": ""}, "parameter_invalid_empty"),
    ],
)
def test_a_bad_change_is_refused_and_changes_nothing(stripe: StripeClient, changes: dict[str, Any], code: str) -> None:
    intent = create(stripe)
    params: Any = {"metadata": {"note": "no"}, **changes}
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.payment_intents.update(intent.id, params)
    assert refused.value.code == code
    assert stripe.v1.payment_intents.retrieve(intent.id).to_dict() == intent.to_dict()


def test_an_unknown_payment_intent_cannot_be_updated(stripe: StripeClient) -> None:
    with pytest.raises(InvalidRequestError) as missing:
        stripe.v1.payment_intents.update("pi_absent", {"metadata": {"note": "no"}})
    assert (missing.value.http_status, missing.value.code) == (404, "resource_missing")
