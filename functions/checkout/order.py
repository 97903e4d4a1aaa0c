"""A purchase in the making: everything it is decided on, read at once, and the commit that opens it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from checkout import access, license_codes, pages
from checkout import device as devices
from checkout.device import LOCKS, Device
from checkout.happening import Note
from checkout.keys import signing_kid
from checkout.limits import PURCHASES
from checkout.loaded import LoadedPurchase
from checkout.on_sale import PRODUCTS, offer
from checkout.origin import CheckoutOrigin
from checkout.products import Offer, ProductType
from checkout.purchase import CheckoutPurchase, new_purchase, page_end
from checkout.reasons import CheckoutReason
from checkout.records import device_ref, product_ref, purchase_ref
from checkout.request_fields import DeviceId
from common import accounts, cache, clock, history, ids
from common.callable import Caller
from common.documents import Doc, Unit
from common.errors import Refusal
from common.history import Change
from common.messages import RequestModel
from payments.limits import refuse_if_reached
from payments.prices import MAXIMUM_JPY
from payments.reasons import PaymentReason

_LANGUAGES = ("ja", "en")


class CreateCheckoutSessionRequest(RequestModel):
    """What to buy for a device. Price, currency and count are the server's; what is given must agree."""

    device_id: DeviceId
    product_type: Literal["license", "daypass"]
    unlock_count: int | None = Field(
        None, ge=0, le=10**9, description="The device's unlocks, as the screen shows them."
    )
    amount: int | None = Field(None, ge=0, le=MAXIMUM_JPY, description="JPY. The price the screen shows.")
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Za-z]{3}$")] | None = Field(
        None, description="jpy. Anything else is refused."
    )
    locale: Annotated[str, StringConstraints(max_length=100)] | None = Field(
        None,
        description="The language of the payment page, as phones spell it: one that begins with ja or en; the "
        "browser's where it is neither, or absent.",
    )

    @property
    def type(self) -> ProductType:
        return ProductType(self.product_type)

    @property
    def page_language(self) -> str:
        """What Stripe calls it."""
        wanted = (self.locale or "").replace("_", "-").partition("-")[0].lower()
        return wanted if wanted in _LANGUAGES else "auto"


@dataclass
class Order:
    """What is wanted, and the documents that say whether it may be had."""

    caller: Caller
    wanted: CreateCheckoutSessionRequest
    product: Doc
    device: Device
    made: Doc

    @classmethod
    def read(cls, caller: Caller, wanted: CreateCheckoutSessionRequest, again: bool) -> Order:
        """In one round trip.

        Args:
            again: whether a commit lost its race before, so that a new device may be one that was deleted.

        Raises:
            Refusal: ``ACCOUNT_DELETED``.
        """
        of_caller = accounts.deletion_ref(caller.uid), PURCHASES.ref(caller.uid)
        product, device, deletion, made = cache.read(
            product_ref(wanted.type), beside=(device_ref(wanted.device_id), *of_caller)
        )
        accounts.refuse_if_deleted(deletion, clock.now())
        known = Device(device)
        return cls(caller, wanted, product, known.look_back() if again else known, made)

    @property
    def lock(self) -> str | None:
        """The purchase of this kind that waits for its payment."""
        return self.device.lock(self.wanted.type)

    def bind(self) -> None:
        """Make a device with a purchase under way the caller's, if it is another's and may be theirs.

        Raises:
            Refusal: ``DEVICE_NOT_YOURS``.
        """
        now = clock.now()
        bound, note = access.required_binding(self.caller, self.device, now)
        if bound:
            unit = Unit()
            devices.write(unit, self.device, bound, Change(note, self.caller.uid, now))
            unit.commit()

    def offer(self) -> Offer:
        """What the device is offered.

        Raises:
            Refusal: it is not on sale, or the device needs none.
        """
        now = clock.now()
        access.required_binding(self.caller, self.device, now)
        product = PRODUCTS[self.wanted.type].of(self.product)
        if product is None or not product.active:
            raise Refusal(CheckoutReason.PRODUCT_UNAVAILABLE)
        if self.device.licensed:
            raise Refusal(CheckoutReason.LICENSE_OWNED)
        if self.wanted.type is ProductType.DAYPASS and self.device.pass_active(now):
            raise Refusal(CheckoutReason.PASS_ACTIVE)
        return offer(product, self.device.unlock_count)

    def agree(self, amount: int, currency: str) -> None:
        """Refuse what the screen showed, if it is not so.

        Raises:
            Refusal: with what is right.
        """
        count, wanted = self.device.unlock_count, self.wanted
        if wanted.unlock_count not in (None, count):
            raise Refusal(CheckoutReason.UNLOCK_COUNT_MISMATCH, amount=amount, currency=currency, unlock_count=count)
        if wanted.currency is not None and wanted.currency.lower() != currency:
            raise Refusal(PaymentReason.CURRENCY_MISMATCH, amount=amount, currency=currency, unlock_count=count)
        if wanted.amount not in (None, amount):
            raise Refusal(PaymentReason.AMOUNT_MISMATCH, amount=amount, currency=currency, unlock_count=count)

    def place(self, unit: Unit, offered: Offer) -> LoadedPurchase:
        """Commit the purchase, its device's lock and the count of purchases. Stripe is asked only after this.

        Args:
            unit: may hold the end of the purchase that this one replaces, but for its device.
        """
        self.agree(offered.amount, offered.currency)
        refuse_if_reached(PURCHASES, self.made)
        uid, now = self.caller.uid, clock.now()
        doc = Doc.new(purchase_ref(ids.new_purchase_id()))
        origin = CheckoutOrigin(doc.id, self.device.id, uid, offered.type, offered.unlock_count, offered.terms)
        sold = new_purchase(
            origin,
            offered.amount,
            offered.currency,
            now,
            create_params=pages.create_params(offered, origin, page_end(origin, now), self.wanted.page_language),
            return_page=pages.return_page(),
            token_kid=signing_kid(),
            **self._code(unit, doc.id),
        )
        change = Change(Note.CREATE, uid, now)
        history.begin(unit, doc, sold, change)
        bound, note = access.required_binding(self.caller, self.device, now)
        told = Change(access.noted(note, Note.CREATE), uid, now, doc.id)
        devices.write(unit, self.device, {**bound, LOCKS[offered.type]: doc.id}, told)
        PURCHASES.hit(unit, self.made, now)
        unit.commit()
        return LoadedPurchase(CheckoutPurchase(doc), self.device)

    def _code(self, unit: Unit, purchase_id: str) -> dict[str, Any]:
        if self.wanted.type is not ProductType.LICENSE:
            return license_codes.FORGOTTEN
        return license_codes.begin(unit, purchase_id, self.device.id, 1, clock.now())


def sold_as(purchase: CheckoutPurchase, offered: Offer) -> bool:
    """Whether an unpaid purchase is what its device is offered now."""
    sold = (purchase.amount, purchase.currency, purchase.unlock_count, purchase.terms)
    return sold == (offered.amount, offered.currency, offered.unlock_count, offered.terms)
