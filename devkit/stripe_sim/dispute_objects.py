"""Builders of disputes and of the balance transactions that they bring."""

from __future__ import annotations

from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.ids import new_id

FEE_JPY = 1500
"""What a dispute costs here, won or lost. Stripe's own fee depends on the account."""
DAYS_TO_RESPOND = 7

EVIDENCE = (
    "access_activity_log",
    "appeal",
    "billing_address",
    "cancellation_policy",
    "cancellation_policy_disclosure",
    "cancellation_rebuttal",
    "customer_communication",
    "customer_email_address",
    "customer_name",
    "customer_purchase_ip",
    "customer_signature",
    "duplicate_charge_documentation",
    "duplicate_charge_explanation",
    "duplicate_charge_id",
    "product_description",
    "receipt",
    "refund_policy",
    "refund_policy_disclosure",
    "refund_refusal_explanation",
    "service_date",
    "service_documentation",
    "shipping_address",
    "shipping_carrier",
    "shipping_date",
    "shipping_documentation",
    "shipping_tracking_number",
    "uncategorized_file",
    "uncategorized_text",
)
_NETWORK_CODES = {"fraudulent": "10.4", "product_not_received": "13.1"}


def dispute(charged: Json, created: int, status: str, reason: str) -> Json:
    """A cardholder's complaint about a captured charge; an inquiry while its status begins with `warning`."""
    card = charged["payment_method_details"]["card"]
    inquiry = status.startswith("warning")
    code = "10" if inquiry else _NETWORK_CODES.get(reason)
    return {
        "id": new_id("du"),
        "object": "dispute",
        "amount": charged["amount_captured"],
        "balance_transactions": [],
        "charge": charged["id"],
        "created": created,
        "currency": charged["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {**dict.fromkeys(EVIDENCE), "enhanced_evidence": {}},
        "evidence_details": {
            "due_by": created + DAYS_TO_RESPOND * 86_400,
            "enhanced_eligibility": {},
            "has_evidence": False,
            "past_due": False,
            "submission_count": 0,
            "submission_method": "not_submitted",
        },
        "intended_submission_method": None,
        "is_charge_refundable": refundable(status),
        "livemode": False,
        "metadata": {},
        "network_reason_code": code,
        "payment_intent": charged["payment_intent"],
        "payment_method_details": {
            "card": {
                "brand": card["brand"],
                "case_type": "inquiry" if inquiry else "chargeback",
                "network": card["network"],
                "network_reason_code": code,
            },
            "type": "card",
        },
        "reason": reason,
        "status": status,
    }


def refundable(status: str) -> bool:
    """Whether the payment can still be refunded: the bank does not have the money."""
    return status.startswith("warning") or status in ("won", "prevented")


def withdrawal(disputed: Json, created: int) -> Json:
    """The bank takes the money, and Stripe its fee."""
    return _balance_transaction(disputed, -disputed["amount"], FEE_JPY, "Chargeback withdrawal", created)


def reinstatement(disputed: Json, created: int) -> Json:
    """The bank returns the money. The fee is gone."""
    return _balance_transaction(disputed, disputed["amount"], 0, "Chargeback reversal", created)


def _balance_transaction(disputed: Json, amount: int, fee: int, description: str, created: int) -> Json:
    charged = {"amount": fee, "application": None, "currency": "jpy", "description": "Dispute fee"}
    return {
        "id": new_id("txn"),
        "object": "balance_transaction",
        "amount": amount,
        "available_on": created,
        "created": created,
        "currency": disputed["currency"],
        "description": f"{description} for {disputed['charge']}",
        "exchange_rate": None,
        "fee": fee,
        "fee_details": [{**charged, "type": "stripe_fee"}] if fee else [],
        "net": amount - fee,
        "reporting_category": "dispute" if amount < 0 else "dispute_reversal",
        "source": disputed["id"],
        "status": "available",
        "type": "adjustment",
    }
