"""Phones at a door without a network, and people who hand tickets on: one line each."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.cloud import firestore

from .admissions import ORGANIZER, Ordered
from .calls import Calls, Json
from .clock import ClockInHand

_SCANS = itertools.count()


@dataclass(kw_only=True)
class Phones(Calls, ClockInHand):
    """Each verb is one call and gives its answer."""

    db: firestore.Client

    def shown(self, ordered: Ordered, number: int = 0, **claims: Any) -> str:
        """The code that a ticket's holder has now, or one that says something else instead."""
        from admission.door import tokens
        from admission.door.keys import private_keys

        ticket: Any = self.db.document(f"event_tickets/{ordered.id}.{number}").get()
        said = {"ticket_id": ticket.id, "generation": ticket.get("generation"), "seat": ticket.get("seat_number")}
        event = tokens.event_hash(ticket.get("event_id"))
        ((kid, key), *_) = private_keys().items()
        return tokens.issue(tokens.TicketCode(**{**said, "event": event, **claims}), kid, key)

    def offline_scan(
        self, token: str | None = None, result: str = "ok", at: datetime | None = None, **more: Any
    ) -> Json:
        """A scan that a phone decided on by itself."""
        shown = {"token": token} if token is not None else {}
        when = (at or self.now()).isoformat()
        return {"scan_id": f"scan-{next(_SCANS)}", **shown, "scanned_at": when, "result": result, **more}

    def sync(self, event: str, *scans: Json, uid: str = ORGANIZER) -> list[Json]:
        """syncScans."""
        answered: list[Json] = self.call("syncScans", {"event_id": event, "scans": list(scans)}, uid)["scans"]
        return answered

    def bundle(self, event: str, uid: str = ORGANIZER, **asked: Any) -> Any:
        """getDoorBundle."""
        return self.call("getDoorBundle", {"event_id": event, **asked}, uid)

    def offer(self, ordered: Ordered, uid: str | None = None, number: int = 0) -> str:
        """offerTransfer; the secret text."""
        asked = {"ticket_id": f"{ordered.id}.{number}"}
        return str(self.call("offerTransfer", asked, uid or ordered.buyer)["transfer_token"])

    def withdraw(self, ordered: Ordered, uid: str | None = None) -> Any:
        """offerTransfer, withdrawing."""
        return self.call("offerTransfer", {"ticket_id": f"{ordered.id}.0", "withdraw": True}, uid or ordered.buyer)

    def accept(self, token: str, uid: str, **more: Any) -> Any:
        """acceptTransfer."""
        return self.call("acceptTransfer", {"transfer_token": token, **more}, uid)

    def event_ticket(self, ordered: Ordered, number: int = 0) -> Json:
        """A ticket's document."""
        return self.db.document(f"event_tickets/{ordered.id}.{number}").get().to_dict() or {}

    def entries(self, ordered: Ordered, number: int = 0) -> list[Json]:
        """Who went in and out with a ticket, in the order in which the server heard of it."""
        found: Any = self.db.collection("event_entries").stream()
        its = [entry for entry in found if entry.get("ticket_id") == f"{ordered.id}.{number}"]
        return [entry.to_dict() for entry in sorted(its, key=lambda entry: int(entry.id.rpartition(".")[2]))]

    def pushed(self, uid: str) -> list[str]:
        """What somebody was told by push."""
        found = (push.to_dict() or {} for push in self.db.collection("ff_user_push_notifications").stream())
        return [push["notification_text"] for push in found if push["user_refs"] == f"users/{uid}"]
