"""getDevice: what a device may do, what it may buy, and what became of what it was buying."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import BaseModel, Field

from checkout import access, contact
from checkout import device as devices
from checkout import loaded as loading
from checkout.answers import DeviceView, GuidanceCode, PurchaseStatus, guidance
from checkout.decisions import try_to_bring_up_to_date
from checkout.device import Device
from checkout.loaded import LoadedPurchase
from checkout.on_sale import PRODUCTS, offer
from checkout.products import ProductType
from checkout.purchase import CheckoutPurchase
from checkout.records import device_ref, product_ref
from checkout.request_fields import DeviceId
from checkout.settle import Told
from common import accounts, cache, clock
from common.accounts import AccountReason
from common.callable import Caller, callable_function
from common.documents import Doc, Unit
from common.errors import Refusal
from common.history import Change
from common.messages import RequestModel, Timestamp
from common.params import CHECKOUT_KEYS, STRIPE_SECRET_KEY
from common.retry import run_until_committed
from payments.limits import count_stripe_call


class GetDeviceRequest(RequestModel):
    """The device that asks."""

    device_id: DeviceId


class PriceView(BaseModel):
    """What a product costs this device now."""

    product_type: str
    amount: int = Field(description="JPY")
    currency: str


class OpenPurchaseView(BaseModel):
    """A purchase that waits for its payment, or for what was decided about it."""

    purchase_id: str
    product_type: str
    status: PurchaseStatus
    guidance: GuidanceCode
    amount: int = Field(description="JPY")
    expires_at: Timestamp | None = Field(description="When its page ends.")

    @classmethod
    def of(cls, purchase: CheckoutPurchase) -> OpenPurchaseView:
        return cls(
            purchase_id=purchase.id,
            product_type=purchase.type.value,
            status=purchase.state.status.value,
            guidance=guidance(purchase.state).value,
            amount=purchase.amount,
            expires_at=purchase.time("expires_at"),
        )


class GetDeviceResponse(DeviceView):
    """The device with today's prices."""

    prices: list[PriceView] = Field(description="What is on sale.")
    open_purchases: list[OpenPurchaseView] = Field(description="At most one of each kind.")
    server_time: Timestamp


@callable_function(
    who="a signed-in user, about a device of theirs; about another's it answers as about one that nobody used yet",
    keep_warm=True,
    secrets=(STRIPE_SECRET_KEY, CHECKOUT_KEYS),
    reasons=(AccountReason.ACCOUNT_DELETED,),
)
def getDevice(caller: Caller, request: GetDeviceRequest) -> GetDeviceResponse:  # noqa: N802
    """Answers with a device's licence and day pass, today's prices, and its open purchases brought up to date.

    An app calls it whenever it is opened: so a purchase whose app was killed is found again. While Stripe does not
    answer, or when it is called all the time, an open purchase is shown as it was last known.
    """
    device, products = run_until_committed(lambda: _device(caller, request.device_id))
    opened = _opened(caller, device)
    if opened:
        device = opened[-1].device
    contact.greet(caller, device)
    waiting = [loaded.purchase for loaded in opened]
    return GetDeviceResponse.model_validate(
        {
            **DeviceView.fields_of(device, waiting[0] if waiting else None),
            "prices": list(_prices(products, device)),
            "open_purchases": [OpenPurchaseView.of(found) for found in waiting if found.state.unfinished],
            "server_time": clock.now(),
        }
    )


def _device(caller: Caller, device_id: str) -> tuple[Device, list[Doc]]:
    """The device as the caller may see it, made theirs where it may be, and what is on sale."""
    *products, doc, deletion = cache.read(
        *map(product_ref, ProductType), beside=(device_ref(device_id), accounts.deletion_ref(caller.uid))
    )
    now = clock.now()
    accounts.refuse_if_deleted(deletion, now)
    device = Device(doc)
    if device.exists and not access.is_owner(caller, device):
        found = access.binding(caller, device, now)
        if found is None:
            return Device(Doc.new(doc.ref)), products
        unit = Unit()
        devices.write(unit, device, found[0], Change(found[1], caller.uid, now))
        unit.commit()
    return device, products


def _opened(caller: Caller, device: Device) -> list[LoadedPurchase]:
    """The purchases that a device's locks name, up to date. The device of the last one is the latest."""
    found = []
    for purchase_id in filter(None, map(device.lock, ProductType)):
        loaded = loading.load(purchase_id, device.id)
        if loaded is not None:
            _ask_stripe(caller, loaded)
            found.append(loaded)
    return found


def _ask_stripe(caller: Caller, loaded: LoadedPurchase) -> None:
    """Bring a purchase up to date. Whoever has had Stripe asked too often is shown it as it is known."""
    try:
        count_stripe_call(caller.uid)
    except Refusal:
        return
    try_to_bring_up_to_date(loaded, Told(at_device=True))


def _prices(products: list[Doc], device: Device) -> Iterator[PriceView]:
    for type_, doc in zip(ProductType, products, strict=True):
        product = PRODUCTS[type_].of(doc)
        if product is not None and product.active:
            offered = offer(product, device.unlock_count)
            yield PriceView(product_type=type_.value, amount=offered.amount, currency=offered.currency)
