"""An order in the making: what is wanted, everything it is decided on, and the commit that holds the places."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Self

from pydantic import Field, model_validator

from admission import buyer, take, tickets
from admission import order as orders
from admission.event import Event
from admission.inventory import Search, Taken, TierChanged, Wanted
from admission.messages import notify, notify_organizer
from admission.order import MOST_PLACES, LoadedOrder, Order
from admission.origin import metadata
from admission.reasons import AdmissionReason
from admission.records import buyer_ref, event_ref, order_id, order_ref, tier_ref
from admission.request_fields import EventId, HolderName, RequestId, SeatNumber, TierId
from admission.states import OrderStatus
from admission.take import Found
from admission.tier import Tier
from admission.transition import pending, sale
from common import accounts, cache, clock, history
from common.callable import Caller
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.history import Change
from common.messages import Part, RequestModel
from payments.prices import MAXIMUM_JPY
from payments.reasons import PaymentReason

TIME_TO_PAY = timedelta(minutes=10)


class ItemFields(Part):
    """So many places of a tier, or one seat of it."""

    tier: TierId
    quantity: int | None = Field(None, ge=1, le=MOST_PLACES)
    seat_number: SeatNumber | None = None
    adjacent: bool | None = Field(None, description="Seats side by side or none. Where absent, if there are some.")

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.quantity is None) == (self.seat_number is None):
            raise ValueError("exactly one of quantity and seat_number")
        return self


class PurchaseTicketRequest(RequestModel):
    """What to order. The price is the server's; the one that is given must agree."""

    event_id: EventId
    request_id: RequestId
    items: list[ItemFields] = Field(min_length=1, max_length=MOST_PLACES)
    amount: int | None = Field(None, ge=0, le=MAXIMUM_JPY, description="JPY. What the screen shows for all together.")
    names: list[HolderName] | None = Field(
        None, max_length=MOST_PLACES, description="Of those who will come, in order."
    )

    @model_validator(mode="after")
    def _once_each(self) -> Self:
        seats = [item.seat_number for item in self.items if item.seat_number is not None]
        places = [item.tier for item in self.items if item.quantity is not None]
        mixed = {item.tier for item in self.items if item.seat_number is not None} & {*places}
        if len({*seats}) != len(seats) or len({*places}) != len(places) or mixed:
            raise ValueError("a seat or a tier stands twice")
        if self.places > MOST_PLACES:
            raise ValueError("too many places")
        if self.names is not None and len(self.names) > self.places:
            raise ValueError("more names than places")
        return self

    @property
    def places(self) -> int:
        return sum(item.quantity or 1 for item in self.items)

    @property
    def fingerprint(self) -> str:
        """What makes two requests the same."""
        items = [item.model_dump(exclude_none=True) for item in self.items]
        return json.dumps([items, self.names or []], ensure_ascii=False, sort_keys=True)


