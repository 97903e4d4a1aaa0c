"""Builders of Checkout Sessions and of their line items. Pure, but for the random ids."""

from __future__ import annotations

from devkit.stripe_sim import objects
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.ids import new_id

_ECHOED = (
    "allowed_payment_method_types",
    "billing_address_collection",
    "cancel_url",
    "client_reference_id",
    "customer",
    "customer_email",
    "excluded_payment_method_types",
    "integration_identifier",
    "locale",
    "origin_context",
    "submit_type",
    "success_url",
)
_ABSENT = (
    "after_expiration",
    "allow_promotion_codes",
    "client_secret",
    "collected_information",
    "consent",
    "consent_collection",
    "currency_conversion",
    "customer_account",
    "invoice",
    "name_collection",
    "optional_items",
    "payment_intent",
    "payment_link",
    "permissions",
    "presentment_details",
    "recovered_from",
    "redirect_on_completion",
    "return_url",
    "setup_intent",
    "shipping_address_collection",
    "shipping_cost",
    "subscription",
    "tax_id_collection",
)
"""What a session for one payment does not have here."""


def session(params: Json, items: list[Json], offered: list[str], created: int, expires_at: int) -> Json:
    """A new open session from validated create parameters, without the address of its page."""
    total, email = sum(item["amount_total"] for item in items), params.get("customer_email")
    return {
        "id": new_id("cs_test", 58),
        "object": "checkout.session",
        **dict.fromkeys(_ABSENT),
        **{name: params.get(name) for name in _ECHOED},
        "adaptive_pricing": {"enabled": params.get("adaptive_pricing", {}).get("enabled", True)},
        "amount_subtotal": total,
        "amount_total": total,
        "automatic_tax": {"enabled": False, "liability": None, "provider": None, "status": None},
        "branding_settings": _branding(),
        "created": created,
        "currency": items[0]["currency"],
        "custom_fields": [],
        "custom_text": dict.fromkeys(("after_submit", "shipping_address", "submit", "terms_of_service_acceptance")),
        "customer_creation": None if "customer" in params else "if_required",
        "customer_details": customer_details(email) if email else None,
        "discounts": [],
        "expires_at": expires_at,
        "invoice_creation": _invoice_creation(),
        "livemode": False,
        "managed_payments": {"enabled": False},
        "metadata": params.get("metadata", {}),
        "mode": "payment",
        "payment_method_collection": "if_required",
        "payment_method_configuration_details": {"id": objects.CONFIGURATION, "parent": None},
        "payment_method_options": _options(params.get("payment_method_options", {}), offered),
        "payment_method_types": offered,
        "payment_status": "unpaid" if total else "no_payment_required",
        "phone_number_collection": {"enabled": False},
        "saved_payment_method_options": None,
        "shipping_options": [],
        "status": "open",
        "total_details": {"amount_discount": 0, "amount_shipping": 0, "amount_tax": 0},
        "ui_mode": "hosted_page",
        "url": None,
        "wallet_options": None,
    }


def customer_details(email: str) -> Json:
    """What the customer entered on the page: an e-mail address, which is all that it asks for."""
    unasked = ("address", "business_name", "individual_name", "name", "phone")
    return {**dict.fromkeys(unasked), "email": email, "tax_exempt": "none", "tax_ids": []}


def line_item(params: Json, created: int) -> Json:
    """One line of an order, with a price that is made for it alone."""
    price, quantity = params["price_data"], params.get("quantity", 1)
    amount = price["unit_amount"] * quantity
    return {
        "id": new_id("li"),
        "object": "item",
        "adjustable_quantity": None,
        "amount_discount": 0,
        "amount_subtotal": amount,
        "amount_tax": 0,
        "amount_total": amount,
        "currency": price["currency"],
        "description": price["product_data"]["name"],
        "metadata": params.get("metadata", {}),
        "price": _price(price, created),
        "quantity": quantity,
    }


def _price(params: Json, created: int) -> Json:
    return {
        "id": new_id("price"),
        "object": "price",
        "active": False,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": params["currency"],
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": new_id("prod", 14),
        "recurring": None,
        "tax_behavior": params.get("tax_behavior", "unspecified"),
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "one_time",
        "unit_amount": params["unit_amount"],
        "unit_amount_decimal": str(params["unit_amount"]),
    }


def _options(given: Json, offered: list[str]) -> Json:
    shown: Json = {"card": {"request_three_d_secure": "automatic", **given.get("card", {})}}
    if "konbini" in offered:
        shown["konbini"] = {"expires_after_days": None, "setup_future_usage": "none", **given.get("konbini", {})}
    return {method: options for method, options in shown.items() if method in offered}


def _invoice_creation() -> Json:
    empty = dict.fromkeys(("account_tax_ids", "custom_fields", "description", "footer", "issuer", "rendering_options"))
    return {"enabled": False, "invoice_data": {**empty, "metadata": {}}}


def _branding() -> Json:
    return {
        "background_color": "#ffffff",
        "border_style": "rounded",
        "button_color": "#0055de",
        "display_name": "Kippu",
        "font_family": "default",
        "icon": None,
        "logo": None,
    }
