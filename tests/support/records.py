"""What can be looked at afterwards: documents, the rules that must hold of them, and what became of each purchase."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from google.cloud import firestore

from devkit.stripe_sim import StripeSimulator
from devkit.world import load_world, violations

from .calls import Json
from .checkouts import Bought
from .clock import ClockInHand
from .consultations import Consultation
from .points import CUSTOMER

_SUBCOLLECTIONS = ("history", "pending_consultations", "redemptions", "badges")


@dataclass(kw_only=True)
class Records(ClockInHand):
    """Firestore above the rules."""

    simulator: StripeSimulator
    db: firestore.Client

    def document(self, path: str) -> Json:
        """A document's fields; empty when there is none."""
        return self.db.document(path).get().to_dict() or {}

    def incident(self, id_: str) -> Json:
        """What a person must settle; empty if there is no such incident."""
        return self.document(f"incidents/{id_}")

    def audit(self, what: str = "") -> list[Json]:
        """The audit's entries, oldest first; only those of one callable if it is named."""
        entries = [entry.to_dict() or {} for entry in self.db.collection("audit").order_by("at").stream()]
        return [entry for entry in entries if what in ("", entry["what"])]

    def ticket(self, consultation: Consultation) -> Json:
        return self.document(f"tickets/{consultation.ticket}")

    def room(self, consultation: Consultation) -> Json:
        return self.document(f"chat_rooms/{consultation.room_id}")

    def payment(self, consultation: Consultation) -> Json:
        return self.document(f"payment_intents/{consultation.payment}")

    def user(self, uid: str) -> Json:
        return self.document(f"users/{uid}")

    def balance(self, uid: str = CUSTOMER) -> tuple[Any, Any]:
        """A customer's available and total points; None where there never were any."""
        user = self.user(uid)
        return user.get("availablePoints"), user.get("totalPoints")

    def available_points(self, uid: str = CUSTOMER) -> Any:
        return self.balance(uid)[0]

    def history(self, consultation: Consultation) -> list[Json]:
        """The lines of a ticket's history, oldest first."""
        lines = self.db.collection(f"tickets/{consultation.ticket}/history").stream()
        return [line.to_dict() or {} for line in sorted(lines, key=lambda line: int(line.id))]

    def purchase_document(self, bought: Bought) -> Json:
        return self.document(f"purchases/{bought.id}")

    def device(self, bought: Bought) -> Json:
        return self.document(f"devices/{bought.device}")

    def count(self, collection: str) -> int:
        return sum(1 for _ in self.db.collection(collection).list_documents())

    def everything(self) -> Json:
        """All documents of all collections by path, to show that nothing changed."""
        streams = [*self.db.collections(), *map(self.db.collection_group, _SUBCOLLECTIONS)]
        return {snapshot.reference.path: snapshot.to_dict() for stream in streams for snapshot in stream.stream()}

    def problems(self) -> list[str]:
        """Every rule about the documents and Stripe that does not hold now."""
        return violations(load_world(self.db, self.simulator, self.now()))

    def agrees(self) -> None:
        """Stripe, tickets, payments, rooms, locks, codes, users' lists, history and points agree."""
        assert self.problems() == []

    def outcomes(self) -> dict[str, list[str]]:
        """What became of each buyer: ``{ticket}:{payment at Stripe}:{JPY captured}`` for each ticket or payment.

        A payment without a ticket shows as ``-:…``, a ticket without a payment as ``…:-``.
        """
        others = {"purchase_id", "order_id"}
        intents = {fact["id"]: fact for fact in self.simulator.payment_intents() if not others & {*fact["metadata"]}}
        found: dict[str, list[str]] = defaultdict(list)
        for ticket in self._all("tickets"):
            fact = intents.pop(ticket.get("payment_intent_id") or "", None)
            found[ticket["user_ref"].id].append(f"{ticket['status']}:{_captured(fact)}")
        for fact in intents.values():
            found[fact["metadata"].get("user_id", "")].append(f"-:{_captured(fact)}")
        return found

    def checkout_outcomes(self) -> dict[str, list[str]]:
        """What became of each buyer's licences and passes: ``{product}:{status}``, and what their devices have."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for purchase in self._all("purchases"):
            found[purchase["buyer_uid"]].append(f"{purchase['product_type']}:{purchase['status']}")
        for device in self._all("devices"):
            owner = device["owner_uid"] or "nobody"
            if device["license_purchased"]:
                found[owner].append("licensed")
            if device["unlock_count"]:
                found[owner].append(f"unlocked:{device['unlock_count']}")
        return found

    def admission_outcomes(self) -> dict[str, list[str]]:
        """What became of each buyer's orders: ``{status}:{tickets to enter with}:{JPY kept}``, with ``:blocked``.

        And of events, by their title: ``event:{status}``.
        """
        found: defaultdict[str, list[str]] = defaultdict(list)
        charges = [charge for charge in self.simulator.charges() if charge["captured"]]
        kept = {charge["payment_intent"]: charge["amount"] - charge["amount_refunded"] for charge in charges}
        tickets = self._all("event_tickets")
        for order in self.db.collection("event_orders").stream():
            mine = [each for each in tickets if each["order_id"] == order.id and each["status"] == "valid"]
            blocked = ":blocked" if any(each["blocked"] for each in mine) else ""
            paid = kept.get(order.get("payment_id"), 0)
            found[order.get("purchaser_id")].append(f"{order.get('status')}:{len(mine)}:{paid}{blocked}")
        for title, status in {(event["title"], event["status"]) for event in self._all("events")}:
            found[title].append(f"event:{status}")
        return found

    def point_outcomes(self) -> dict[str, list[str]]:
        """What became of each customer's readings, awards, payments and points, a word for each."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for claim in self._all("qr_usage_history"):
            customer = claim["targetId"] if claim["type"] == "user_point_earn" else claim["readerId"]
            found[customer].append(f"read:{claim['status']}")
        for award in self._all("point_awards"):
            found[award["userId"]].append(f"award:{award['status']}")
        for usage in self._all("user_point_usage"):
            found[usage["userId"]].append(f"payment:{usage['status']}")
        for user in self.db.collection("users").stream():
            points = (user.to_dict() or {}).get("availablePoints")
            if points is not None:
                found[user.id].append(f"points:{points}")
        return found

    def _all(self, collection: str) -> list[dict[str, Any]]:
        return [found.to_dict() or {} for found in self.db.collection(collection).stream()]


def _captured(fact: Json | None) -> str:
    return "-" if fact is None else f"{fact['status']}:{fact['amount_received']}"
