"""Refunds of orders by administrators: of all that is left of one. Its tickets end, and its places are free."""

from __future__ import annotations

from admission import giving_back
from admission.decisions import capture_first, resume
from admission.order import LoadedOrder, Order
from admission.records import refund_ref
from admission.states import CAPTURING, Decision, OrderEvent, OrderStatus
from admission.transition import Happening
from common import clock, documents
from common.documents import Unit
from common.retry import run_until_committed
from payments.inspection import Inspected
from payments.refunds import Refunded, not_refundable, wrong_amount


def refund(by: str, purchase: Inspected, amount: int | None) -> Refunded:
    """Give back what is left of an order, as it was just read, whatever its terms say.

    Raises:
        Refusal: ``PAYMENT_NOT_REFUNDABLE``; ``REFUND_AMOUNT_INVALID`` for a part, which tickets are given back for
            (``cancelTicket``); ``PAYMENT_UNAVAILABLE``: it is not captured yet, and Stripe does not answer.
    """
    loaded = LoadedOrder(Order(purchase.doc))
    if loaded.order.state == CAPTURING:
        capture_first(loaded)
    run_until_committed(lambda: _give_back(loaded, by, amount), loaded.reload)
    resume(loaded)
    now = loaded.order
    (last,) = documents.read(refund_ref(now.id, int(now.doc.get("refunds") or 0)))
    pending, decided = bool(now.doc.get("refund_pending")), now.state.decision is Decision.REFUND
    return Refunded(int(last.get("amount") or 0), now.refunded_amount, pending, decided)


def _give_back(loaded: LoadedOrder, by: str, amount: int | None) -> None:
    order, unit = loaded.order, Unit()
    if order.disputed:
        raise not_refundable("disputed")
    if not order.kept and (order.state.decision is Decision.REFUND or order.refunded_amount >= order.captured > 0):
        # It is decided already, or done.
        return
    if not order.captured:
        raise not_refundable("not_captured")
    if order.state.status is not OrderStatus.PAID or not order.left:
        raise not_refundable("refunded")
    if amount not in (None, order.left):
        raise wrong_amount(order.captured, order.left)
    kept = [number for number in range(len(order.items)) if number not in order.returned]
    happening = Happening(OrderEvent.ALL_RETURNED, by, clock.now(), reason="refunded")
    giving_back.give_back(unit, order, kept, order.left, happening)
    unit.commit()
