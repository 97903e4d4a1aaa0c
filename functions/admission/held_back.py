"""Places that the organiser keeps from sale. In a block they are places like any other, which nobody's order has.

So all that is true of a taken place is true of them, for whoever looks for one: nothing sells them meanwhile.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from admission.block import HELD_BACK, Block, Held
from admission.event_fields import TierFields
from admission.reasons import AdmissionReason
from admission.tier import Tier
from common.errors import Refusal


def asked(wanted: TierFields) -> bool:
    """Whether something is said about them at all; else they stay as they are."""
    return wanted.held_back is not None or wanted.held_back_seats is not None


def change(tier: Tier, blocks: Sequence[Block], wanted: TierFields, now: datetime) -> None:
    """Change the places of blocks, copies of what was read, so that what is wanted is kept from sale, and no more.

    Raises:
        Refusal: ``PLACES_SOLD``, what is to be kept is sold or held; with how many are left, or with the seat.
    """
    if tier.rows:
        _change_seats(tier, blocks, {*(wanted.held_back_seats or ())})
    else:
        _change_count(tier, blocks, wanted.held_back or 0, now)


def _change_seats(tier: Tier, blocks: Sequence[Block], seats: Collection[str]) -> None:
    for block in blocks:
        for seat in {*block.held_back} - {*seats}:
            del block.places[seat]
    for seat in sorted(seats):
        row = tier.row_of(seat)
        assert row is not None
        places = blocks[row].places
        if places.get(seat) not in (None, mark()):
            raise Refusal(AdmissionReason.PLACES_SOLD, seat_number=seat)
        places[seat] = mark()


def _change_count(tier: Tier, blocks: Sequence[Block], count: int, now: datetime) -> None:
    more = count - sum(len(block.held_back) for block in blocks)
    # From the end, where the numbers of a new tier are kept, too.
    for block in reversed(blocks):
        names = block.held_back[: max(0, -more)]
        for name in names:
            del block.places[name]
        more += len(names)
        free = block.for_those_who_wait().free(now, tier.block_size)
        unused = [name for name in free if block.places.get(name) is None][-more:] if more > 0 else []
        block.places.update({name: mark() for name in unused})
        more -= len(unused)
    if more > 0:
        raise Refusal(AdmissionReason.PLACES_SOLD, left=count - more)


def mark() -> Held:
    """What stands on such a place."""
    return {"o": HELD_BACK, "u": None}