@dataclass
class Ordering:
    """A request, and the event and tiers it is about, remembered for up to a minute."""

    caller: Caller
    request: PurchaseTicketRequest
    event: Event
    tiers: dict[str, Tier]
    anew: bool

    @classmethod
    def read(cls, caller: Caller, request: PurchaseTicketRequest, anew: bool) -> Ordering:
        """Without a round trip as long as they are remembered, unless they must be read anew."""
        names = list(dict.fromkeys(item.tier for item in request.items))
        wanted = event_ref(request.event_id), *(tier_ref(request.event_id, name) for name in names)
        event, *tiers = cache.read_anew(*wanted) if anew else cache.read(*wanted)
        known = {name: Tier(tier) for name, tier in zip(names, tiers, strict=True) if tier.exists}
        return cls(caller, request, Event(event), known, anew)

    @property
    def id(self) -> str:
        return order_id(self.caller.uid, self.request.event_id, self.request.request_id)

    def place(self) -> LoadedOrder:
        """Commit the order and its places, or find the one that the same request made before.

        Raises:
            TierChanged: what is remembered of the event is out of date.
            Refusal: it cannot be had.
        """
        of_order = order_ref(self.id), buyer_ref(self.request.event_id, self.caller.uid)
        beside = (*of_order, accounts.deletion_ref(self.caller.uid))
        with Search(self._wanted() if self._known() else ()) as search:
            found = take.find(search, beside, self._may_have_its_places)
            if (had := self._had(found)) is not None:
                return had
            if found.taken is None and found.refusal is None:
                # The order that was offered to them is gone.
                found = take.find(search, beside)
            return self._place(found)

    def _may_have_its_places(self, beside: Sequence[Doc]) -> bool:
        order, person, _ = beside
        return order.exists or self._offer(person, clock.now()) is not None

    def _had(self, found: Found) -> LoadedOrder | None:
        """The order that has the places already: this request made it before, or they waited for it."""
        order, person, deletion = found.beside
        now = clock.now()
        accounts.refuse_if_deleted(deletion, now)
        if order.exists:
            return self._again(Order(order))
        return self._offered(person, now)

    def _place(self, found: Found) -> LoadedOrder:
        order, person, _ = found.beside
        now = clock.now()
        self._check(person, now)
        if found.refusal is not None:
            raise found.refusal
        assert found.taken is not None
        return self._commit(order, person, found.taken, now)

    def _known(self) -> bool:
        published = self.event.exists and self.event.doc.get("published_at") is not None
        return published and all(item.tier in self.tiers for item in self.request.items)

    def _again(self, order: Order) -> LoadedOrder:
        if order.doc["fingerprint"] != self.request.fingerprint:
            raise Refusal(AdmissionReason.REQUEST_ID_USED)
        return LoadedOrder(order)

    def _check(self, person: Doc, now: datetime) -> None:
        if not self.anew and not (self.event.exists and self.event.on_sale(now) and self._known()):
            # It may have been published, or changed, since it was remembered.
            raise TierChanged
        if not self.event.exists or self.event.doc.get("published_at") is None:
            raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
        if not self.event.on_sale(now):
            raise Refusal(AdmissionReason.EVENT_NOT_ON_SALE)
        if not self._known():
            raise Refusal(CallReason.INVALID_ARGUMENT, problem="the event has no such tier")
        amount = self.amount
        if self.request.amount not in (None, amount):
            raise Refusal(PaymentReason.AMOUNT_MISMATCH, amount=amount)
        buyer.refuse_too_many(person, self.request.places, self.event.max_per_person, now)

    @property
    def amount(self) -> int:
        return sum(self.tiers[item.tier].price * (item.quantity or 1) for item in self.request.items)

    def _wanted(self) -> list[Wanted]:
        wanted = []
        for name, tier in self.tiers.items():
            items = [item for item in self.request.items if item.tier == name]
            seats = tuple(str(item.seat_number) for item in items if item.seat_number is not None)
            if any(tier.row_of(seat) is None for seat in seats):
                raise Refusal(CallReason.INVALID_ARGUMENT, problem="the tier has no such seat")
            places = sum(item.quantity or 1 for item in items)
            adjacent = any(item.adjacent for item in items)
            wanted.append(Wanted(tier, places, tier.price, tier.version, seats, adjacent))
        return wanted

    def _commit(self, doc: Doc, person: Doc, taken: Taken, now: datetime) -> LoadedOrder:
        free = self.amount == 0
        until = None if free else now + TIME_TO_PAY
        unit = Unit()
        order = self.plan(unit, doc, taken, until, now, Change("free" if free else "hold", self.caller.uid, now))
        take.write(unit, taken, doc.id, until)
        buyer.hold(unit, person, doc.id, len(taken.items), until, now)
        if free:
            tickets.issue(unit, order, None, now)
            notify(unit, order, "チケットをお届けしました", now, 0)
            notify_organizer(unit, order, sale(order), now, 0)
        unit.commit()
        return LoadedOrder(Order(doc))

    def _offered(self, person: Doc, now: datetime) -> LoadedOrder | None:
        """The order that was offered to somebody who waited, if this is the purchase of its places."""
        offer = self._offer(person, now)
        loaded = None if offer is None else orders.load(offer["order"])
        if offer is None or loaded is None:
            return None
        if self.request.amount not in (None, loaded.order.amount):
            raise Refusal(PaymentReason.AMOUNT_MISMATCH, amount=loaded.order.amount)
        if offer["request_id"] is None:
            unit = Unit()
            buyer.take_offer(unit, person, self.request.items[0].tier, self.request.request_id)
            names = {"names": self.request.names or []}
            history.advance(unit, loaded.order.doc, names, Change("take_offer", self.caller.uid, now))
            unit.commit()
        return loaded

    def _offer(self, person: Doc, now: datetime) -> dict[str, Any] | None:
        item, *more = self.request.items
        places = item.quantity or 0
        return None if more else buyer.offer(person, item.tier, places, self.request.request_id, now)

    def plan(self, unit: Unit, doc: Doc, taken: Taken, until: datetime | None, now: datetime, change: Change) -> Order:
        """Plan the order itself, with these places: held until then, or its own for good."""
        fields = self._fields(taken, until, now)
        history.begin(unit, doc, fields, change)
        return Order(Doc(doc.ref, fields))

    def _fields(self, taken: Taken, until: datetime | None, now: datetime) -> dict[str, Any]:
        event, amount = self.event, self.amount
        create_params = {
            "amount": amount,
            "currency": "jpy",
            "capture_method": "manual",
            # payment_method_types, its predecessor, is refused since API version 2026-09-30.endive.
            "allowed_payment_method_types": ["card"],
            "metadata": metadata(self.id, event.id),
        }
        due = {"due_action": None, "due_at": None} if until is None else pending(until)
        return {
            "purchaser_id": self.caller.uid,
            "event_id": event.id,
            "organizer_id": event.organizer_id,
            "request_id": self.request.request_id,
            "fingerprint": self.request.fingerprint,
            "items": [item.fields() for item in taken.items],
            "names": self.request.names or [],
            "amount": amount,
            "currency": "jpy",
            "terms": event.doc["cancel_terms"],
            "status": OrderStatus.PAID if until is None else OrderStatus.PENDING_PAYMENT,
            "decision": None,
            "payment_id": None,
            "create_params": create_params if amount else None,
            "attempt": 1,
            "expires_at": until,
            "paid_at": now if until is None else None,
            "refunded_amount": 0,
            "end_reason": None,
            "created_at": now,
            **event.on_tickets(),
            **due,
        }
