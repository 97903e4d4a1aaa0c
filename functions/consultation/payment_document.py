"""``payment_intents/{pi_…}``: the payment as the app reads it."""

from __future__ import annotations

from typing import Any

from consultation.ticket import PaymentStatus, Ticket


def payment_fields(ticket: Ticket, status: PaymentStatus, **more: Any) -> dict[str, Any]:
    """The document in full, so that one that was never written is whole after any write."""
    return {
        "userId": ticket.buyer,
        "imeconId": ticket.imecon,
        "ticketId": ticket.id,
        "sessionId": ticket.doc.get("session_id"),
        "metadata": ticket.doc.get("metadata", {}),
        "amount": ticket.amount,
        "currency": ticket.doc.get("currency"),
        "createdAt": ticket.time("created_at"),
        "status": status,
        **more,
    }
