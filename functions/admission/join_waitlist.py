"""joinWaitlist: waiting for places of a tier that is sold out."""

from __future__ import annotations

from pydantic import Field

from admission import buyer, waitlist
from admission.block import Block
from admission.order import MOST_PLACES
from admission.reasons import AdmissionReason
from admission.tier import Tier
from admission.waiting import Waiting, WaitlistRequest, WaitlistResponse
from admission.waitlist import WaitStatus
from common import clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import CallReason, Refusal
from common.retry import run_until_committed


class JoinWaitlistRequest(WaitlistRequest):
    """What to wait for."""

    quantity: int = Field(1, ge=1, le=MOST_PLACES, description="Places, offered together or not at all.")


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
    joining, now, unit = Waiting.read(caller, request), clock.now(), Unit()
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
