"""A payment that Stripe knows and Firestore does not."""

from __future__ import annotations

import os

from stripe import StripeClient

from common import ids
from consultation.origin import TicketOrigin, create_params, terms_text
from consultation.terms import Terms
from devkit import local

from .consultations import BUYER, IMECON, Consultation


def unrecorded(buyer: str = BUYER, imecon: str = IMECON, ticket: str = "") -> Consultation:
    """Bought of a process that died before it wrote anything: a PaymentIntent as createPaymentIntent makes it."""
    ticket = ticket or ids.new_id(buyer)
    metadata = TicketOrigin(ticket, buyer, imecon, "dm_consultation", terms_text(Terms(session_minutes=45))).metadata()
    stripe = StripeClient(local.STRIPE_KEY, base_addresses={"api": os.environ["STRIPE_API_BASE"]})
    sold = stripe.v1.payment_intents.create(create_params(5000, "jpy", metadata))  # type: ignore[arg-type]
    return Consultation(buyer, imecon, ticket, sold.id)
