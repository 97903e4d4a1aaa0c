"""Every object has the fields that the SDK types, and no others, on both backends."""

from __future__ import annotations

import stripe as sdk
from stripe import StripeClient, StripeObject

from .payment_intents import charge_of, create, eventually, hold

# What Stripe leaves out where it does not apply.
SOMETIMES: dict[type[StripeObject], set[str]] = {
    sdk.PaymentIntent: {"hooks", "payment_details", "presentment_details"},
    sdk.Charge: {"authorization_code", "level3", "presentment_details", "radar_options", "refunds", "transfer"},
    sdk.Refund: {
        "description",
        "failure_balance_transaction",
        "failure_reason",
        "instructions_email",
        "next_action",
        "pending_reason",
        "presentment_details",
    },
    sdk.Dispute: set(),
    sdk.Dispute.Evidence: set(),
    sdk.Dispute.EvidenceDetails: set(),
    sdk.Dispute.PaymentMethodDetails.Card: set(),
    sdk.Event: {"account", "context"},
    sdk.WebhookEndpoint: {"deleted", "secret"},
}


def typed(kind: type[StripeObject]) -> set[str]:
    return {name for name, type_ in kind.__annotations__.items() if not str(type_).startswith("typing.ClassVar")}


def complete(found: StripeObject, kind: type[StripeObject]) -> None:
    shown = set(found.to_dict())
    assert shown - typed(kind) == set()
    assert typed(kind) - shown - SOMETIMES[kind] == set()


def test_a_payment_and_its_charge(stripe: StripeClient) -> None:
    complete(create(stripe), sdk.PaymentIntent)
    intent = hold(stripe)
    complete(intent, sdk.PaymentIntent)
    charge = charge_of(stripe, intent)
    complete(charge, sdk.Charge)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert "electronic_commerce_indicator" in charge.payment_method_details.card.to_dict()


def test_a_refund(stripe: StripeClient) -> None:
    intent = stripe.v1.payment_intents.capture(hold(stripe).id)
    complete(stripe.v1.refunds.create({"payment_intent": intent.id, "amount": 1000}), sdk.Refund)


def test_a_dispute(stripe: StripeClient) -> None:
    intent = stripe.v1.payment_intents.capture(hold(stripe, "pm_card_createDispute").id)
    (dispute,) = eventually(lambda: stripe.v1.disputes.list({"payment_intent": intent.id}).data, bool)
    complete(dispute, sdk.Dispute)
    complete(dispute.evidence, sdk.Dispute.Evidence)
    complete(dispute.evidence_details, sdk.Dispute.EvidenceDetails)
    assert dispute.payment_method_details is not None
    assert dispute.payment_method_details.card is not None
    complete(dispute.payment_method_details.card, sdk.Dispute.PaymentMethodDetails.Card)


def test_an_event(stripe: StripeClient) -> None:
    create(stripe)
    (event,) = eventually(lambda: stripe.v1.events.list({"limit": 1}).data, bool)
    complete(event, sdk.Event)


def test_an_endpoint(stripe: StripeClient) -> None:
    made = stripe.v1.webhook_endpoints.create({"url": "https://example.com/hook", "enabled_events": ["*"]})
    try:
        complete(made, sdk.WebhookEndpoint)
    finally:
        stripe.v1.webhook_endpoints.delete(made.id)
