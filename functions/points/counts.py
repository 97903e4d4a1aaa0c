"""How much stores offer: a cap on each award, and on what one customer is offered by one store in a day.

``award_counts/{store}.{day}.{uid}`` is written with each offer and guarded, so that any number at once stay below the
cap. ``award_counts/{store}.{day}`` is the store's day as a whole; it refuses nothing, and only tells a person. The day
is Japan's.

An offer counts when it is made. One that is declined is taken off again, so a mistyped amount costs nothing; one that
lapses goes on counting. As each offer notifies the customer, the cap on their number bounds that too.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

from firebase_functions.params import IntParam
from google.cloud import firestore
from google.cloud.firestore import DocumentReference

from common import documents, log
from common.alerts import Alert
from common.documents import Doc, Unit
from common.errors import Refusal
from common.params import POINTS_AWARD_MOST_JPY, POINTS_DAY_MOST_AWARDS, POINTS_DAY_MOST_JPY, POINTS_STORE_DAY_JPY
from points.award import Award, Offer
from points.reasons import PointsReason

JAPAN = timezone(timedelta(hours=9))
KEEP = timedelta(days=3)


def of_store_ref(store_id: str, now: datetime) -> DocumentReference:
    """All that a store offers on the day of ``now``."""
    return documents.ref("award_counts", f"{store_id}.{now.astimezone(JAPAN):%Y-%m-%d}")


def of_customer_ref(store_id: str, uid: str, now: datetime) -> DocumentReference:
    """What it offers to one customer. Neither a store's id nor a day has a dot, so the id has one reading."""
    return documents.ref("award_counts", f"{of_store_ref(store_id, now).id}.{uid}")


def add(unit: Unit, offer: Offer, of_customer: Doc | None) -> None:
    """Plan to count an offer, in the commit that makes it.

    Args:
        of_customer: ``None`` where nobody has looked: then the commit holds only if it is the day's first.

    Raises:
        Refusal: ``AWARD_LIMIT`` with the parameter that sets the cap, and its value. A person is told.
    """
    awards = 1 + (of_customer.get("awards", 0) if of_customer else 0)
    amount = offer.amount + (of_customer.get("amount", 0) if of_customer else 0)
    asked = ((POINTS_AWARD_MOST_JPY, offer.amount), (POINTS_DAY_MOST_JPY, amount), (POINTS_DAY_MOST_AWARDS, awards))
    for cap, wanted in asked:
        if wanted > cap.value:
            _tell(offer, cap)
            raise Refusal(PointsReason.AWARD_LIMIT, limit=cap.name, most=cap.value)
    counted = {"awards": awards, "amount": amount, "expireAt": offer.now + KEEP}
    if of_customer is None:
        unit.create_unread(of_customer_ref(offer.store_id, offer.user_id, offer.now), counted)
    else:
        (unit.update_as_read if of_customer.exists else unit.create)(of_customer, counted)
    _add_to_store(unit, offer)


def _add_to_store(unit: Unit, offer: Offer) -> None:
    def tell(amount: int) -> None:
        # Once for each multiple, rather than of each offer from then on.
        step = max(POINTS_STORE_DAY_JPY.value, 1)
        if amount // step > (amount - offer.amount) // step:
            _tell(offer, POINTS_STORE_DAY_JPY)

    of_store = of_store_ref(offer.store_id, offer.now)
    unit.add_blindly(of_store, "amount", offer.amount, {"expireAt": offer.now + KEEP}, tell)


def take_off(unit: Unit, award: Award) -> None:
    """Plan to count a declined award no more. Its own compare-and-set sees to it that this happens once."""
    less = {"amount": firestore.Increment(-award.amount), "expireAt": award.created_at + KEEP}
    unit.merge_blindly(of_store_ref(award.store_id, award.created_at), less)
    of_customer = of_customer_ref(award.store_id, award.user_id, award.created_at)
    unit.merge_blindly(of_customer, {**less, "awards": firestore.Increment(-1)})


def _tell(offer: Offer, cap: IntParam) -> None:
    log.error(
        Alert.POINTS_CAP_REACHED,
        limit=cap.name,
        most=cap.value,
        store=offer.store_id,
        staff=offer.by,
        customer=offer.user_id,
        amount=offer.amount,
    )
