"""The documents of the door, by what their ids are made of."""

from __future__ import annotations

import hashlib

from google.cloud import firestore

from common import documents


def ticket_of(ticket_id: str) -> firestore.DocumentReference:
    """``event_tickets/{id}``, by what its code says or a person found."""
    return documents.ref("event_tickets", ticket_id)


def entry_ref(ticket_id: str, number: int) -> firestore.DocumentReference:
    """``event_entries/{ticket}.{n}``: somebody went in, or out, with a ticket. Created once."""
    return documents.ref("event_entries", f"{ticket_id}.{number}")


def scan_ref(scan_id: str) -> firestore.DocumentReference:
    """``event_scans/{scan_id}``: one scan and what was answered, also one that failed."""
    return documents.ref("event_scans", scan_id)


def transfer_ref(token_hash: str) -> firestore.DocumentReference:
    """``event_transfers/{hash of the token}``: a ticket that its holder offers to whoever has the token."""
    return documents.ref("event_transfers", token_hash)


def hashed(text: str) -> str:
    """What a secret text is found by."""
    return hashlib.sha256(text.encode()).hexdigest()
