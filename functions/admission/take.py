"""Plans the taking of places that were found, and the end of holds that were on them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from google.cloud import firestore

from admission.block import Held
from admission.inventory import Search, Taken
from admission.order import Order
from admission.records import order_ref
from admission.states import PENDING, OrderEvent
from admission.transition import Happening, apply
from common import clock, documents
from common.documents import Doc, LostRace, Unit
from common.errors import Refusal

LOOKS = 4


@dataclass(frozen=True)
class Found:
    """What a search came to.

    Attributes:
        taken: the places; ``None`` if they cannot be had, or were not looked for.
        refusal: why they cannot.
        beside: the documents that were read with the blocks.
    """

    taken: Taken | None
    refusal: Refusal | None
    beside: list[Doc]


def find(
    search: Search,
    beside: Collection[firestore.DocumentReference] = (),
    unless: Callable[[Sequence[Doc]], bool] = lambda _: False,
) -> Found:
    """Read some blocks and ``beside`` in one round trip, and choose places; look further where those have none.

    Args:
        unless: whether what was read beside says that no places are needed.

    Raises:
        LostRace: what was free was gone when it was looked at, again and again.
    """
    for _ in range(LOOKS):
        now = clock.now()
        refs = [*beside, *search.refs(now)]
        read = documents.read(*refs) if refs else []
        if unless(read[: len(beside)]):
            return Found(None, None, read[: len(beside)])
        try:
            taken = search.choose({doc.ref.path: doc for doc in read[len(beside) :]}, now)
        except Refusal as refusal:
            return Found(None, refusal, read[: len(beside)])
        if taken is not None:
            return Found(taken, None, read[: len(beside)])
        search.survey(lambda wanted: documents.read(*wanted), now)
    raise LostRace


def write(unit: Unit, taken: Taken, order_id: str, until: datetime | None) -> None:
    """Plan the places to be the order's, in blocks that must be as they were read.

    Raises:
        LostRace: an order whose hold had ended was paid or ended meanwhile.
    """
    if taken.evicted:
        for doc in documents.read(*map(order_ref, sorted(taken.evicted))):
            _evict(unit, Order(doc), taken)
    for block, places in taken.blocks.values():
        kept = {name: _held(held, order_id, until) for name, held in places.items() if _stays(held, taken.evicted)}
        unit.update_as_read(block.doc, {"places": kept, "version": block.version + 1})


def _evict(unit: Unit, order: Order, taken: Taken) -> None:
    """Plan the end of an order whose time to pay is over. All of its places come free, wherever they are."""
    if not order.exists:
        return
    if order.state != PENDING:
        raise LostRace
    apply(unit, order, Happening(OrderEvent.TAKEN_OVER, "schedule", clock.now()), taken=taken.blocks)


def _stays(held: Held | None, evicted: Collection[str]) -> bool:
    return held is not None and held["o"] not in evicted


def _held(held: Held | None, order_id: str, until: datetime | None) -> Held:
    assert held is not None
    return held if held["o"] else {"o": order_id, "u": until}
