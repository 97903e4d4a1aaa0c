"""createCheckoutSession: opens a purchase for a device, and the page on which it is paid."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

from pydantic import Field

from checkout import contact
from checkout import loaded as loading
from checkout.answers import PurchaseStatus
from checkout.decisions import ask_stripe, decide_and_carry_out, expire, settle_and_look
from checkout.happening import Happening
from checkout.limits import PURCHASES
from checkout.loaded import LoadedPurchase
from checkout.order import CreateCheckoutSessionRequest, Order, sold_as
from checkout.pages import NotCreated, obtain
from checkout.products import Offer
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from checkout.records import product_ref, purchase_ref
from checkout.settle import settle_missing
from checkout.states import CLOSED, EXPIRING, OPEN, Event
from checkout.transition import plan, write
from common import cache, clock
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Unit
from common.errors import Refusal
from common.messages import ResponseModel, Timestamp
from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY
from common.retry import Busy, run_until_committed
from payments import objects
from payments.failures import Missing, Rejected, Unavailable
from payments.limits import count_stripe_call, refuse_if_reached
from payments.objects import CheckoutSession
from payments.reasons import PaymentReason

ROUNDS = 3
WORTH_OPENING = timedelta(minutes=2)
"""A page that ends sooner is not given out any more."""


class CreateCheckoutSessionResponse(ResponseModel):
    """The purchase that waits for its payment, new or already there."""

    purchase_id: str
    checkout_url: str | None = Field(
        description="Stripe's page, to be opened in a tab of the system's browser (Custom Tabs), never in a WebView. "
        "null where there is nothing left to pay: see status."
    )
    status: PurchaseStatus
    amount: int = Field(description="JPY")
    currency: str
    unlock_count: int = Field(description="How often the device was unlocked before.")
    expires_at: Timestamp = Field(description="When the page ends.")


@callable_function(
    who="a signed-in user, for a device of theirs or one that nobody used yet",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY, CHECKOUT_KEYS),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CheckoutReason.DEVICE_NOT_YOURS,
        CheckoutReason.PRODUCT_UNAVAILABLE,
        CheckoutReason.LICENSE_OWNED,
        CheckoutReason.PASS_ACTIVE,
        CheckoutReason.UNLOCK_COUNT_MISMATCH,
        PaymentReason.AMOUNT_MISMATCH,
        PaymentReason.CURRENCY_MISMATCH,
        PaymentReason.TOO_MANY_PURCHASES,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.PAYMENT_REJECTED,
    ),
)
def createCheckoutSession(  # noqa: N802
    caller: Caller, request: CreateCheckoutSessionRequest
) -> CreateCheckoutSessionResponse:
    """Opens Stripe's page for a licence or a day pass of a device.

    Calling it again is how an app goes on after a restart: it answers with the purchase that waits, and its page. A
    device has one of each kind at a time. One that is not what is on sale any more (price, terms, the device's count)
    is closed, and a new one takes its place. Whether it was paid meanwhile Stripe is asked first; then there is nothing
    left to pay, and ``status`` says so.
    """
    tries = count()
    for _ in range(ROUNDS):
        loaded, page = run_until_committed(lambda: _purchase(caller, request, again=next(tries) > 0))
        if loaded.purchase.state == OPEN and page is None:
            page = _new_page(loaded)
        # One that Stripe has closed, or never made, makes room for a new one.
        if loaded.purchase.state != CLOSED:
            return _answer(loaded, page)
    raise Busy


def _purchase(
    caller: Caller, request: CreateCheckoutSessionRequest, *, again: bool
) -> tuple[LoadedPurchase, CheckoutSession | None]:
    """The purchase to pay: a new one, or the one that waits already, with its session."""
    order = Order.read(caller, request, again)
    if order.lock is None:
        return order.place(Unit(), _offer(order)), None
    return _waiting(order, order.lock)


def _offer(order: Order) -> Offer:
    try:
        return order.offer()
    except Refusal:
        # Whoever is here with a pass that was paid late begins it.
        contact.begin_credit(order.caller, order.device)
        raise


def _waiting(order: Order, purchase_id: str) -> tuple[LoadedPurchase, CheckoutSession | None]:
    order.bind()
    # The price as it is, not as it was a minute ago: instances that remember different ones would otherwise give each
    # other's purchases up.
    order.product, purchase = cache.read_anew(product_ref(order.wanted.type), beside=(purchase_ref(purchase_id),))
    loaded = loading.of(purchase, order.device.doc)
    if loaded is None or not loaded.purchase.state.waits:
        # What is not there any more holds nothing.
        return order.place(Unit(), _offer(order)), None
    count_stripe_call(order.caller.uid)
    try:
        return _kept_or_replaced(order, loaded)
    except (Unavailable, Missing, Rejected) as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error


def _kept_or_replaced(order: Order, loaded: LoadedPurchase) -> tuple[LoadedPurchase, CheckoutSession | None]:
    try:
        offered = order.offer()
    except Refusal:
        # It must not be paid any more either.
        decide_and_carry_out(loaded, _replace)
        raise
    order.agree(offered.amount, offered.currency)
    if loaded.purchase.state in (OPEN, EXPIRING) and not _worth_paying(loaded.purchase, offered):
        return _replaced(order, loaded, offered)
    return loaded, ask_stripe(loaded)


def _worth_paying(purchase: CheckoutPurchase, offered: Offer) -> bool:
    """Whether its page may still be given out."""
    in_time = not purchase.passed("expires_at", clock.now() + WORTH_OPENING)
    return purchase.state == OPEN and in_time and sold_as(purchase, offered)


def _replaced(order: Order, loaded: LoadedPurchase, offered: Offer) -> tuple[LoadedPurchase, CheckoutSession | None]:
    """Close the page of a purchase, and open another in the commit that ends it; unless it was paid meanwhile."""
    refuse_if_reached(PURCHASES, order.made)
    if loaded.purchase.state == OPEN:
        _decide_to_replace(loaded)
    closing = expire(loaded)
    if closing is None:
        # Stripe never had it, and it is closed: look again.
        return loaded, None
    if closing.status != objects.EXPIRED:
        settle_and_look(closing, loaded)
        if loaded.purchase.state == EXPIRING:
            raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE)
        return loaded, None
    unit, happening = Unit(), Happening(Event.EXPIRED, "stripe", clock.now(), closing)
    planned = plan(unit, loaded, happening)
    # The device's lock goes from one to the other, in one change of it.
    planned.device = {}
    write(unit, loaded, happening, planned)
    return order.place(unit, offered), None


def _replace(purchase: CheckoutPurchase) -> Happening | None:
    if purchase.state != OPEN:
        return None
    return Happening(Event.REPLACE, purchase.buyer, clock.now(), reason="replaced")


def _decide_to_replace(loaded: LoadedPurchase) -> None:
    happening, unit = _replace(loaded.purchase), Unit()
    assert happening is not None
    write(unit, loaded, happening, plan(unit, loaded, happening))
    unit.commit()


def _new_page(loaded: LoadedPurchase) -> CheckoutSession | None:
    """The page of a purchase that was just committed; ``None`` if it is none any more."""
    try:
        fact = obtain(loaded)
        settle_and_look(fact, loaded)
        return fact
    except NotCreated:
        settle_missing(loaded)
        return None
    except Unavailable as error:
        raise Refusal(PaymentReason.PAYMENT_UNAVAILABLE) from error
    except (Rejected, Missing) as error:
        # There is nothing to pay and never will be, so it must not keep the device from buying.
        settle_missing(loaded)
        raise Refusal(PaymentReason.PAYMENT_REJECTED) from error


def _answer(loaded: LoadedPurchase, page: CheckoutSession | None) -> CreateCheckoutSessionResponse:
    purchase = loaded.purchase
    payable = page is not None and purchase.state == OPEN and purchase.session_id == page.id
    expires_at = purchase.time("expires_at")
    assert expires_at is not None
    return CreateCheckoutSessionResponse(
        purchase_id=purchase.id,
        checkout_url=page.url if page is not None and payable else None,
        status=purchase.state.status.value,
        amount=purchase.amount,
        currency=purchase.currency,
        unlock_count=loaded.device.unlock_count,
        expires_at=expires_at,
    )
