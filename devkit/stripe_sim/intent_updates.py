"""What can be changed of a PaymentIntent (docs.stripe.com/api/payment_intents/update). No event tells of it.

Every function expects the account's lock to be held.
"""

from __future__ import annotations

from devkit.stripe_sim import intents, objects
from devkit.stripe_sim.account import Account
from devkit.stripe_sim.errors import Json, unexpected_state

BEFORE_THE_PAYMENT = ("requires_payment_method", "requires_confirmation", "requires_action")
ANY_TIME = ("description", "metadata", "receipt_email", "shipping", "transfer_group")
"""The rest describes the payment itself, and is fixed once that was made."""
_COPIED = (
    "allowed_payment_method_types",
    "amount",
    "capture_method",
    "currency",
    "customer",
    "description",
    "excluded_payment_method_types",
    "receipt_email",
    "setup_future_usage",
    "shipping",
    "statement_descriptor",
    "statement_descriptor_suffix",
    "transfer_group",
)


def update(account: Account, intent: Json, params: Json) -> Json:
    """Changes what is given, all of it or nothing."""
    fixed = params.keys() - {*ANY_TIME, "expand"}
    if fixed and intent["status"] not in BEFORE_THE_PAYMENT:
        raise unexpected_state(intent, f"updated ({', '.join(sorted(fixed))})", BEFORE_THE_PAYMENT)
    intents.check(account, {"amount": intent["amount"], "currency": intent["currency"], **params})
    metadata = objects.with_metadata(intent["metadata"], params.get("metadata", {}))
    params = intents.with_method(params)
    if "payment_method" in params:
        intents.choose(account, intent, params["payment_method"])
    intent.update({name: params[name] for name in _COPIED if name in params}, metadata=metadata)
    return intent
