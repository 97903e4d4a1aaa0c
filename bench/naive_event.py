"""The naive twin of an event's sale: what the source document describes, typed in. Served by `bench/events.py` alone.

A transaction on the event reads `available_seats`, takes one, and writes the ticket; Stripe is asked then.
"""

from __future__ import annotations

import functools
import os
import uuid
from typing import Any

import firebase_admin
import stripe
from firebase_functions import https_fn
from google.cloud import firestore

firebase_admin.initialize_app()


@functools.cache
def _db() -> firestore.Client:
    return firestore.Client(project=os.environ["GCLOUD_PROJECT"])


@functools.cache
def _stripe() -> Any:
    http = stripe.RequestsClient(timeout=10.0)
    base: Any = {"api": os.environ["STRIPE_API_BASE"]}
    return stripe.StripeClient(os.environ["STRIPE_SECRET_KEY"], http_client=http, base_addresses=base).v1


@firestore.transactional
def _take(transaction: Any, event: Any, ticket: Any, fields: dict[str, Any]) -> bool:
    seats = event.get(transaction=transaction).get("available_seats")
    if seats < 1:
        return False
    transaction.update(event, {"available_seats": seats - 1})
    transaction.set(ticket, fields)
    return True


@https_fn.on_call()
def buy(request: https_fn.CallableRequest[Any]) -> dict[str, Any]:
    """Takes a place, and asks for its payment."""
    event = _db().document(f"events/{request.data['eventId']}")
    ticket = _db().document(f"naive_tickets/{uuid.uuid4().hex}")
    fields = {"user_id": request.auth.uid if request.auth else "", "event": event.id, "status": "pending"}
    if not _take(_db().transaction(), event, ticket, fields):
        raise https_fn.HttpsError(https_fn.FunctionsErrorCode.FAILED_PRECONDITION, "SOLD_OUT")
    created = _stripe().payment_intents.create(
        {
            "amount": 3000,
            "currency": "jpy",
            "capture_method": "manual",
            "allowed_payment_method_types": ["card"],
            "metadata": {"naive_ticket": ticket.id},
        }
    )
    ticket.update({"payment_id": created.id})
    return {"order_id": ticket.id, "payment_id": created.id, "client_secret": created.client_secret}


@https_fn.on_call()
def settle(request: https_fn.CallableRequest[Any]) -> dict[str, Any]:
    """Looks whether it is paid, takes the money, and says so on the ticket."""
    ticket = _db().document(f"naive_tickets/{request.data['orderId']}")
    payment = _stripe().payment_intents.retrieve(ticket.get().get("payment_id"))
    if payment.status == "requires_capture":
        payment = _stripe().payment_intents.capture(payment.id)
    ticket.update({"status": "paid" if payment.status == "succeeded" else "pending"})
    return {"status": ticket.get().get("status")}
