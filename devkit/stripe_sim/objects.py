"""Builders of Stripe's objects, with the fields of its published examples.

Amounts in the currency's smallest unit (JPY), times in epoch seconds. Pure, but for the random ids.
"""

from __future__ import annotations

from devkit.stripe_sim.cards import DAY
from devkit.stripe_sim.errors import Json, invalid_parameter
from devkit.stripe_sim.ids import new_id

CONFIGURATION = "pmc_simulated"
"""The account's one configuration of payment methods: cards, and on Checkout's page konbini."""
DAYS_TO_ANSWER = 45
"""How long the customer has to name the bank account for the refund of a konbini payment."""
MOST_KEYS = 50
"""How many keys metadata can have."""


def payment_intent(params: Json, created: int) -> Json:
    """A new PaymentIntent from validated create parameters; its status is set by the caller's next step."""
    intent_id = new_id("pi")
    types = params.get("allowed_payment_method_types")
    automatic = None
    if types is None:
        automatic = {
            "allow_redirects": "always",
            **params.get("automatic_payment_methods", {}),
            "enabled": True,
        }
    return {
        "id": intent_id,
        "object": "payment_intent",
        "allowed_payment_method_types": types,
        "amount": params["amount"],
        "amount_capturable": 0,
        "amount_details": {"tip": {}},
        "amount_received": 0,
        "application": None,
        "application_fee_amount": None,
        "automatic_payment_methods": automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "capture_method": params.get("capture_method", "automatic_async"),
        "client_secret": f"{intent_id}_{new_id('secret', 25)}",
        "confirmation_method": params.get("confirmation_method", "automatic"),
        "created": created,
        "currency": params["currency"],
        "customer": params.get("customer"),
        "customer_account": None,
        "description": params.get("description"),
        "excluded_payment_method_types": params.get("excluded_payment_method_types"),
        "last_payment_error": None,
        "latest_charge": None,
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": params.get("metadata", {}),
        "next_action": None,
        "on_behalf_of": None,
        "payment_method": None,
        "payment_method_configuration_details": {"id": CONFIGURATION, "parent": None} if automatic else None,
        "payment_method_options": {
            "card": {
                "installments": None,
                "mandate_options": None,
                "network": None,
                "request_three_d_secure": "automatic",
                **params.get("payment_method_options", {}).get("card", {}),
            }
        },
        "payment_method_types": ["card"],
        "payment_record": None,
        "processing": None,
        "receipt_email": params.get("receipt_email"),
        "review": None,
        "setup_future_usage": params.get("setup_future_usage"),
        "shipping": params.get("shipping"),
        "source": None,
        "statement_descriptor": params.get("statement_descriptor"),
        "statement_descriptor_suffix": params.get("statement_descriptor_suffix"),
        "status": "requires_payment_method",
        "transfer_data": None,
        "transfer_group": params.get("transfer_group"),
    }


def refund(charged: Json, amount: int, created: int, params: Json, status: str, *, released: bool = False) -> Json:
    """Money given back; `released` says that it was only held."""
    destination: Json = {"card": {"type": "reversal" if released else "refund"}, "type": "card"}
    asked: Json = {}
    if charged["payment_method_details"]["type"] == "konbini":
        destination = {"jp_bank_transfer": {"reference": None, "reference_status": None}, "type": "jp_bank_transfer"}
        email = params.get("instructions_email", charged["billing_details"]["email"])
        asked = {"instructions_email": email}
        if status == "requires_action":
            asked["next_action"] = _ask_for_an_account(email, created)
    return {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None if released else new_id("txn"),
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "customer": charged["customer"],
        "customer_account": None,
        "destination_details": destination,
        "metadata": params.get("metadata", {}),
        "payment_intent": charged["payment_intent"],
        "payment_method": charged["payment_method"],
        **({"pending_reason": "processing"} if status == "pending" else {}),
        "reason": params.get("reason"),
        "receipt_number": None,
        "source_transfer_reversal": None,
        "status": status,
        "transfer_reversal": None,
        **asked,
    }


def _ask_for_an_account(email: str, created: int) -> Json:
    """The customer is asked by e-mail where the money should go."""
    sent = {"email_sent_at": created, "email_sent_to": email}
    return {
        "display_details": {"email_sent": sent, "expires_at": created + DAYS_TO_ANSWER * DAY},
        "type": "display_details",
    }


def with_metadata(known: Json, changes: Json | None) -> Json:
    """Metadata after an update: an empty value removes its key, ``None`` removes all."""
    if changes is None:
        return {}
    changed = {key: value for key, value in {**known, **changes}.items() if value != ""}
    if len(changed) > MOST_KEYS:
        raise invalid_parameter("metadata", f"Metadata can have at most {MOST_KEYS} keys.")
    return changed


def customer(params: Json, created: int) -> Json:
    """A Customer without balance, discount or payment source."""
    return {
        "id": new_id("cus", 14),
        "object": "customer",
        "address": params.get("address"),
        "balance": 0,
        "created": created,
        "currency": None,
        "default_source": None,
        "delinquent": False,
        "description": params.get("description"),
        "discount": None,
        "email": params.get("email"),
        "invoice_prefix": new_id("I", 8)[2:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": params.get("metadata", {}),
        "name": params.get("name"),
        "next_invoice_sequence": 1,
        "phone": params.get("phone"),
        "preferred_locales": params.get("preferred_locales", []),
        "shipping": params.get("shipping"),
        "tax_exempt": "none",
        "test_clock": None,
    }
