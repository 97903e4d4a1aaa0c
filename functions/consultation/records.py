"""The documents of a consultation, by what their ids are made of."""

from __future__ import annotations

from google.cloud import firestore

from common import documents


def ticket_ref(ticket_id: str) -> firestore.DocumentReference:
    """``tickets/{buyer}.{random}``, the aggregate.

    So the buyer's lists are known from the id alone and can be read in the same round trip; an id says nothing the
    consultant does not see in ``user_ref`` anyway.
    """
    return documents.ref("tickets", ticket_id)


def room_ref(room_id: str) -> firestore.DocumentReference:
    """``chat_rooms/{id}``: the id of the ticket that first opened it."""
    return documents.ref("chat_rooms", room_id)


def payment_ref(payment_intent_id: str) -> firestore.DocumentReference:
    """``payment_intents/{pi_…}``, the payment as the app reads it."""
    return documents.ref("payment_intents", payment_intent_id)


def lock_ref(uid: str, imecon_id: str) -> firestore.DocumentReference:
    """``ticket_locks/{uid}__{imecon_id}``, which lets one live ticket exist between two people."""
    return documents.ref("ticket_locks", f"{uid}__{imecon_id}")


def code_ref(code: str) -> firestore.DocumentReference:
    """``ticket_codes/{code}``: a paid ticket's, or one that is given away."""
    return documents.ref("ticket_codes", code)


def redemption_ref(code: str, uid: str) -> firestore.DocumentReference:
    """The document that lets a user use a code that is given away once."""
    return documents.ref("ticket_codes", code, "redemptions", uid)


def share_ref(code: str, number: int) -> firestore.DocumentReference:
    """The counter of one share of the uses of a code that is given away."""
    return documents.ref("ticket_codes", code, "shares", str(number))


def batch_ref(uid: str, batch_id: str) -> firestore.DocumentReference:
    """``ticket_code_batches/{uid}.{batch}``: the codes that an administrator's call made, for its repetition."""
    return documents.ref("ticket_code_batches", f"{uid}.{batch_id}")


def campaign_ref(campaign_id: str) -> firestore.DocumentReference:
    """``code_campaigns/{id}``: what one call made, without its codes, for administrators to see and to stop."""
    return documents.ref("code_campaigns", campaign_id)


def request_ref(imecon_id: str, ticket_id: str) -> firestore.DocumentReference:
    """``users/{imecon}/pending_consultations/{ticket}``, a request as its consultant sees it."""
    return documents.ref("users", imecon_id, "pending_consultations", ticket_id)


def type_ref(ticket_type: str) -> firestore.DocumentReference:
    """``ticket_types/{type}``: price and terms of what is on sale."""
    return documents.ref("ticket_types", ticket_type)


def lists_ref(uid: str) -> firestore.DocumentReference:
    """``consultation_lists/{uid}``: a buyer's pending tickets and codes, of which ``users/{uid}`` shows a copy."""
    return documents.ref("consultation_lists", uid)


def imecon_ref(imecon_id: str) -> firestore.DocumentReference:
    """``imecons/{uid}``: whether a consultant takes consultations."""
    return documents.ref("imecons", imecon_id)
