"""The payment page of a purchase: a session of Stripe's Checkout, created with what the purchase froze.

The return addresses carry the purchase's token, which is not stored: it is derived anew for each request, with the key
that the purchase names, so that a repeated request is the same. Where that is not so any more, or Stripe would make no
page of that age, the session is looked up and never created again.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from checkout import keys
from checkout.loaded import LoadedPurchase
from checkout.origin import CheckoutOrigin, made_for
from checkout.products import KONBINI_DAYS, Offer, ProductType
from checkout.purchase import CheckoutPurchase
from common import clock, documents
from common.params import CHECKOUT_KEYS, CHECKOUT_KONBINI, CHECKOUT_PAGE_URL
from payments import attempts, checkout_sessions
from payments.failures import Unavailable
from payments.objects import CheckoutSession

KONBINI_JPY = range(120, 300_001)
"""What convenience stores take. Source: docs.stripe.com/payments/konbini."""


class NotCreated(Exception):
    """Stripe has no session of a purchase, and none will be made."""


def create_params(offer: Offer, origin: CheckoutOrigin, expires_at: datetime, locale: str) -> dict[str, Any]:
    """What is sent to create the page, without its return addresses. Cards, with wallets; konbini if that is on."""
    metadata = origin.metadata()
    konbini = CHECKOUT_KONBINI.value and offer.type is ProductType.LICENSE and offer.amount in KONBINI_JPY
    in_days = {"payment_method_options": {"konbini": {"expires_after_days": KONBINI_DAYS}}} if konbini else {}
    price = {"currency": offer.currency, "unit_amount": offer.amount, "product_data": {"name": offer.name}}
    return {
        "mode": "payment",
        "line_items": [{"price_data": price, "quantity": 1}],
        "allowed_payment_method_types": ["card", "konbini"] if konbini else ["card"],
        **in_days,
        # People are charged what the app showed them.
        "adaptive_pricing": {"enabled": False},
        "client_reference_id": origin.purchase_id,
        "metadata": metadata,
        "payment_intent_data": {"metadata": metadata},
        "expires_at": int(expires_at.timestamp()),
        "locale": locale,
    }


def return_page() -> str:
    """Where people come back to: the page that ``checkoutPage`` serves."""
    return CHECKOUT_PAGE_URL.value or hosted(documents.project())


def hosted(project: str) -> str:
    """Where Firebase Hosting has that page, unless a parameter says otherwise."""
    return f"https://{project}.web.app/pay/return"


def obtain(loaded: LoadedPurchase) -> CheckoutSession:
    """The session of a purchase that has none on record: its create, or what it made.

    It is as it was when it was made.

    Raises:
        NotCreated: there is none.
        Rejected: Stripe refuses to create it.
        Unavailable: try again later.
    """
    purchase = loaded.purchase
    since = (purchase.time("created_at") or clock.now()) - attempts.CLOCK_SKEW
    if not purchase.may_create(clock.now()) or not _repeatable(purchase):
        found = _created_for(purchase.id, since)
        if found is None:
            raise NotCreated
        return found
    return attempts.create(
        loaded,
        lambda key: checkout_sessions.create(_complete(loaded), key),
        lambda created: _created_for(purchase.id, created),
        "session",
    )


def _repeatable(purchase: CheckoutPurchase) -> bool:
    """Whether the very same request can be made once more.

    Raises:
        Unavailable: not by this function, which has no keys.
    """
    if not CHECKOUT_KEYS.value.strip():
        raise Unavailable
    return bool(purchase.doc.get("create_params")) and keys.known(purchase.doc.get("token_kid"))


def _complete(loaded: LoadedPurchase) -> dict[str, Any]:
    doc = loaded.purchase.doc
    token = keys.token(loaded.purchase.id, doc["token_kid"])
    back = f"{doc['return_page']}?{urlencode({'purchase_token': token})}"
    return {**doc["create_params"], "success_url": back, "cancel_url": f"{back}&cancelled=1"}


def _created_for(purchase_id: str, since: datetime) -> CheckoutSession | None:
    """The newest session that was made for the purchase."""
    return next((fact for fact in checkout_sessions.created_since(since) if made_for(fact, purchase_id)), None)
