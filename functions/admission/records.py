"""The documents of events, by what their ids are made of. An event's id and a tier's have no dot."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime

from google.cloud import firestore

from common import documents


def organizer_ref(organizer_id: str) -> firestore.DocumentReference:
    """``organizers/{id}``: who may do what for an organiser."""
    return documents.ref("organizers", organizer_id)


def event_ref(event_id: str) -> firestore.DocumentReference:
    """``events/{id}``."""
    return documents.ref("events", event_id)


def tier_ref(event_id: str, tier: str) -> firestore.DocumentReference:
    """``event_tiers/{event}.{tier}``: a kind of place and its price."""
    return documents.ref("event_tiers", f"{event_id}.{tier}")


def block_ref(event_id: str, tier: str, number: int) -> firestore.DocumentReference:
    """``event_blocks/{event}.{tier}.{n}``: some places of a tier, and who has them."""
    return documents.ref("event_blocks", f"{event_id}.{tier}.{number}")


def staff_ref(event_id: str) -> firestore.DocumentReference:
    """``event_staff/{event}``: who lets people in."""
    return documents.ref("event_staff", event_id)


def buyer_ref(event_id: str, uid: str) -> firestore.DocumentReference:
    """``event_buyers/{event}.{uid}``: how many places one person has or holds."""
    return documents.ref("event_buyers", f"{event_id}.{uid}")


def order_ref(order_id: str) -> firestore.DocumentReference:
    """``event_orders/{id}``, the aggregate of an order."""
    return documents.ref("event_orders", order_id)


def order_id(uid: str, event_id: str, request_id: str) -> str:
    """The id of the order that a request makes, whoever repeats it."""
    return hashlib.sha256(json.dumps([uid, event_id, request_id]).encode()).hexdigest()[:40]


def refund_ref(order: str, number: int) -> firestore.DocumentReference:
    """``event_refunds/{order}.{n}``: money that was decided to be given back."""
    return documents.ref("event_refunds", f"{order}.{number}")


def ticket_ref(order: str, number: int) -> firestore.DocumentReference:
    """``event_tickets/{order}.{n}``: one place of a paid order."""
    return documents.ref("event_tickets", f"{order}.{number}")


def offer_id(entry: str, joined_at: datetime) -> str:
    """The id of the order by which places are offered to an entry of a waiting list: no request can make it."""
    return hashlib.sha256(json.dumps({"offer": entry, "joined": joined_at.isoformat()}).encode()).hexdigest()[:40]


def waitlist_ref(event_id: str, tier: str, uid: str) -> firestore.DocumentReference:
    """``event_waitlist/{event}.{tier}.{uid}``: somebody who waits for places of a tier."""
    return documents.ref("event_waitlist", f"{event_id}.{tier}.{uid}")


def search_ref(number: int) -> firestore.DocumentReference:
    """``search_index/{n}``: rows of events that can be found."""
    return documents.ref("search_index", str(number))
