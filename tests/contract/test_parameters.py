"""The documented parameters of a PaymentIntent: accepted with their effect, or refused for what the account lacks."""

from __future__ import annotations

from typing import Any

import pytest
from stripe import InvalidRequestError, StripeClient

from .payment_intents import create, hold


@pytest.mark.parametrize(
    "changes",
    [
        {"amount_details": {"tax": {"total_tax_amount": 100}}},
        {"excluded_payment_method_types": ["konbini"], "allowed_payment_method_types": ["card", "konbini"]},
        {"payment_method_options": {"card": {"request_three_d_secure": "any"}}},
        {"setup_future_usage": "off_session"},
        {"statement_descriptor_suffix": "DM"},
        {"transfer_group": "order-1"},
    ],
)
def test_documented_parameters_are_accepted(stripe: StripeClient, changes: dict[str, Any]) -> None:
    assert create(stripe, **changes).status == "requires_payment_method"


def test_payment_method_data_makes_a_payment_method(stripe: StripeClient) -> None:
    card = {"type": "card", "card": {"token": "tok_visa"}}
    intent = create(stripe, payment_method_data=card)
    assert intent.status == "requires_confirmation"
    assert isinstance(intent.payment_method, str)
    assert intent.payment_method.startswith("pm_")
    assert create(stripe, payment_method_data=card, confirm=True).status == "requires_capture"


def test_the_types_that_are_allowed_are_shown(stripe: StripeClient) -> None:
    intent = create(stripe, allowed_payment_method_types=["card"])
    assert (intent.allowed_payment_method_types, intent.payment_method_types) == (["card"], ["card"])
    free: Any = {"amount": 5000, "currency": "jpy"}
    assert stripe.v1.payment_intents.create(free).allowed_payment_method_types is None


@pytest.mark.parametrize(
    ("changes", "param"),
    [
        ({"allowed_payment_method_types": ["card", "barter"]}, "allowed_payment_method_types[1]"),
        ({"excluded_payment_method_types": ["barter"]}, "excluded_payment_method_types[0]"),
        ({"excluded_payment_method_types": ["card"]}, "excluded_payment_method_types"),
        ({"payment_method_options": {"barter": {"for": "rice"}}}, "payment_method_options[barter]"),
        ({"confirmation_token": "ctoken_absent", "confirm": True}, "confirmation_token"),
        ({"payment_method_configuration": "pmc_absent"}, "payment_method_configuration"),
        ({"transfer_data": {"destination": "acct_absent"}}, "transfer_data[destination]"),
        ({"on_behalf_of": "acct_absent"}, "on_behalf_of"),
        ({"application_fee_amount": 100}, "application_fee_amount"),
        ({"off_session": True}, "off_session"),
        ({"return_url": "https://example.com/back"}, "return_url"),
    ],
)
def test_what_the_account_lacks_is_refused(stripe: StripeClient, changes: dict[str, Any], param: str) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        create(stripe, **changes)
    assert (refused.value.http_status, refused.value.param) == (400, param)


@pytest.mark.parametrize("flag", ["refund_application_fee", "reverse_transfer"])
def test_a_refund_of_what_was_never_shared_is_refused(stripe: StripeClient, flag: str) -> None:
    intent = stripe.v1.payment_intents.capture(hold(stripe).id)
    params: Any = {"payment_intent": intent.id, flag: True}
    with pytest.raises(InvalidRequestError):
        stripe.v1.refunds.create(params)
    assert stripe.v1.refunds.create({"payment_intent": intent.id, "currency": "jpy"}).amount == 5000


def test_twenty_types_of_events_can_be_listed_at_once(stripe: StripeClient) -> None:
    kinds = {
        "charge": "captured expired failed pending refunded succeeded updated",
        "charge.dispute": "closed created funds_reinstated funds_withdrawn updated",
        "refund": "created failed updated",
        "payment_intent": "canceled created payment_failed processing succeeded",
    }
    twenty = [f"{kind}.{name}" for kind, names in kinds.items() for name in names.split()]
    assert len(twenty) == 20
    stripe.v1.events.list({"types": twenty, "limit": 1})
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.events.list({"types": [*twenty, "payment_intent.requires_action"], "limit": 1})
    assert refused.value.http_status == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"enabled_events": ["payment_intent.loved"]},
        {"enabled_events": ["charge.*"]},
        {"api_version": "2026-13-32.never"},
    ],
)
def test_an_endpoint_is_subscribed_to_what_there_is(stripe: StripeClient, changes: dict[str, Any]) -> None:
    params: Any = {"url": "https://example.com/hook", "enabled_events": ["*"], **changes}
    with pytest.raises(InvalidRequestError) as refused:
        stripe.v1.webhook_endpoints.create(params)
    assert refused.value.http_status == 400
