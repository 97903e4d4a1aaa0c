"""An order as its buyer asks for it."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from admission import order as orders
from admission.order import LoadedOrder
from admission.reasons import AdmissionReason
from common.callable import Caller
from common.errors import Refusal

OrderStatusName = Annotated[str, Field(description="pending_payment, paid, expired or cancelled")]


def of_buyer(caller: Caller, order_id: str) -> LoadedOrder:
    """An order of the caller's.

    Raises:
        Refusal: ``ORDER_NOT_FOUND``.
    """
    loaded = orders.load(order_id)
    if loaded is None or loaded.order.buyer != caller.uid:
        raise Refusal(AdmissionReason.ORDER_NOT_FOUND)
    return loaded
