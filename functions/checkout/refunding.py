"""Refunds of what was bought for a device: always of all that was paid, and what was granted for it goes with it."""

from __future__ import annotations

from checkout import loaded as loading
from checkout.current import make_current
from checkout.decisions import decide_and_carry_out
from checkout.happening import Happening
from checkout.loaded import LoadedPurchase
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from checkout.states import CLOSED, OPEN, PROCESSING, REFUNDED, REFUNDING, REVOKED, Event
from common import clock
from common.errors import Refusal
from common.state_machine import Verdict
from payments.inspection import Inspected
from payments.refunds import Refunded, not_refundable, wrong_amount


def refund_whole(loaded: LoadedPurchase, by: str, reason: str) -> None:
    """Decide that all of it goes back, and carry that out; also again, where a refund has failed.

    Raises:
        Refusal: ``PURCHASE_NOT_REFUNDABLE``: nothing was taken for it.
    """
    make_current(loaded)

    def refund(purchase: CheckoutPurchase) -> Happening | None:
        if purchase.state in (OPEN, PROCESSING, CLOSED):
            raise Refusal(CheckoutReason.PURCHASE_NOT_REFUNDABLE)
        if purchase.state in (REFUNDED, REVOKED) and purchase.returned:
            return None
        missing = purchase.state in REFUNDING and purchase.time("payment_missing_at") is not None
        event = Event.WRITE_OFF if missing else Event.REFUND
        return Happening(event, by, clock.now(), reason=reason)

    outcome = decide_and_carry_out(loaded, refund)
    if outcome is not None and outcome.verdict is Verdict.REFUSE:
        # It is being closed, and Stripe has not said yet whether it was paid.
        raise Refusal(CheckoutReason.PURCHASE_NOT_REFUNDABLE)


def refund(by: str, purchase: Inspected, amount: int | None) -> Refunded:
    """Give back what is left of a payment.

    Raises:
        Refusal: ``PAYMENT_NOT_REFUNDABLE``; ``REFUND_AMOUNT_INVALID`` for a part, which no licence is left for.
    """
    loaded = loading.of(purchase.doc)
    if loaded is None:
        raise not_refundable("unknown")
    received = loaded.purchase.received
    left = received - loaded.purchase.amount_refunded
    if amount not in (None, left, received):
        raise wrong_amount(received, left)
    try:
        refund_whole(loaded, by, "requested")
    except Refusal as refusal:
        if refusal.reason is not CheckoutReason.PURCHASE_NOT_REFUNDABLE:
            raise
        raise not_refundable("not_captured") from refusal
    now = loaded.purchase
    return Refunded(
        left or received, now.amount_refunded, bool(now.doc.get("refund_pending")), now.state.decision is not None
    )
