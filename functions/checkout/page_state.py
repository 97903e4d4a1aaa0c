"""What the return page shows: a token is verified before anything is read, then its purchase is settled and shown."""

from __future__ import annotations

from datetime import timedelta

from checkout import keys
from checkout import loaded as loading
from checkout.current import make_current
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from checkout.records import purchase_ref
from common import clock, documents
from common.errors import Refusal
from payments.limits import count_stripe_call
from payments.reasons import PaymentReason

TOKEN_LIFETIME = timedelta(hours=24)
"""How long a token is good after its page has ended."""


def page_state(purchase_token: str) -> CheckoutPurchase:
    """The purchase of a token as it is now; as it was last known, for who asks too often.

    Raises:
        Refusal: ``TOKEN_INVALID``, ``TOKEN_EXPIRED``, ``PURCHASE_NOT_FOUND`` or ``PAYMENT_UNAVAILABLE``.
    """
    (doc,) = documents.read(purchase_ref(keys.purchase_of(purchase_token)))
    if not doc.exists:
        raise Refusal(CheckoutReason.PURCHASE_NOT_FOUND)
    purchase = CheckoutPurchase(doc)
    refuse_expired(purchase)
    if purchase.state.unfinished and _may_ask(purchase) and (loaded := loading.of(doc)) is not None:
        make_current(loaded)
        return loaded.purchase
    return purchase


def _may_ask(purchase: CheckoutPurchase) -> bool:
    """Whether Stripe may be asked once more for the pages of its buyer, whom this keeps from nothing else.

    Anybody can open the page of a token, as often as they like.
    """
    try:
        count_stripe_call(purchase.buyer, "page_looks")
    except Refusal as refusal:
        if refusal.reason is not PaymentReason.TOO_MANY_PURCHASES:
            raise
        return False
    return True


def refuse_expired(purchase: CheckoutPurchase) -> None:
    """Refuse a token whose time is over.

    Raises:
        Refusal: ``TOKEN_EXPIRED``.
    """
    if purchase.passed("expires_at", clock.now() - TOKEN_LIFETIME):
        raise Refusal(CheckoutReason.TOKEN_EXPIRED)
