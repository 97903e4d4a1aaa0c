"""Every object has the fields that the SDK types, and no others, on both backends."""

from __future__ import annotations

from typing import Any, get_args

import stripe as sdk
from stripe import StripeClient, StripeObject
from stripe.checkout import Session

from devkit.stripe_sim import StripeSimulator

from .checkout_sessions import open_session
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
    Session: {
        "branding_settings",
        "excluded_payment_method_types",
        "line_items",
        "managed_payments",
        "name_collection",
        "optional_items",
        "phone_number_collection",
        "presentment_details",
        "redirect_on_completion",
        "return_url",
        "tax_id_collection",
    },
    sdk.LineItem: {"discounts", "taxes"},
    sdk.Price: {"currency_options", "deleted", "tiers"},
    Session.TotalDetails: {"breakdown"},
    sdk.Event: {"account", "context"},
    sdk.WebhookEndpoint: {"deleted", "secret"},
}


def typed(kind: type[StripeObject]) -> set[str]:
    return {name for name, type_ in kind.__annotations__.items() if not str(type_).startswith("typing.ClassVar")}


def complete(found: StripeObject, kind: type[StripeObject]) -> None:
    shown = set(found.to_dict())
    assert shown - typed(kind) == set()
    assert typed(kind) - shown - SOMETIMES[kind] == set()


def complete_all(found: list[dict[str, Any]], kind: type[StripeObject]) -> None:
    for each in found:
        complete(kind.construct_from(each, None), kind)


def nothing_missing(found: StripeObject, kind: type[StripeObject]) -> None:
    """Only what may be null or absent is, in the object and in what is inside it."""
    shown = found.to_dict()
    required = {name for name in typed(kind) if type(None) not in get_args(kind.__annotations__[name])}
    assert shown.keys() <= typed(kind)
    assert required <= {name for name, value in shown.items() if value is not None}
    for name, inner in kind._inner_class_types.items():
        if isinstance(shown.get(name), dict):
            nothing_missing(getattr(found, name), inner)


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


def test_a_checkout_session(stripe: StripeClient) -> None:
    session = open_session(stripe, customer_email="buyer@example.com")
    complete(session, Session)
    nothing_missing(session, Session)
    assert session.total_details is not None
    complete(session.total_details, Session.TotalDetails)
    (item,) = stripe.v1.checkout.sessions.line_items.list(session.id).data
    complete(item, sdk.LineItem)
    nothing_missing(item, sdk.LineItem)
    assert item.price is not None
    complete(item.price, sdk.Price)
    nothing_missing(item.price, sdk.Price)


def test_a_session_at_each_of_its_ends(sim: StripeSimulator, client: StripeClient) -> None:
    paid, promised, expired = (open_session(client, allowed_payment_method_types=None).id for _ in range(3))
    sim.pay_session(paid)
    sim.pay_session(promised, "konbini")
    sim.end_konbini(promised, "paid")
    sim.expire_session(expired)
    sim.dashboard_refund(sim.payment_intents()[-1]["id"])
    for session in (client.v1.checkout.sessions.retrieve(each) for each in (paid, promised, expired)):
        # All of them, so that nothing that reads one here is surprised at Stripe.
        assert typed(Session) - set(session.to_dict()) == {"line_items"}
        nothing_missing(session, Session)
    complete_all(sim.payment_intents(), sdk.PaymentIntent)
    complete_all(sim.charges(), sdk.Charge)
    complete_all(sim.refunds(), sdk.Refund)


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
