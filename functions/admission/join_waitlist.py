"""joinWaitlist and leaveWaitlist: waiting for places of a tier that is sold out."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from admission import buyer, waitlist
from admission import order as orders
from admission.block import Block
from admission.confirm import give_up
from admission.event import Event
from admission.ordering import MOST_PLACES
from admission.reasons import AdmissionReason
from admission.records import buyer_ref, event_ref, tier_ref, waitlist_ref
from admission.request_fields import EventId, TierId
from admission.tier import Tier
from admission.waitlist import Entry, WaitStatus
from common import accounts, clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.messages import RequestModel, ResponseModel, Timestamp
from common.params import STRIPE_SECRET_KEY
from common.retry import run_until_committed
from payments.reasons import PaymentReason


class LeaveWaitlistRequest(RequestModel):
    """What is waited for."""

    event_id: EventId
    tier: TierId


class JoinWaitlistRequest(LeaveWaitlistRequest):
    """What to wait for."""

    quantity: int = Field(1, ge=1, le=MOST_PLACES, description="Places, offered together or not at all.")


class WaitlistResponse(ResponseModel):
    """Where the caller stands."""

    event_id: str
    tier: str
    quantity: int
    status: str = Field(description="waiting, offered, bought, lapsed, left or ended")
    joined_at: Timestamp
    order_id: str | None = Field(
        description="Once places were offered: the order to pay by payOrder, or what became of it."
    )
    expires_at: Timestamp | None = Field(description="Until when the offer stands; null where there is none.")

    @classmethod
    def of(cls, entry: Entry) -> WaitlistResponse:
        """The answer about an entry."""
        doc, offered = entry.doc, entry.status is WaitStatus.OFFERED
        return cls(
            event_id=doc["event_id"],
            tier=doc["tier"],
            quantity=entry.quantity,
            status=str(doc["status"]),
            joined_at=entry.joined_at,
            order_id=entry.order_id,
            expires_at=doc.get("offered_until") if offered else None,
        )


@dataclass
class _Joining:
    """What joining is decided on."""

    entry: Entry
    event: Event
    tier: Tier
    person: Doc

    @classmethod
    def read(cls, caller: Caller, request: LeaveWaitlistRequest) -> _Joining:
        of_event = event_ref(request.event_id), tier_ref(request.event_id, request.tier)
        entry, event, tier, person, deletion = documents.read(
            waitlist_ref(request.event_id, request.tier, caller.uid),
            *of_event,
            buyer_ref(request.event_id, caller.uid),
            accounts.deletion_ref(caller.uid),
        )
        accounts.refuse_if_deleted(deletion, clock.now())
        return cls(Entry(entry), Event(event), Tier(tier), person)


@callable_function(
    who="a signed-in user",
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        AdmissionReason.EVENT_NOT_FOUND,
        AdmissionReason.EVENT_NOT_ON_SALE,
        AdmissionReason.PLACES_LEFT,
        AdmissionReason.LIMIT_PER_PERSON,
    ),
)
def joinWaitlist(caller: Caller, request: JoinWaitlistRequest) -> WaitlistResponse:  # noqa: N802
    """Waits for places of a tier that has fewer left than are wanted.

    What comes free is offered in the order of joining, for up to a day, by an order that ``payOrder`` or the same
    purchase by ``purchaseTicket`` takes up. Repeating it changes nothing; wanting more places means joining at the end.
    """
    return run_until_committed(lambda: _join(caller, request))


def _join(caller: Caller, request: JoinWaitlistRequest) -> WaitlistResponse:
    joining, now, unit = _Joining.read(caller, request), clock.now(), Unit()
    event, tier, entry = joining.event, joining.tier, joining.entry
    if not event.exists or event.doc.get("published_at") is None:
        raise Refusal(AdmissionReason.EVENT_NOT_FOUND)
    if not tier.exists:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the event has no such tier")
    waits = entry.status is WaitStatus.WAITING
    if entry.status is WaitStatus.OFFERED or (waits and entry.quantity == request.quantity):
        return WaitlistResponse.of(entry)
    if not event.on_sale(now):
        raise Refusal(AdmissionReason.EVENT_NOT_ON_SALE)
    buyer.refuse_too_many(joining.person, request.quantity, event.max_per_person, now)
    _open_list(unit, tier, request.quantity)
    fields = {"quantity": request.quantity, "status": WaitStatus.WAITING, "order_id": None, "offered_until": None}
    if not (waits and request.quantity < entry.quantity):
        fields["joined_at"] = now
    if entry.exists:
        entry.change(unit, fields)
    else:
        ids = {"event_id": event.id, "tier": tier.name, "list": tier.id, "user_id": caller.uid}
        unit.create(entry.doc, {**ids, **fields, "version": 1})
    unit.commit()
    return WaitlistResponse.of(entry)


def _open_list(unit: Unit, tier: Tier, quantity: int) -> None:
    """Plan the tier to be looked at, and if nothing is left of it, to be for those who wait.

    Raises:
        Refusal: ``PLACES_LEFT``.
    """
    if tier.waiting:
        return
    now = clock.now()
    left = sum(Block(doc).left(now) for doc in documents.read(*tier.blocks()))
    if left >= quantity:
        raise Refusal(AdmissionReason.PLACES_LEFT, left=left)
    due = tier.doc.get("due_action") is not None and not tier.doc.get("empty")
    if not left or not due:
        waitlist.open_list(unit, tier, now, for_them_only=not left)


@callable_function(
    who="whoever waits",
    secrets=(STRIPE_SECRET_KEY,),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        AdmissionReason.NOT_WAITING,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.TOO_MANY_PURCHASES,
    ),
)
def leaveWaitlist(caller: Caller, request: LeaveWaitlistRequest) -> WaitlistResponse:  # noqa: N802
    """Waits no more. What was offered is given up, for the next who waits; if it was paid meanwhile, that stands.

    Repeating it changes nothing.
    """
    entry = run_until_committed(lambda: _leave(caller, request))
    if entry.status is not WaitStatus.OFFERED:
        return WaitlistResponse.of(entry)
    loaded = orders.load(str(entry.order_id))
    if loaded is not None:
        give_up(caller, loaded)
    return WaitlistResponse.of(Entry(documents.read(entry.doc.ref)[0]))


def _leave(caller: Caller, request: LeaveWaitlistRequest) -> Entry:
    entry, unit = _Joining.read(caller, request).entry, Unit()
    if not entry.exists:
        raise Refusal(AdmissionReason.NOT_WAITING)
    if entry.status is WaitStatus.WAITING:
        entry.change(unit, {"status": WaitStatus.LEFT})
        unit.commit()
    return entry
