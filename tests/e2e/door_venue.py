"""An event on the local stack whose doors are open: its tickets, their codes, and what the server knows of them."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from devkit.stack import Stack

ORGANIZER, STAFF = "organizer-1", "staff-1"


@dataclass
class Venue:
    """A published event of forty free seats with `staff-1` at its door; its verbs are calls of the served functions."""

    stack: Stack
    event: str

    @classmethod
    def opened(cls, stack: Stack, **more: Any) -> Venue:
        tiers = [{"tier": "seat", "name": "指定席", "price": 0, "rows": [{"row": row, "seats": 10} for row in "ABCD"]}]
        fields = {
            "organizer_id": "org-1",
            "title": "<b>夜の</b>音楽会",
            "venue_name": "公会堂",
            "event_date": (datetime.now(UTC) + timedelta(hours=1)).isoformat(),
            "max_per_person": 40,
            "cancel_terms": {"until_hours": 0},
            "tiers": tiers,
            **more,
        }
        event = str(stack.functions.call("createEvent", fields, ORGANIZER)["event_id"])
        stack.functions.call("publishEvent", {"event_id": event}, ORGANIZER)
        venue = cls(stack, event)
        venue.staff({STAFF: {"gates": []}})
        return venue

    def staff(self, uids: dict[str, Any]) -> None:
        self.stack.functions.call("setEventStaff", {"event_id": self.event, "uids": uids}, ORGANIZER)

    def tickets(self, *names: str, holder: str = "fan") -> list[str]:
        """Tickets of so many people who come; their ids."""
        items = [{"tier": "seat", "quantity": len(names)}]
        order = {"event_id": self.event, "request_id": str(uuid4()), "items": items, "names": list(names)}
        answer = self.stack.functions.call("purchaseTicket", order, holder)
        assert answer["status"] == "paid"
        return [f"{answer['order_id']}.{number}" for number in range(len(names))]

    def code(self, ticket: str, holder: str = "fan") -> str:
        """What the QR of a ticket says."""
        return str(self.stack.functions.call("getTicketQR", {"ticket_id": ticket}, holder)["token"])

    def seat(self, ticket: str) -> str:
        return str(self.document(ticket)["seat_number"])

    def scanned_elsewhere(self, ticket: str) -> None:
        """Another phone, which has a network, lets somebody in."""
        scan = {"event_id": self.event, "token": self.code(ticket), "scan_id": str(uuid4())}
        assert self.stack.functions.call("validateTicket", scan, STAFF)["result"] == "ok"

    def document(self, ticket: str) -> dict[str, Any]:
        found = self.stack.db.document(f"event_tickets/{ticket}").get().to_dict()
        assert found is not None
        return dict(found)

    def entries(self, ticket: str) -> list[dict[str, Any]]:
        """Who went in and out with a ticket, oldest first."""
        count = int(self.document(ticket).get("entries") or 0)
        refs = [self.stack.db.document(f"event_entries/{ticket}.{number}") for number in range(1, count + 1)]
        return [dict(ref.get().to_dict() or {}) for ref in refs]


def forged(code: str) -> str:
    """The same ticket, signed by a key that is not ours."""
    signed = code.rpartition(".")[0]
    return f"{signed}.{_base64url(Ed25519PrivateKey.generate().sign(signed.encode()))}"


def altered(code: str) -> str:
    """The code of another seat, under the signature of this one."""
    head, body, signature = code.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    claims["s"] = "Z-9"
    return f"{head}.{_base64url(json.dumps(claims, separators=(',', ':')).encode())}.{signature}"


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
