"""The parameters of each endpoint, after the API reference; some are accepted and have no effect here."""

from __future__ import annotations

from devkit.stripe_sim import known_names, objects
from devkit.stripe_sim.cards import payment_method_data
from devkit.stripe_sim.disputes import evidence
from devkit.stripe_sim.intents import MAXIMUM_AMOUNT
from devkit.stripe_sim.params import (
    Spec,
    absent,
    address,
    anything,
    boolean,
    by_name,
    choice,
    integer,
    interval,
    mapping,
    metadata,
    metadata_changes,
    names,
    one_of,
    or_empty,
    refused,
    removed,
    strings,
    text,
)

EXPAND: Spec = {"expand": strings}
PAGING: Spec = {
    **EXPAND,
    "created": interval,
    "ending_before": text,
    "limit": integer(1, 100),
    "starting_after": text,
}
_AMOUNT = integer(1)


def currency(name: str, value: object) -> str:
    """A currency's code, in lower case whatever was given."""
    return text(name, value).lower()


NOTHING: Spec = {}
RETRIEVE: Spec = EXPAND
RETRIEVE_INTENT: Spec = {**EXPAND, "client_secret": text}
LIST_INTENTS: Spec = {**PAGING, "customer": text}
LIST_REFUNDS: Spec = {**PAGING, "charge": text, "payment_intent": text}
LIST_EVENTS: Spec = {
    **PAGING,
    "delivery_success": boolean,
    "type": text,
    "types": names(known_names.event_types, most=20),
}

_NO_CONNECT = "This account has no connected accounts to share a payment with."
_METHODS = names(known_names.payment_method_types)
_METHOD: Spec = {
    "allowed_payment_method_types": _METHODS,
    "excluded_payment_method_types": or_empty(_METHODS),
    "payment_method": text,
    "payment_method_data": payment_method_data,
    "payment_method_options": by_name(known_names.payment_method_types),
}
_INDUSTRY: Spec = {"amount_details": anything, "hooks": anything, "payment_details": anything}
"""Accepted without effect here."""
CONNECT: Spec = {
    "application_fee_amount": refused(_NO_CONNECT),
    "transfer_data": mapping({"amount": _AMOUNT, "destination": absent("destination")}),
}
_CAPTURE_METHOD = choice("automatic", "automatic_async", "manual")
FUTURE_USAGE = choice("on_session", "off_session")

CONFIRM_INTENT: Spec = {
    **EXPAND,
    **_METHOD,
    **_INDUSTRY,
    "amount_to_confirm": _AMOUNT,
    "capture_method": _CAPTURE_METHOD,
    "client_secret": text,
    "confirmation_token": absent("ConfirmationToken"),
    "error_on_requires_action": boolean,
    "mandate": absent("mandate"),
    "mandate_data": anything,
    "off_session": choice("true", "false", "one_off", "recurring"),
    "radar_options": anything,
    "receipt_email": or_empty(text),
    "return_url": text,
    "setup_future_usage": or_empty(FUTURE_USAGE),
    "shipping": or_empty(anything),
    "use_stripe_sdk": boolean,
}

UPDATE_INTENT: Spec = {
    **EXPAND,
    **_METHOD,
    **_INDUSTRY,
    **CONNECT,
    "amount": integer(0, 10 * MAXIMUM_AMOUNT),
    "capture_method": _CAPTURE_METHOD,
    "currency": currency,
    "customer": text,
    "customer_account": absent("account"),
    "description": text,
    "metadata": metadata_changes,
    "payment_method": or_empty(text),
    "payment_method_configuration": absent("payment_method_configuration", objects.CONFIGURATION),
    "receipt_email": or_empty(text),
    "setup_future_usage": or_empty(FUTURE_USAGE),
    "shipping": or_empty(anything),
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
    "transfer_group": text,
}

CREATE_INTENT: Spec = {
    **{name: field for name, field in CONFIRM_INTENT.items() if name not in ("amount_to_confirm", "client_secret")},
    **UPDATE_INTENT,
    "automatic_payment_methods": mapping({"enabled": boolean, "allow_redirects": choice("always", "never")}),
    "confirm": boolean,
    "confirmation_method": choice("automatic", "manual"),
    "excluded_payment_method_types": _METHODS,
    "metadata": metadata,
    "on_behalf_of": absent("account"),
    "payment_method": text,
    "payment_method_types": removed("payment_method_types", "allowed_payment_method_types"),
    "receipt_email": text,
    "setup_future_usage": FUTURE_USAGE,
    "shipping": anything,
}

CAPTURE_INTENT: Spec = {
    **EXPAND,
    **_INDUSTRY,
    **CONNECT,
    "amount_to_capture": _AMOUNT,
    "final_capture": boolean,
    "metadata": metadata_changes,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
}

CANCEL_INTENT: Spec = {
    **EXPAND,
    "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
}

CREATE_CUSTOMER: Spec = {
    **EXPAND,
    "address": anything,
    "description": text,
    "email": text,
    "metadata": metadata,
    "name": text,
    "phone": text,
    "preferred_locales": strings,
    "shipping": anything,
}

CREATE_REFUND: Spec = {
    **EXPAND,
    "amount": _AMOUNT,
    "charge": text,
    "currency": currency,
    "customer": text,
    "instructions_email": text,
    "metadata": metadata,
    "origin": refused("Only a customer's cash balance can be refunded so, and there is none."),
    "payment_intent": text,
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
    "refund_application_fee": refused(_NO_CONNECT, "false"),
    "reverse_transfer": refused(_NO_CONNECT, "false"),
}

UPDATE_REFUND: Spec = {**EXPAND, "metadata": metadata_changes}

LIST_DISPUTES: Spec = {**PAGING, "charge": text, "payment_intent": text}
UPDATE_DISPUTE: Spec = {
    **EXPAND,
    "evidence": evidence,
    "intended_submission_method": choice("manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"),
    "metadata": metadata_changes,
    "submit": boolean,
}

_ENDPOINT: Spec = {
    **EXPAND,
    "description": or_empty(text),
    "enabled_events": names(lambda: known_names.event_types() | {"*"}),
    "metadata": metadata,
    "url": address,
}
CREATE_ENDPOINT: Spec = {
    **_ENDPOINT,
    "api_version": one_of(known_names.api_versions),
    "connect": boolean,
}
UPDATE_ENDPOINT: Spec = {**_ENDPOINT, "disabled": boolean, "metadata": metadata_changes}
LIST_ENDPOINTS: Spec = {name: field for name, field in PAGING.items() if name != "created"}
