"""What the callables answer with: a device, and the purchase that the call was about."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from checkout import license_codes
from checkout.device import Device
from checkout.purchase import CheckoutPurchase
from checkout.states import Decision, State, Status
from common.messages import ResponseModel, Timestamp

PurchaseStatus = Literal["open", "processing", "fulfilled", "closed", "refunded", "revoked"]
GuidanceCode = Literal["pay", "closing", "pay_at_store", "ready", "start_again", "refunding", "refunded", "revoked"]


class Guidance(StrEnum):
    """What the buyer can do, or has to know: for each there is a text on the return page."""

    PAY = "pay"
    CLOSING = "closing"
    PAY_AT_STORE = "pay_at_store"
    READY = "ready"
    START_AGAIN = "start_again"
    REFUNDING = "refunding"
    REFUNDED = "refunded"
    REVOKED = "revoked"


_BY_STATUS = {
    Status.OPEN: Guidance.PAY,
    Status.PROCESSING: Guidance.PAY_AT_STORE,
    Status.FULFILLED: Guidance.READY,
    Status.CLOSED: Guidance.START_AGAIN,
    Status.REFUNDED: Guidance.REFUNDED,
    Status.REVOKED: Guidance.REVOKED,
}
_BY_DECISION = {Decision.EXPIRE: Guidance.CLOSING, Decision.REFUND: Guidance.REFUNDING}


def guidance(state: State) -> Guidance:
    """What is said of a purchase in a state."""
    return _BY_DECISION[state.decision] if state.decision is not None else _BY_STATUS[state.status]


class DeviceView(ResponseModel):
    """A device, for its owner, and the purchase that the call was about."""

    device_id: str
    purchase_id: str | None = Field(description="The purchase that the next fields are about; null if there is none.")
    product_type: Literal["license", "daypass"] | None
    status: PurchaseStatus | None
    guidance: GuidanceCode | None = Field(
        description="What the buyer can do or has to know: pay, closing, pay_at_store, ready, start_again, refunding, "
        "refunded, revoked."
    )
    amount: int | None = Field(description="JPY")
    currency: str | None
    paid_at: Timestamp | None
    receipt_url: str | None = Field(
        description="Stripe's receipt, where Stripe was asked about the payment. For its buyer only."
    )
    license_purchased: bool
    license_purchased_at: Timestamp | None
    license_code: str | None = Field(description="Moves the licence to another device, once. To be written down.")
    unlock_count: int = Field(description="Day passes that the device was given.")
    last_unlock_date: str | None = Field(description="YYYY-MM-DD in Tokyo.")
    pass_ends_at: Timestamp | None = Field(description="The device is unlocked until then.")

    @classmethod
    def fields_of(cls, device: Device, purchase: CheckoutPurchase | None) -> dict[str, object]:
        """The fields of a view."""
        return {**_of_purchase(purchase, device.owner), **_of_device(device)}

    @classmethod
    def of(cls, device: Device, purchase: CheckoutPurchase | None) -> DeviceView:
        return cls.model_validate(cls.fields_of(device, purchase))


def _of_purchase(purchase: CheckoutPurchase | None, owner: str | None) -> dict[str, object]:
    if purchase is None:
        names = ("purchase_id", "product_type", "status", "guidance", "amount", "currency", "paid_at", "receipt_url")
        return dict.fromkeys(names)
    return {
        "purchase_id": purchase.id,
        "product_type": purchase.type.value,
        "status": purchase.state.status.value,
        "guidance": guidance(purchase.state).value,
        "amount": purchase.amount,
        "currency": purchase.currency,
        "paid_at": purchase.time("paid_at"),
        # It names the card: whoever a licence was given to by its code must not see it.
        "receipt_url": purchase.doc.get("receipt_url") if owner == purchase.buyer else None,
    }


def _of_device(device: Device) -> dict[str, object]:
    return {
        "device_id": device.id,
        "license_purchased": device.licensed,
        "license_purchased_at": device.time("license_purchased_at"),
        "license_code": license_codes.shown(device),
        "unlock_count": device.unlock_count,
        "last_unlock_date": device.doc.get("last_unlock_date"),
        "pass_ends_at": device.time("pass_ends_at"),
    }
