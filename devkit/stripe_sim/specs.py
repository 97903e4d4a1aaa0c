"""The parameters of each endpoint, after the API reference; some are accepted and have no effect here."""

from __future__ import annotations

from devkit.stripe_sim.disputes import evidence
from devkit.stripe_sim.intents import MAXIMUM_AMOUNT
from devkit.stripe_sim.params import (
    Spec,
    anything,
    boolean,
    choice,
    integer,
    interval,
    mapping,
    metadata,
    metadata_changes,
    or_empty,
    removed,
    strings,
    text,
)

_EXPAND: Spec = {"expand": strings}
_PAGING: Spec = {
    **_EXPAND,
    "created": interval,
    "ending_before": text,
    "limit": integer(1, 100),
    "starting_after": text,
}
_AMOUNT = integer(1)


def _currency(name: str, value: object) -> str:
    return text(name, value).lower()


NOTHING: Spec = {}
RETRIEVE: Spec = _EXPAND
RETRIEVE_INTENT: Spec = {**_EXPAND, "client_secret": text}
LIST_INTENTS: Spec = {**_PAGING, "customer": text}
LIST_REFUNDS: Spec = {**_PAGING, "charge": text, "payment_intent": text}
LIST_EVENTS: Spec = {**_PAGING, "delivery_success": boolean, "type": text, "types": strings}

CONFIRM_INTENT: Spec = {
    **_EXPAND,
    "client_secret": text,
    "error_on_requires_action": boolean,
    "mandate_data": anything,
    "off_session": boolean,
    "payment_method": text,
    "payment_method_options": anything,
    "radar_options": anything,
    "receipt_email": text,
    "return_url": text,
    "setup_future_usage": choice("on_session", "off_session"),
    "shipping": anything,
    "use_stripe_sdk": boolean,
}

CREATE_INTENT: Spec = {
    **{name: field for name, field in CONFIRM_INTENT.items() if name != "client_secret"},
    "amount": integer(0, 10 * MAXIMUM_AMOUNT),
    "automatic_payment_methods": mapping({"enabled": boolean, "allow_redirects": choice("always", "never")}),
    "capture_method": choice("automatic", "automatic_async", "manual"),
    "confirm": boolean,
    "confirmation_method": choice("automatic", "manual"),
    "currency": _currency,
    "customer": text,
    "description": text,
    "metadata": metadata,
    "payment_method_options": mapping({"card": anything}),
    "allowed_payment_method_types": strings,
    "payment_method_types": removed("payment_method_types", "allowed_payment_method_types"),
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
    "transfer_group": text,
}

UPDATE_INTENT: Spec = {
    **_EXPAND,
    "amount": CREATE_INTENT["amount"],
    "capture_method": CREATE_INTENT["capture_method"],
    "currency": _currency,
    "customer": text,
    "description": text,
    "metadata": metadata_changes,
    "payment_method": or_empty(text),
    "receipt_email": or_empty(text),
    "setup_future_usage": or_empty(CONFIRM_INTENT["setup_future_usage"]),
    "shipping": or_empty(anything),
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
    "transfer_group": text,
}

CAPTURE_INTENT: Spec = {
    **_EXPAND,
    "amount_to_capture": _AMOUNT,
    "final_capture": boolean,
    "metadata": metadata_changes,
    "statement_descriptor": text,
    "statement_descriptor_suffix": text,
}

CANCEL_INTENT: Spec = {
    **_EXPAND,
    "cancellation_reason": choice("abandoned", "duplicate", "fraudulent", "requested_by_customer"),
}

CREATE_CUSTOMER: Spec = {
    **_EXPAND,
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
    **_EXPAND,
    "amount": _AMOUNT,
    "charge": text,
    "metadata": metadata,
    "payment_intent": text,
    "reason": choice("duplicate", "fraudulent", "requested_by_customer"),
}

UPDATE_REFUND: Spec = {**_EXPAND, "metadata": metadata_changes}

LIST_DISPUTES: Spec = {**_PAGING, "charge": text, "payment_intent": text}
UPDATE_DISPUTE: Spec = {
    **_EXPAND,
    "evidence": evidence,
    "intended_submission_method": choice("manual", "prefer_manual", "prefer_smart_disputes", "smart_disputes"),
    "metadata": metadata_changes,
    "submit": boolean,
}

_ENDPOINT: Spec = {**_EXPAND, "description": text, "enabled_events": strings, "metadata": metadata, "url": text}
CREATE_ENDPOINT: Spec = {**_ENDPOINT, "api_version": text, "connect": boolean}
UPDATE_ENDPOINT: Spec = {**_ENDPOINT, "disabled": boolean, "metadata": metadata_changes}
LIST_ENDPOINTS: Spec = {name: field for name, field in _PAGING.items() if name != "created"}
