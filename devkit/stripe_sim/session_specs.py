"""The parameters of Checkout Sessions, after the API reference; some are accepted and have no effect here."""

from __future__ import annotations

from devkit.stripe_sim import known_names, objects
from devkit.stripe_sim.params import (
    Spec,
    absent,
    address,
    anything,
    boolean,
    by_name,
    choice,
    integer,
    listing,
    mapping,
    metadata,
    names,
    one_of,
    refused,
    removed,
    short,
    text,
    whole_decimal,
)
from devkit.stripe_sim.specs import CONNECT, EXPAND, FUTURE_USAGE, PAGING, currency

MOST_ITEMS = 100
_METHODS = names(known_names.payment_method_types)
_ONLY_SUBSCRIPTIONS = "Only subscriptions have this, and they are not simulated."
_ONLY_EMBEDDED = "A hosted page does not take this; it has success_url and cancel_url."

_PRODUCT: Spec = {
    "description": text,
    "images": listing(address, 8),
    "metadata": metadata,
    "name": text,
    "tax_code": text,
    "tax_details": anything,
    "unit_label": text,
}
_PRICE: Spec = {
    "currency": currency,
    "product": absent("product"),
    "product_data": mapping(_PRODUCT, required=("name",)),
    "recurring": refused(_ONLY_SUBSCRIPTIONS),
    "tax_behavior": choice("exclusive", "inclusive", "unspecified"),
    "unit_amount": integer(0),
    "unit_amount_decimal": whole_decimal,
}
_ITEM: Spec = {
    "adjustable_quantity": mapping({"enabled": refused("Quantities cannot be changed here.", "false")}),
    "metadata": metadata,
    "price": absent("price"),
    "price_data": mapping(_PRICE, required=("currency",)),
    "quantity": integer(1, 999_999),
    "tax_rates": listing(absent("tax rate")),
}
_INTENT: Spec = {
    **CONNECT,
    "capture_method": refused("Sessions capture at once here.", "automatic", "automatic_async"),
    "description": text,
    "metadata": metadata,
    "on_behalf_of": absent("account"),
    "receipt_email": text,
    "setup_future_usage": FUTURE_USAGE,
    "shipping": anything,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
    "transfer_group": text,
}
_CARD: Spec = {
    "capture_method": refused("Sessions capture at once here."),
    "installments": anything,
    "request_extended_authorization": choice("if_available", "never"),
    "request_incremental_authorization": choice("if_available", "never"),
    "request_multicapture": choice("if_available", "never"),
    "request_overcapture": choice("if_available", "never"),
    "request_three_d_secure": choice("any", "automatic", "challenge"),
    "restrictions": anything,
    "setup_future_usage": FUTURE_USAGE,
    "statement_descriptor_suffix_kana": text,
    "statement_descriptor_suffix_kanji": text,
}
_KONBINI: Spec = {"expires_after_days": integer(1, 60), "setup_future_usage": choice("none")}

CREATE_SESSION: Spec = {
    **EXPAND,
    "adaptive_pricing": mapping({"enabled": boolean}),
    "after_expiration": anything,
    "allow_promotion_codes": boolean,
    "allowed_payment_method_types": _METHODS,
    "automatic_tax": mapping({"enabled": refused("Stripe Tax is not active.", "false"), "liability": anything}),
    "billing_address_collection": choice("auto", "required"),
    "branding_settings": anything,
    "cancel_url": address,
    "client_reference_id": short(200),
    "consent_collection": anything,
    "currency": currency,
    "custom_fields": anything,
    "custom_text": anything,
    "customer": text,
    "customer_account": absent("account"),
    "customer_creation": refused("Sessions make no customers here.", "if_required"),
    "customer_email": text,
    "customer_update": anything,
    "discounts": listing(mapping({"coupon": absent("coupon"), "promotion_code": absent("promotion code")}), 1),
    "excluded_payment_method_types": _METHODS,
    "expires_at": integer(0),
    "integration_identifier": text,
    "invoice_creation": mapping({"enabled": refused("Invoices are not simulated.", "false"), "invoice_data": anything}),
    "line_items": listing(mapping(_ITEM), MOST_ITEMS),
    "locale": one_of(known_names.checkout_locales),
    "managed_payments": mapping({"enabled": refused("Managed Payments are not active.", "false")}),
    "metadata": metadata,
    "mode": refused("Only mode=payment is simulated.", "payment"),
    "name_collection": anything,
    "optional_items": listing(mapping({"adjustable_quantity": anything, "price": absent("price"), "quantity": text})),
    "origin_context": choice("mobile_app", "web"),
    "payment_intent_data": mapping(_INTENT),
    "payment_method_collection": refused(_ONLY_SUBSCRIPTIONS),
    "payment_method_configuration": absent("payment_method_configuration", objects.CONFIGURATION),
    "payment_method_data": anything,
    "payment_method_options": by_name(known_names.payment_method_types, {"card": _CARD, "konbini": _KONBINI}),
    "payment_method_types": removed("payment_method_types", "allowed_payment_method_types"),
    "permissions": anything,
    "phone_number_collection": mapping({"enabled": boolean}),
    "redirect_on_completion": refused(_ONLY_EMBEDDED),
    "return_url": refused(_ONLY_EMBEDDED),
    "saved_payment_method_options": anything,
    "setup_intent_data": refused("Only mode=setup takes this, and it is not simulated."),
    "shipping_address_collection": anything,
    "shipping_options": listing(mapping({"shipping_rate": absent("shipping rate"), "shipping_rate_data": anything})),
    "submit_type": choice("auto", "book", "donate", "pay", "subscribe"),
    "subscription_data": refused(_ONLY_SUBSCRIPTIONS),
    "success_url": address,
    "tax_id_collection": anything,
    "ui_mode": refused("Only ui_mode=hosted_page is simulated.", "hosted_page"),
    "wallet_options": anything,
}

LIST_SESSIONS: Spec = {
    **PAGING,
    "customer": text,
    "customer_account": absent("account"),
    "customer_details": mapping({"email": text}, required=("email",)),
    "payment_intent": text,
    "payment_link": absent("payment link"),
    "status": choice("complete", "expired", "open"),
    "subscription": absent("subscription"),
}
LIST_LINE_ITEMS: Spec = {name: field for name, field in PAGING.items() if name != "created"}
