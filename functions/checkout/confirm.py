"""confirmCheckout and cancelCheckout: what became of a purchase, for its device."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from checkout import access, contact, keys
from checkout import loaded as loading
from checkout.answers import DeviceView
from checkout.current import make_current
from checkout.decisions import decide_and_carry_out
from checkout.happening import Happening
from checkout.loaded import LoadedPurchase
from checkout.page_state import refuse_expired
from checkout.purchase import CheckoutPurchase
from checkout.reasons import CheckoutReason
from checkout.request_fields import DeviceId, PurchaseId, PurchaseToken
from checkout.settle import Told
from checkout.states import OPEN, Event
from common import accounts, clock, documents
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.errors import Refusal
from common.messages import RequestModel
from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY
from payments.limits import count_stripe_call
from payments.reasons import PaymentReason


class ConfirmCheckoutRequest(RequestModel):
    """The purchase that was just paid: by the token of the return address, or by its id."""

    device_id: DeviceId
    purchase_token: PurchaseToken | None = None
    purchase_id: PurchaseId | None = None

    @model_validator(mode="after")
    def _exactly_one(self) -> Self:
        if (self.purchase_token is None) == (self.purchase_id is None):
            raise ValueError("exactly one of purchaseToken and purchaseId")
        return self


class CancelCheckoutRequest(RequestModel):
    """The purchase to give up."""

    device_id: DeviceId
    purchase_id: PurchaseId


@callable_function(
    who="the device's owner",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY, CHECKOUT_KEYS),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CheckoutReason.TOKEN_INVALID,
        CheckoutReason.TOKEN_EXPIRED,
        CheckoutReason.PURCHASE_NOT_FOUND,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.TOO_MANY_PURCHASES,
    ),
)
def confirmCheckout(caller: Caller, request: ConfirmCheckoutRequest) -> DeviceView:  # noqa: N802
    """Brings a purchase in step with its payment right after the page, and answers with its device.

    Whichever comes first, this, the webhook, the return page or a schedule, does the work. One that is not paid answers
    ``open``: that is no error. What is granted goes to the device that the purchase was made for, whoever asks; the
    token only makes the answer come sooner. Repeating it gives the same answer.
    """
    by_token = request.purchase_token is not None
    purchase_id = keys.purchase_of(request.purchase_token) if request.purchase_token else str(request.purchase_id)
    loaded = _of_owner(caller, purchase_id, request.device_id)
    if by_token:
        refuse_expired(loaded.purchase)
    if loaded.purchase.state.unfinished:
        count_stripe_call(caller.uid)
    # Written with what this call moves only: after the webhook, or again, it costs no write.
    first_use = {"confirmed_at": clock.now()} if by_token else {}
    make_current(loaded, Told(noting=first_use))
    contact.greet(caller, loaded.device)
    return DeviceView.of(loaded.device, loaded.purchase)


@callable_function(
    who="the device's owner",
    secrets=(STRIPE_SECRET_KEY, CHECKOUT_KEYS),
    reasons=(
        AccountReason.ACCOUNT_DELETED,
        CheckoutReason.PURCHASE_NOT_FOUND,
        PaymentReason.PAYMENT_UNAVAILABLE,
        PaymentReason.TOO_MANY_PURCHASES,
    ),
)
def cancelCheckout(caller: Caller, request: CancelCheckoutRequest) -> DeviceView:  # noqa: N802
    """Closes the page of an unpaid purchase. If it was paid meanwhile, that stands, and the answer shows it.

    If Stripe cannot be reached, the answer shows the decision (``guidance`` is ``closing``), and a schedule carries it
    out. Repeating it answers with what became of it.
    """
    loaded = _of_owner(caller, request.purchase_id, request.device_id)
    if loaded.purchase.state.unfinished:
        count_stripe_call(caller.uid)

    def cancel(purchase: CheckoutPurchase) -> Happening | None:
        if purchase.state != OPEN:
            return None
        return Happening(Event.CANCEL, caller.uid, clock.now(), reason="cancelled")

    if loaded.purchase.state == OPEN:
        decide_and_carry_out(loaded, cancel)
    else:
        make_current(loaded)
    contact.greet(caller, loaded.device)
    return DeviceView.of(loaded.device, loaded.purchase)


def _of_owner(caller: Caller, purchase_id: str, device_id: str) -> LoadedPurchase:
    """A purchase and its device, if both are the caller's.

    Raises:
        Refusal: ``PURCHASE_NOT_FOUND``.
    """
    *read, deletion = documents.read(*loading.refs(purchase_id, device_id), accounts.deletion_ref(caller.uid))
    accounts.refuse_if_deleted(deletion, clock.now())
    purchase, device = read
    if purchase.get("device_id") != device.id:
        raise Refusal(CheckoutReason.PURCHASE_NOT_FOUND)
    loaded = loading.of(purchase, device)
    if loaded is None or not access.is_owner(caller, loaded.device):
        raise Refusal(CheckoutReason.PURCHASE_NOT_FOUND)
    return loaded
