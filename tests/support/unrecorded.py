"""A payment that Stripe knows and Firestore does not."""

from __future__ import annotations

import os

from stripe import StripeClient

from consultation.ticket import Terms, create_params, new_ticket_id, purchase_metadata
from devkit import local

from .consultations import BUYER, IMECON, Consultation


def unrecorded(buyer: str = BUYER, imecon: str = IMECON, ticket: str = "") -> Consultation:
    """Bought of a process that died before it wrote anything: a PaymentIntent as createPaymentIntent makes it."""
    ticket = ticket or new_ticket_id(buyer)
    metadata = purchase_metadata(ticket, buyer, imecon, "dm_consultation", None, Terms(session_minutes=45))
    stripe = StripeClient(local.STRIPE_KEY, base_addresses={"api": os.environ["STRIPE_API_BASE"]})
    sold = stripe.v1.payment_intents.create(create_params(5000, "jpy", metadata))  # type: ignore[arg-type]
    return Consultation(buyer, imecon, ticket, sold.id)
