"""A payment that Stripe knows and Firestore does not."""

from __future__ import annotations

import os

from stripe import StripeClient

from common import ids
from consultation.origin import TicketOrigin, create_params, terms_text
from consultation.terms import Terms
from devkit import local

from .consultations import BUYER, IMECON, Consultation


def unrecorded(
    buyer: str = BUYER, imecon: str = IMECON, ticket: str = "", room: str | None = None, **edited: str
) -> Consultation:
    """Bought of a process that died before it wrote anything: a PaymentIntent as createPaymentIntent makes it.

    Args:
        edited: metadata that somebody changed at Stripe.
    """
    ticket = ticket or ids.new_id(buyer)
    terms = terms_text(Terms(session_minutes=45))
    metadata = TicketOrigin(ticket, buyer, imecon, "dm_consultation", terms, room).metadata() | edited
    stripe = StripeClient(local.STRIPE_KEY, base_addresses={"api": os.environ["STRIPE_API_BASE"]})
    sold = stripe.v1.payment_intents.create(create_params(5000, "jpy", metadata))  # type: ignore[arg-type]
    return Consultation(buyer, imecon, ticket, sold.id)
