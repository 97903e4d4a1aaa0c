"""updateEvent: what an event says, and once it is on sale its prices and sizes."""

from __future__ import annotations

from typing import Any

from admission import held_back, inventory
from admission.block import Block
from admission.event_answers import EventView
from admission.event_fields import TierFields, UpdateEventRequest, given, in_order
from admission.event_request import REASONS
from admission.loaded_event import LoadedEvent
from admission.new_tiers import gates, price_sums, sums, write_tiers
from admission.reasons import AdmissionReason
from admission.states import EventStatus
from admission.tier import MOST_BLOCKS, Tier, new_block
from common import clock, documents
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import CallReason, Refusal
from common.history import Change
from common.retry import run_until_committed


@callable_function(who="an owner or manager of the organiser", reasons=(*REASONS, AdmissionReason.PLACES_SOLD))
def updateEvent(caller: Caller, request: UpdateEventRequest) -> EventView:  # noqa: N802
    """Changes what is given of an event. Orders keep the price and the terms that they were made with.

    Once it was published, its tiers and their rows stay; a size may grow, or shrink down to what is sold or held,
    and places may be kept from sale or released.
    """
    return run_until_committed(lambda: _update(caller, request))


def _update(caller: Caller, request: UpdateEventRequest) -> EventView:
    loaded = LoadedEvent.read(caller, request.event_id)
    loaded.agree(request.version)
    event, now, unit = loaded.event, clock.now(), Unit()
    if event.status is EventStatus.CANCELLED:
        raise Refusal(AdmissionReason.EVENT_NOT_CHANGEABLE, status=event.status)
    fields = given(request, "event_id", "version")
    if not in_order({**(event.doc.data or {}), **fields}):
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="the times do not follow each other")
    if request.tiers is not None:
        if event.doc.get("published_at") is None:
            fields |= _replace_tiers(unit, loaded, request.tiers)
        else:
            fields |= _change_tiers(unit, loaded, request.tiers)
    loaded.change(unit, fields, Change("update", caller.uid, now))
    unit.commit()
    return EventView.of(event, loaded.tiers)


def _replace_tiers(unit: Unit, loaded: LoadedEvent, tiers: list[TierFields]) -> dict[str, Any]:
    for gone in {*loaded.event.tiers} - {tier.tier for tier in tiers}:
        unit.delete_blindly(next(tier.doc.ref for tier in loaded.tiers if tier.name == gone))
    loaded.tiers = write_tiers(unit, loaded.event.id, tiers)
    return sums(tiers)


def _change_tiers(unit: Unit, loaded: LoadedEvent, tiers: list[TierFields]) -> dict[str, Any]:
    known = {tier.name: tier for tier in loaded.tiers}
    sizes = {name: tier.size for name, tier in known.items()}
    prices = {name: tier.price for name, tier in known.items()}
    blocks = 0
    for wanted in tiers:
        tier = known.pop(wanted.tier, None)
        if tier is None or [row.model_dump() for row in wanted.rows or ()] != tier.rows:
            raise Refusal(AdmissionReason.EVENT_NOT_CHANGEABLE, tier=wanted.tier)
        blocks += _change_tier(unit, tier, wanted, loaded.event.status is not EventStatus.PUBLISHED)
        sizes[tier.name], prices[tier.name] = wanted.places, wanted.price
    if blocks + sum(tier.block_count for tier in known.values()) > MOST_BLOCKS:
        raise Refusal(CallReason.INVALID_ARGUMENT, problem="too many places")
    places, before = sum(sizes.values()), sum(tier.size for tier in loaded.tiers)
    return {
        "total_seats": places,
        "available_seats": max(0, int(loaded.event.doc["available_seats"]) + places - before),
        "tier_gates": gates(loaded.event.tier_gates, tiers),
        **price_sums(prices.values()),
    }


def _change_tier(unit: Unit, tier: Tier, wanted: TierFields, closed: bool) -> int:
    """Plan the tier and all its blocks; how many those are.

    Blocks whose size shrinks, or whose places change, must be as they were read, the others need not.
    """
    version, path = tier.version + 1, tier.doc.ref.path
    before, after = _blocks(tier, wanted)
    count = max(tier.block_count, len(after))
    unit.update_as_read(
        tier.doc,
        {"name": wanted.name, "price": wanted.price, "size": wanted.places, "version": version, "block_count": count},
    )
    for number in range(count):
        fields: dict[str, Any] = {"tier_version": version}
        if number >= tier.block_count:
            unit.create_unread(tier.block(number), {**(after[number].doc.data or {}), **fields, "closed": closed})
        elif number < len(after):
            _change_block(unit, before[number], after[number], fields)
        else:
            unit.merge_blindly(tier.block(number), fields)
    unit.after_commit(lambda: inventory.released([path]))
    return count


def _change_block(unit: Unit, before: Block, after: Block, fields: dict[str, Any]) -> None:
    if after.size != before.size:
        fields["size"] = after.size
    if after.places != before.places:
        fields["places"] = after.places
    if after.size < before.size or "places" in fields:
        unit.update_as_read(before.doc, {**fields, "version": before.version + 1})
    else:
        unit.merge_blindly(before.doc.ref, fields)


def _blocks(tier: Tier, wanted: TierFields) -> tuple[list[Block], list[Block]]:
    """The blocks as they are and as they will be; none where only the tier's name or price changes.

    Raises:
        Refusal: ``PLACES_SOLD``.
    """
    if wanted.places == tier.size and not held_back.asked(wanted):
        return [], []
    before = [Block(doc) for doc in documents.read(*tier.blocks())]
    after = [block.copy() for block in before]
    # What is released makes room to shrink, and what grows makes room to hold back.
    if wanted.places > tier.size:
        _resize(tier, after, wanted.places - tier.size)
    if held_back.asked(wanted):
        held_back.change(tier, after, wanted, clock.now())
    if wanted.places < tier.size:
        _resize(tier, after, wanted.places - tier.size)
    return before, after


def _resize(tier: Tier, blocks: list[Block], more: int) -> None:
    """Have the blocks grow or shrink, the last ones first, and add new ones.

    Raises:
        Refusal: ``PLACES_SOLD``, with how many are sold or held.
    """
    taken = sum(block.named for block in blocks)
    if tier.size + more < taken:
        raise Refusal(AdmissionReason.PLACES_SOLD, taken=taken)
    for block in reversed(blocks):
        size = min(tier.block_size, max(block.named, block.size + more))
        more -= size - block.size
        block.resize(size)
    while more > 0:
        number = len(blocks)
        blocks.append(Block(Doc(tier.block(number), new_block(tier, number, min(tier.block_size, more)))))
        more -= tier.block_size
