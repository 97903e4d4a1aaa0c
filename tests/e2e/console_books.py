"""What the console shows in its tests: consultations that were bought on the local stack, and incidents about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from devkit.stack import Stack

MARKUP = "<img src=x onerror=alert(1)>"
"""What a user may write, and must see again as it is."""
CONSULTANT = "imecon-1"


@dataclass
class Books:
    """The local stack, where everybody buys the seeded consultation of 5,000 JPY; buyers are new ones in each test."""

    stack: Stack

    def buyer(self, name: str = "花子") -> str:
        """Somebody whose name is markup."""
        uid = f"buyer-{uuid4().hex[:12]}"
        self.stack.db.document(f"users/{uid}").set({"display_name": f"{name}{MARKUP}", "email": f"{uid}@kippu.test"})
        return uid

    def ordered(self, uid: str) -> Any:
        """createPaymentIntent: a purchase that is not paid yet."""
        order = {"imecon_id": CONSULTANT, "amount": 5000, "metadata": {"memo": MARKUP}}
        return self.stack.functions.call("createPaymentIntent", order, uid)

    def held(self, uid: str) -> Any:
        """confirmTicket: the card is held."""
        order = self.ordered(uid)
        self.stack.simulator.confirm(order["payment_intent_id"])
        paid = {"payment_intent_id": order["payment_intent_id"]}
        return self.stack.functions.call("confirmTicket", paid, uid)

    def active(self, uid: str) -> Any:
        """A session that has begun; what confirmTicket had answered, with the ``chat_room_id``."""
        ticket = self.held(uid)
        redeemed = self.stack.functions.call("redeemTicketCode", {"ticket_code": ticket["ticket_code"]}, uid)
        room = redeemed["chat_room_id"]
        self.stack.functions.call("answerConsultation", {"chat_room_id": room, "accept": True}, CONSULTANT)
        return {**ticket, "chat_room_id": room}

    def captured(self, uid: str) -> Any:
        """A consultation that took place and was paid for."""
        ticket = self.active(uid)
        self.stack.functions.call("endConsultation", {"chat_room_id": ticket["chat_room_id"]}, uid)
        return ticket

    def incident(self, kind: str, **more: Any) -> str:
        """An open incident of a payment; its id."""
        subject, now = f"pi_{uuid4().hex}", datetime.now(UTC)
        fields: dict[str, Any] = {
            "kind": kind,
            "status": "open",
            "domain": "consultation",
            "subject": subject,
            "ticket": None,
            "payment": subject,
            "amount": 5000,
            "details": {},
            "opened_at": now,
            "seen_at": now,
            "resolved_at": None,
            "resolved_by": None,
            "note": None,
        }
        self.stack.db.document(f"incidents/{kind}.{subject}").set({**fields, **more})
        return f"{kind}.{subject}"

    def holds(self, count: int) -> list[str]:
        """Tickets of cards that are held, an hour apart from half an hour on; their ids, the most urgent first.

        There are no others: what another test left would stand among them.
        """
        for left in self.stack.db.collection("tickets").select([]).stream():
            left.reference.delete()
        now, batch, found = datetime.now(UTC), self.stack.db.batch(), []
        for number in range(count):
            found.append(f"holder-{number}.{uuid4().hex[:24]}")
            ticket = {
                "kind": "paid",
                "status": "authorized",
                "amount": 5000,
                "user_ref": self.stack.db.document(f"users/holder-{number}"),
                "imecon_ref": self.stack.db.document(f"users/{CONSULTANT}"),
                "authorized_at": now - timedelta(hours=1),
                "expires_at": now + timedelta(hours=number, minutes=30),
            }
            batch.set(self.stack.db.document(f"tickets/{found[-1]}"), ticket)
        batch.commit()
        return found

    def document(self, path: str) -> dict[str, Any]:
        return self.stack.db.document(path).get().to_dict() or {}

    def audited(self, what: str, target: str) -> list[dict[str, Any]]:
        """The entries that a callable left about something."""
        entries = [dict(entry.to_dict() or {}) for entry in self.stack.db.collection("audit").stream()]
        return [entry for entry in entries if (entry["what"], entry["target"]) == (what, target)]
