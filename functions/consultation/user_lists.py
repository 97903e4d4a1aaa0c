"""What a ticket shows on ``users``: the buyer's codes and pending list, the consultant's requests.

The consultant's side is written blindly with array transforms, because many buyers write to one popular consultant;
the ticket's compare-and-set in the same commit is the guard. Of the buyer only ``has_pending_consultation`` needs the
document: it must turn false exactly when the last pending ticket leaves the list.
"""

from __future__ import annotations

from datetime import datetime

from google.cloud import firestore

from common.documents import Doc, Unit, user_ref
from consultation.records import request_ref
from consultation.ticket import Ticket


def _dm_request(ticket: Ticket, code: str) -> dict[str, str]:
    return {"user_id": ticket.buyer, "ticket_code": code}


def raise_request(
    unit: Unit, ticket: Ticket, *, status: str, code: str | None, expires_at: datetime, now: datetime
) -> None:
    """The buyer now waits for the consultant. A perk ticket has no ``code`` to show."""
    mine = {"pending_ticket_ids": firestore.ArrayUnion([ticket.id]), "has_pending_consultation": True}
    if code is not None:
        mine["available_ticket_codes"] = firestore.ArrayUnion([code])
        unit.merge_blindly(user_ref(ticket.imecon), {"dm_requests": firestore.ArrayUnion([_dm_request(ticket, code)])})
    unit.merge_blindly(user_ref(ticket.buyer), mine)
    unit.merge_blindly(
        request_ref(ticket.imecon, ticket.id),
        {
            "user_ref": user_ref(ticket.buyer),
            "created_at": now,
            "expires_at": expires_at,
            "status": status,
            "type": ticket.type,
            "page": ticket.terms.page,
        },
    )


def use_code(unit: Unit, ticket: Ticket) -> None:
    """The code is spent; the consultant may now accept."""
    unit.merge_blindly(user_ref(ticket.buyer), {"available_ticket_codes": firestore.ArrayRemove([ticket.code])})
    unit.merge_blindly(request_ref(ticket.imecon, ticket.id), {"status": "used"})


def clear(unit: Unit, ticket: Ticket, buyer: Doc) -> None:
    """Nobody waits any more. A buyer whose account is gone is not written back into existence."""
    pending = [id_ for id_ in buyer.get("pending_ticket_ids", []) if id_ != ticket.id]
    codes = [code for code in buyer.get("available_ticket_codes", []) if code != ticket.code]
    if buyer.exists:
        unit.update_as_read(
            buyer,
            {
                "pending_ticket_ids": pending,
                "available_ticket_codes": codes,
                "has_pending_consultation": bool(pending),
            },
        )
    if ticket.code is not None:
        unit.merge_blindly(
            user_ref(ticket.imecon), {"dm_requests": firestore.ArrayRemove([_dm_request(ticket, ticket.code)])}
        )
    unit.delete_blindly(request_ref(ticket.imecon, ticket.id))
