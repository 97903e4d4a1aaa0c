"""Builders of charges and of the cards they charge, with the fields of Stripe's published examples."""

from __future__ import annotations

from devkit.stripe_sim.cards import Card, Decline
from devkit.stripe_sim.errors import Json
from devkit.stripe_sim.ids import new_id


def charge(intent: Json, method: Json, created: int, details: Json, decline: Decline | None, *, held: bool) -> Json:
    """The attempt to charge a PaymentMethod: failed if it declines, or only held. `details` are by `card_details`."""
    amount, declined = intent["amount"], decline is not None
    return {
        "id": new_id("ch"),
        "object": "charge",
        "amount": amount,
        "amount_captured": 0,
        "amount_refunded": 0,
        "application": None,
        "application_fee": None,
        "application_fee_amount": None,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "calculated_statement_descriptor": "KIPPU",
        "captured": False,
        "created": created,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": decline.code if decline else None,
        "failure_message": decline.message if decline else None,
        "fraud_details": {},
        "livemode": False,
        "metadata": dict(intent["metadata"]),
        "on_behalf_of": None,
        "outcome": _outcome(decline),
        "paid": not declined,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": details,
        "receipt_email": intent["receipt_email"],
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "review": None,
        "shipping": intent["shipping"],
        "source": None,
        "source_transfer": None,
        "statement_descriptor": intent["statement_descriptor"],
        "statement_descriptor_suffix": intent["statement_descriptor_suffix"],
        "status": "failed" if declined else "succeeded",
        "transfer_data": None,
        "transfer_group": intent["transfer_group"],
        **({} if declined or held else captured(amount)),
    }


def captured(amount: int) -> Json:
    """What a charge shows once its money is taken."""
    return {
        "amount_captured": amount,
        "balance_transaction": new_id("txn"),
        "captured": True,
        "receipt_url": f"https://pay.stripe.com/receipts/payment/{new_id('simulated')}",
    }


def card_details(card: Card, amount: int, capture_before: int | None, authenticated: bool) -> Json:
    """How a card was charged, or only held when `capture_before` is given."""
    unavailable = {"status": "unavailable"}
    details: Json = {
        **_card_face(card),
        "amount_authorized": None if card.decline else amount,
        "authorization_code": None if card.decline else "123456",
        "electronic_commerce_indicator": "05" if authenticated else None,
        "extended_authorization": {"status": "disabled"},
        "incremental_authorization": unavailable,
        "installments": None,
        "mandate": None,
        "multicapture": unavailable,
        "network": card.brand,
        "network_token": {"used": False},
        "network_transaction_id": None,
        "overcapture": {"maximum_amount_capturable": amount, "status": "unavailable"},
        "three_d_secure": _three_d_secure() if authenticated else None,
        "transaction_link_id": None,
    }
    if capture_before is not None:
        details["capture_before"] = capture_before
    return {"card": details, "type": "card"}


def _card_face(card: Card) -> Json:
    return {
        "brand": card.brand,
        "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
        "country": "JP" if card.brand == "jcb" else "US",
        "exp_month": 12,
        "exp_year": 2040,
        "fingerprint": f"simulated{card.last4}",
        "funding": "credit",
        "last4": card.last4,
        "regulated_status": "unregulated",
        "wallet": None,
    }


def _three_d_secure() -> Json:
    return {
        "authentication_flow": "challenge",
        "electronic_commerce_indicator": "05",
        "exemption_indicator": None,
        "result": "authenticated",
        "result_reason": None,
        "transaction_id": new_id("3ds"),
        "version": "2.2.0",
    }


def _outcome(decline: Decline | None) -> Json:
    return {
        "advice_code": None,
        "network_advice_code": None,
        "network_decline_code": None,
        "network_status": "declined_by_network" if decline else "approved_by_network",
        "reason": (decline.decline_code or decline.code) if decline else None,
        "risk_level": "normal",
        "seller_message": decline.message if decline else "Payment complete.",
        "type": "issuer_declined" if decline else "authorized",
    }


def _billing_details() -> Json:
    lines = ("city", "country", "line1", "line2", "postal_code", "state")
    return {"address": dict.fromkeys(lines), "email": None, "name": None, "phone": None, "tax_id": None}


def payment_method(card: Card, created: int) -> Json:
    """A card as a PaymentMethod; each use of a `pm_card_…` test id makes a fresh one, as at Stripe."""
    face = {
        **_card_face(card),
        "display_brand": card.brand,
        "generated_from": None,
        "networks": {"available": [card.brand], "preferred": None},
        "three_d_secure_usage": {"supported": True},
    }
    return _method("card", face, created)


def konbini_method(created: int) -> Json:
    """A convenience store as a PaymentMethod; its customer chooses the store when paying there."""
    return _method("konbini", {}, created)


def _method(kind: str, details: Json, created: int) -> Json:
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "allow_redisplay": "unspecified",
        "billing_details": _billing_details(),
        kind: details,
        "created": created,
        "customer": None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": kind,
    }
