"""What people do about events, one line each: organise, order, pay by PaymentSheet, confirm, give up, look."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from devkit.stripe_sim import StripeSimulator

from .calls import Calls, Json
from .clock import ClockInHand

ORGANIZER, ORGANISATION = "organizer-1", "org-1"
PRICE = 3000
_REQUESTS = itertools.count()


@dataclass(eq=False)
class Ordered:
    """One order on its way, and what its buyer's app learns of it.

    Attributes:
        items: what is ordered; one place of the tier ``ga`` unless said otherwise.
    """

    event: str
    buyer: str = "fan"
    items: list[Json] = field(default_factory=lambda: [{"tier": "ga", "quantity": 1}])
    request: str = field(default_factory=lambda: f"request-{next(_REQUESTS)}")
    id: str = ""
    payment: str = ""


@dataclass(kw_only=True)
class Admissions(Calls, ClockInHand):
    """Each verb is one call and gives its answer; each state brings a new order there and gives it."""

    simulator: StripeSimulator

    # Events.

    def event_fields(self, **more: Any) -> Json:
        """What createEvent takes: twenty places in one tier, a month from now."""
        return {
            "organizer_id": ORGANISATION,
            "title": "音楽会",
            "venue_name": "公会堂",
            "event_date": (self.now() + timedelta(days=30)).isoformat(),
            "tiers": [{"tier": "ga", "name": "自由席", "price": PRICE, "size": 20}],
            **more,
        }

    def create_event(self, uid: str = ORGANIZER, **more: Any) -> Any:
        return self.call("createEvent", self.event_fields(**more), uid)

    def update_event(self, event: str, uid: str = ORGANIZER, **changes: Any) -> Any:
        return self.call("updateEvent", {"event_id": event, **changes}, uid)

    def publish(self, event: str, uid: str = ORGANIZER, **more: Any) -> Any:
        return self.call("publishEvent", {"event_id": event, **more}, uid)

    def close_event(self, event: str, uid: str = ORGANIZER, **more: Any) -> Any:
        return self.call("closeEvent", {"event_id": event, **more}, uid)

    def delete_event(self, event: str, uid: str = ORGANIZER, **more: Any) -> Any:
        return self.call("deleteEvent", {"event_id": event, **more}, uid)

    def event_details(self, event: str, uid: str = "fan") -> Any:
        return self.call("getEventDetails", {"event_id": event}, uid)

    def seat_map(self, event: str, uid: str = "fan") -> Any:
        return self.call("getSeatMap", {"event_id": event}, uid)

    def search(self, uid: str = "fan", **asked: Any) -> Any:
        """searchEvents."""
        return self.call("searchEvents", asked, uid)

    def search_documents(self) -> list[Any]:
        """What there is of ``search_index``, as the functions read it."""
        from admission import search_index
        from common import documents

        return documents.read(*search_index.refs())

    def published(self, places: int = 20, price: int = PRICE, **more: Any) -> str:
        """A published event with so many places; its id."""
        tiers = [{"tier": "ga", "name": "自由席", "price": price, "size": places}]
        event = self.create_event(**{"tiers": tiers, **more})["event_id"]
        self.publish(event)
        return str(event)

    def published_hall(self, rows: str = "AB", seats: int = 10, price: int = PRICE, **more: Any) -> str:
        """A published event with rows of seats, tier ``seat``; its id."""
        tier = {
            "tier": "seat",
            "name": "指定席",
            "price": price,
            "rows": [{"row": row, "seats": seats} for row in rows],
        }
        return self.published(tiers=[tier], **more)

    # Waiting lists.

    def join(self, event: str, uid: str, quantity: int = 1, tier: str = "ga") -> Any:
        """joinWaitlist."""
        return self.call("joinWaitlist", {"event_id": event, "tier": tier, "quantity": quantity}, uid)

    def leave(self, event: str, uid: str, tier: str = "ga") -> Any:
        """leaveWaitlist."""
        return self.call("leaveWaitlist", {"event_id": event, "tier": tier}, uid)

    def offers_made(self) -> None:
        """The minute in which what came free is offered."""
        self.advance(60)
        self.settle_orders()

    # Orders.

    def order_places(self, ordered: Ordered, **more: Any) -> Any:
        """purchaseTicket, for an order that may have been made before."""
        data = {"event_id": ordered.event, "request_id": ordered.request, "items": ordered.items, **more}
        answer = self.call("purchaseTicket", data, ordered.buyer)
        ordered.id, ordered.payment = answer["order_id"], answer["payment_id"] or ordered.payment
        return answer

    def pay_order(self, ordered: Ordered) -> Any:
        """payOrder."""
        answer = self.call("payOrder", {"order_id": ordered.id}, ordered.buyer)
        ordered.payment = answer["payment_id"] or ordered.payment
        return answer

    def confirm_order(self, ordered: Ordered) -> Any:
        return self.call("confirmOrder", {"order_id": ordered.id}, ordered.buyer)

    def abandon(self, ordered: Ordered) -> Any:
        return self.call("abandonOrder", {"order_id": ordered.id}, ordered.buyer)

    def cancel_ticket(self, ordered: Ordered, number: int = 0, **more: Any) -> Any:
        """cancelTicket, for one of an order's tickets."""
        return self.call("cancelTicket", {"ticket_id": f"{ordered.id}.{number}", **more}, ordered.buyer)

    def cancel_event(self, event: str, uid: str = ORGANIZER, **more: Any) -> Any:
        return self.call("cancelEvent", {"event_id": event, **more}, uid)

    def pay_sheet(self, ordered: Ordered, card: str = "pm_card_visa") -> Any:
        """The buyer's card is held by PaymentSheet."""
        return self.simulator.confirm(ordered.payment, card)

    def places_held(self, event: str, buyer: str = "fan", quantity: int = 1, **more: Any) -> Ordered:
        """An order whose places are held, and not paid."""
        ordered = Ordered(event, buyer, [{"tier": "ga", "quantity": quantity}])
        self.order_places(ordered, **more)
        return ordered

    def places_taken(self, event: str, buyer: str = "fan", quantity: int = 1, tier: str = "ga") -> Ordered:
        """An order of places that cost nothing, with its tickets."""
        ordered = Ordered(event, buyer, [{"tier": tier, "quantity": quantity}])
        assert self.order_places(ordered)["status"] == "paid"
        return ordered

    def sheet_paid(self, event: str, buyer: str = "fan", quantity: int = 1) -> Ordered:
        """An order whose card is held, which nobody here has heard of yet."""
        ordered = self.places_held(event, buyer, quantity)
        self.pay_sheet(ordered)
        return ordered

    def places_bought(self, event: str, buyer: str = "fan", quantity: int = 1) -> Ordered:
        """An order that is paid, with its tickets."""
        ordered = self.sheet_paid(event, buyer, quantity)
        assert self.confirm_order(ordered)["status"] == "paid"
        return ordered

    # The door.

    def ticket_qr(self, ordered: Ordered, number: int = 0, uid: str = "") -> Any:
        """getTicketQR."""
        return self.call("getTicketQR", {"ticket_id": f"{ordered.id}.{number}"}, uid or ordered.buyer)

    def ticket_code(self, ordered: Ordered, number: int = 0) -> str:
        """What the QR of one of an order's tickets says."""
        return str(self.ticket_qr(ordered, number)["token"])

    def scan_ticket(self, event: str, token: str, scan_id: str = "", uid: str = ORGANIZER, **more: Any) -> Any:
        """validateTicket, of a code."""
        data = {"event_id": event, "token": token, "scan_id": scan_id or f"scan-{next(_REQUESTS)}", **more}
        return self.call("validateTicket", data, uid)

    def let_in_by_hand(self, event: str, ticket: str, scan_id: str = "", uid: str = ORGANIZER, **more: Any) -> Any:
        """validateTicket, of a ticket that was looked up."""
        data = {"event_id": event, "ticket_id": ticket, "scan_id": scan_id or f"scan-{next(_REQUESTS)}", **more}
        return self.call("validateTicket", data, uid)

    def undo_entry(self, event: str, ticket: str, uid: str = ORGANIZER, **more: Any) -> Any:
        return self.call("undoEntry", {"event_id": event, "ticket_id": ticket, **more}, uid)

    def find_tickets(self, event: str, uid: str = ORGANIZER, **asked: Any) -> Any:
        return self.call("findTickets", {"event_id": event, **asked}, uid)

    def set_staff(self, event: str, **uids: Json) -> Any:
        """setEventStaff: everybody at the door from now on, at once for the functions in this process too."""
        from common import cache

        answer = self.call("setEventStaff", {"event_id": event, "uids": uids}, ORGANIZER)
        cache.forget()
        return answer

    # What Stripe and the schedules do.

    def order_events(self, ordered: Ordered, *types: str) -> list[Json]:
        """Stripe's events about an order's payment, oldest first, of the types that are followed or named."""
        from admission.domain import DOMAIN

        return [
            event
            for event in self.simulator.events()
            if event["type"] in (types or DOMAIN.event_types)
            and ordered.payment in (event["data"]["object"]["id"], event["data"]["object"].get("payment_intent"))
        ]

    def expire_orders(self) -> None:
        self.functions.run_schedule("expireOrders")

    def settle_orders(self) -> None:
        self.functions.run_schedule("settleOrders")

    def orders_settle(self) -> None:
        """The minutes in which all that is due of orders is done."""
        for _ in range(2):
            self.advance(3 * 60)
            self.expire_orders()
            self.settle_orders()
