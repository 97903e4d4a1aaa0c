"""An order by any id of it: its own, one of its tickets' or its payment's."""

from __future__ import annotations

import re
from typing import Any

from admission import order as orders
from admission import surroundings
from admission.comparison import OF_ORDERS
from common.invariants import violations
from payments.inspection import Inspected

_ORDER_OR_TICKET = re.compile(r"([0-9a-f]{40})(\.[0-9]{1,2})?")


def inspect(id_: str) -> Inspected | None:
    """The order that has this id, or this ticket. ``None`` if none does."""
    named = _ORDER_OR_TICKET.fullmatch(id_)
    order_id = orders.recorded(id_) if id_.startswith("pi_") else named and named[1]
    loaded = orders.load(order_id) if order_id else None
    if loaded is None:
        return None
    order = loaded.order

    def wrong(fact: Any) -> list[str]:
        (records,) = surroundings.of_orders([order], {fact.id: fact} if fact is not None else {})
        return violations(OF_ORDERS, records)

    return Inspected(order.doc, order.buyer, order.payment_intent_id, wrong)
