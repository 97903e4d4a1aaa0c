"""What is on sale: ``products/license`` and ``products/daypass``, written by operators, and its price."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from checkout.products import Offer, ProductType, Terms
from common.configuration import Configuration, Whole
from payments.prices import MAXIMUM_JPY, MINIMUM_JPY

SHORTEST_PAGE, LONGEST_PAGE = 33, 23 * 60
"""Minutes that a payment page may be open. Stripe's are 30 and a day, from when it makes the page: a later repetition
of the request must still be within them."""


def _chargeable(amount: int) -> int:
    if 0 < amount < MINIMUM_JPY:
        raise ValueError(f"less than {MINIMUM_JPY}, and not free")
    return amount


Price = Annotated[Whole, Field(ge=0, le=MAXIMUM_JPY), AfterValidator(_chargeable)]
PayMinutes = Annotated[Whole, Field(ge=SHORTEST_PAGE, le=LONGEST_PAGE)]
PassMinutes = Annotated[Whole, Field(ge=0, le=24 * 60)]
Name = Annotated[str, StringConstraints(pattern=r"\S", max_length=100)]


class _Product(Configuration):
    id_type: ClassVar[Any] = Literal["license", "daypass"]

    currency: Literal["jpy"] = "jpy"
    active: bool = True


class License(_Product):
    """``products/license``: its price in JPY."""

    amount: Price
    name: Name = "ライセンス"
    pay_minutes: PayMinutes = 60


class Tier(BaseModel):
    """The price in JPY from this many unlocks on."""

    model_config = ConfigDict(strict=True, frozen=True, extra="ignore")

    since: Whole = Field(alias="from", ge=0)
    amount: Price


class DayPass(_Product):
    """``products/daypass``: its price by how often the device was unlocked before."""

    tiers: list[Tier] = Field(min_length=1, max_length=50)
    name: Name = "デイパス"
    pay_minutes: PayMinutes = 35
    min_pass_minutes: PassMinutes = 60

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        begins = [tier.since for tier in self.tiers]
        if begins[0] != 0 or begins != sorted(set(begins)):
            raise ValueError("tiers must begin at 0 and go up")
        return self

    def price(self, unlock_count: int) -> int:
        """The last tier's that begins at or below the count."""
        return [tier.amount for tier in self.tiers if tier.since <= unlock_count][-1]


PRODUCTS: Mapping[ProductType, type[License] | type[DayPass]] = {
    ProductType.LICENSE: License,
    ProductType.DAYPASS: DayPass,
}


def offer(product: License | DayPass, unlock_count: int) -> Offer:
    """What a device of so many unlocks is offered."""
    if isinstance(product, License):
        terms = Terms(pay_minutes=product.pay_minutes)
        return Offer(ProductType.LICENSE, product.name, product.amount, product.currency, None, terms)
    terms = Terms(product.pay_minutes, product.min_pass_minutes)
    amount = product.price(unlock_count)
    return Offer(ProductType.DAYPASS, product.name, amount, product.currency, unlock_count, terms)
