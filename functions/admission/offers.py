"""Places that come free are offered to those who wait, in the order in which they joined.

An offer is an order of their own, whose places are held for longer than usual; it is paid, given up and ends like any
other. Who wants more places than are free is passed over and keeps their place in the line; what fits nobody who waits
is for everybody. A tier is looked at by whichever run of the schedule finds it due; each offer is guarded by the entry,
the buyer's count and the blocks, so two runs at once offer nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from google.cloud.firestore_v1.base_query import FieldFilter

from admission import buyer, inventory, take, waitlist
from admission.block import Block
from admission.event import Event
from admission.inventory import Taken, TierChanged, Wanted
from admission.messages import notify, notify_waiting
from admission.ordering import ItemFields, Ordering, PurchaseTicketRequest
from admission.origin import NAME
from admission.records import buyer_ref, event_ref, offer_id, order_ref
from admission.states import EventStatus
from admission.tier import Tier
from admission.waitlist import Entry, WaitStatus
from common import accounts, clock, documents
from common.callable import Caller
from common.deadline import Deadline
from common.documents import Doc, Unit
from common.errors import Refusal
from common.history import Change
from common.retry import run_until_committed
from payments.due_work import DueWork

OFFERED_FOR = timedelta(hours=24)
OFFERED_AT_LEAST = timedelta(minutes=30)
"""An offer stands for a day, but for no more than a quarter of the time that is left to sell: others wait, too."""
SECONDS_A_RUN = 60
PAGE = 100


def offered_until(event: Event, now: datetime) -> datetime:
    """How long an offer stands that is made now."""
    left: timedelta = event.sale_ends - now
    return now + min(left, max(OFFERED_AT_LEAST, min(OFFERED_FOR, left / 4)))


def catch_up(tier_id: str) -> None:
    """Offer what is free of a tier, or end the waiting for it, and say when to look again."""
    event_id, _, _ = tier_id.rpartition(".")
    event, tier = documents.read(event_ref(event_id), documents.ref("event_tiers", tier_id))
    if not tier.exists:
        return
    deadline, now = Deadline(SECONDS_A_RUN), clock.now()
    if not event.exists or Event(event).status is EventStatus.CANCELLED or now >= Event(event).sale_ends:
        _end_waiting(Event(event), Tier(tier), deadline)
    elif Event(event).on_sale(now):
        try:
            _Line(Event(event), Tier(tier)).serve(deadline)
        except (TierChanged, Refusal):
            # It was changed or closed just now.
            _look_again(Tier(tier))
    else:
        _look_again(Tier(tier))


@dataclass
class _Offer(Ordering):
    """An order that its buyer has not asked for yet."""

    entry: Entry

    @property
    def id(self) -> str:
        return offer_id(self.entry.id, self.entry.joined_at)

    @classmethod
    def to(cls, entry: Entry, event: Event, tier: Tier) -> _Offer:
        request = PurchaseTicketRequest(
            event_id=event.id, request_id="waitlist", items=[ItemFields(tier=tier.name, quantity=entry.quantity)]
        )
        return cls(Caller(entry.uid, admin=False), request, event, {tier.name: tier}, True, entry)

    def _fields(self, taken: Taken, until: datetime | None, now: datetime) -> dict[str, Any]:
        return {**super()._fields(taken, until, now), "waitlist": self.request.items[0].tier}


class _Line:
    """Those who wait for places of a tier, and its blocks as they were last read or written."""

    def __init__(self, event: Event, tier: Tier) -> None:
        self._event, self._tier = event, tier
        self._blocks: dict[int, Block] = {}

    def serve(self, deadline: Deadline) -> None:
        """Offer what is free, first come first served; what is left then is for everybody."""
        self._read()
        left_waiting = False
        for entry in _waiting(self._tier, deadline):
            if not self._free():
                left_waiting = True
                break
            left_waiting |= not run_until_committed(lambda entry=entry: self._serve(entry), self._read)  # type: ignore[misc]
        run_until_committed(lambda: self._settle(left_waiting))

    def _read(self) -> None:
        docs = documents.read(*self._tier.blocks())
        self._blocks = {number: Block(doc).for_those_who_wait() for number, doc in enumerate(docs) if doc.exists}

    def _free(self) -> int:
        now = clock.now()
        return sum(block.left(now) for block in self._blocks.values())

    def _serve(self, entry: Entry) -> bool:
        """Offer somebody what they wait for; whether they wait no more."""
        doc, person, deletion = documents.read(
            entry.doc.ref, buyer_ref(self._event.id, entry.uid), accounts.deletion_ref(entry.uid)
        )
        entry, now, unit = Entry(doc), clock.now(), Unit()
        if entry.status is not WaitStatus.WAITING:
            return True
        too_many = buyer.has(person, now) + entry.quantity > self._event.max_per_person
        if accounts.is_deleted(deletion, now) or too_many:
            entry.change(unit, {"status": WaitStatus.ENDED})
            unit.commit()
            return True
        wanted = Wanted(self._tier, entry.quantity, self._tier.price, self._tier.version)
        taken = inventory.among(wanted, self._blocks, now)
        if taken is None:
            return False
        self._offer(unit, entry, person, taken, now)
        unit.commit()
        return True

    def _offer(self, unit: Unit, entry: Entry, person: Doc, taken: Taken, now: datetime) -> None:
        offer, until = _Offer.to(entry, self._event, self._tier), offered_until(self._event, now)
        doc, change = Doc.new(order_ref(offer.id)), Change("offer", "schedule", now)
        order = offer.plan(unit, doc, taken, until, now, change)
        take.write(unit, taken, order.id, until)
        buyer.hold(unit, person, order.id, entry.quantity, until, now, offer_of=self._tier.name)
        entry.change(unit, {"status": WaitStatus.OFFERED, "order_id": order.id, "offered_until": until})
        notify(unit, order, "キャンセル待ちの席をご用意できました。期限までにお求めください", now, 0)

    def _settle(self, left_waiting: bool) -> None:
        """Say for whom is what comes free, and when to look again."""
        (doc,) = documents.read(self._tier.doc.ref)
        tier, unit, now = Tier(doc), Unit(), clock.now()
        if left_waiting:
            waitlist.open_list(unit, tier, now + waitlist.AGAIN_AFTER, for_them_only=not self._free())
        else:
            waitlist.close_list(unit, tier, now)
        unit.commit()


def _waiting(tier: Tier, deadline: Deadline) -> Iterator[Entry]:
    """Those who wait for a tier, in their order, read page by page."""
    query = (
        documents.collection("event_waitlist")
        .where(filter=FieldFilter("list", "==", tier.id))
        .where(filter=FieldFilter("status", "==", WaitStatus.WAITING))
        .order_by("joined_at")
        .limit(PAGE)
    )
    last = None
    while not deadline.passed:
        page = list((query.start_after(last) if last else query).stream())
        yield from (Entry(Doc.found(found)) for found in page)
        if len(page) < PAGE:
            return
        last = page[-1]


def _look_again(tier: Tier) -> None:
    unit = Unit()
    unit.merge_blindly(tier.doc.ref, {"due_at": clock.now() + waitlist.AGAIN_AFTER, "tries": 0})
    unit.commit()


def _end_waiting(event: Event, tier: Tier, deadline: Deadline) -> None:
    """Tell everybody who still waits that nothing will come."""
    cancelled = not event.exists or event.status is EventStatus.CANCELLED
    text = "イベントが中止になりました" if cancelled else "販売が終了したため、キャンセル待ちを終了しました"
    page: list[Entry] = []
    for entry in _waiting(tier, deadline):
        page.append(entry)
        if len(page) == PAGE:
            _end(page, event, text)
            page = []
    _end(page, event, text)
    run_until_committed(lambda: _close(tier, deadline))


def _end(page: Sequence[Entry], event: Event, text: str) -> None:
    for entry in page:
        run_until_committed(lambda entry=entry: _end_one(entry, event, text))  # type: ignore[misc]


def _end_one(entry: Entry, event: Event, text: str) -> None:
    (doc,) = documents.read(entry.doc.ref)
    entry, unit = Entry(doc), Unit()
    if entry.status is not WaitStatus.WAITING:
        return
    entry.change(unit, {"status": WaitStatus.ENDED})
    notify_waiting(unit, f"{entry.id}_{entry.doc['version']}", entry.uid, event, text, clock.now())
    unit.commit()


def _close(tier: Tier, deadline: Deadline) -> None:
    (doc,) = documents.read(tier.doc.ref)
    unit, now = Unit(), clock.now()
    if deadline.passed:
        waitlist.open_list(unit, Tier(doc), now, for_them_only=Tier(doc).waiting)
    else:
        waitlist.close_list(unit, Tier(doc), now)
    unit.commit()


DUE = DueWork(NAME, "event_tiers", every_minute=(), every_five_minutes=(), catch_up=catch_up)
"""Tiers that people wait for."""
