"""What is on sale: ``products/license`` and ``products/daypass``, written by operators, and its price. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from common.configuration import Configuration, Whole
from payments.prices import MAXIMUM_JPY, MINIMUM_JPY


class ProductType(StrEnum):
    """What can be bought for a device; also the id in ``products``."""

    LICENSE = "license"
    DAYPASS = "daypass"


KONBINI_DAYS = 3
"""How long a payment at a convenience store may take."""
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


@dataclass(frozen=True)
class Terms:
    """What is promised when a purchase begins, frozen on it.

    Attributes:
        pay_minutes: how long the payment page is open.
        min_pass_minutes: how long a day pass lasts at least.
    """

    pay_minutes: int = 60
    min_pass_minutes: int = 60

    @classmethod
    def of(cls, fields: Any) -> Terms:
        """From a purchase's fields, or from metadata, which others can edit: what cannot be has the default."""
        known = {} if not isinstance(fields, Mapping) else fields
        given = {name: known[name] for name in vars(cls()) if type(known.get(name)) is int and 0 <= known[name] <= 1440}
        return cls(**given)

    @classmethod
    def of_text(cls, text: str) -> Terms:
        """From metadata."""
        try:
            return cls.of(json.loads(text))
        except ValueError:
            return cls()

    def text(self) -> str:
        """As they stand in metadata."""
        return json.dumps(asdict(self), separators=(",", ":"))


@dataclass(frozen=True)
class Offer:
    """What a device is offered today.

    Attributes:
        amount: JPY.
        unlock_count: the number of unlocks that the price of a day pass goes by; ``None`` for a licence.
    """

    type: ProductType
    name: str
    amount: int
    currency: str
    unlock_count: int | None
    terms: Terms


def offer(product: License | DayPass, unlock_count: int) -> Offer:
    """What a device of so many unlocks is offered."""
    if isinstance(product, License):
        terms = Terms(pay_minutes=product.pay_minutes)
        return Offer(ProductType.LICENSE, product.name, product.amount, product.currency, None, terms)
    terms = Terms(product.pay_minutes, product.min_pass_minutes)
    amount = product.price(unlock_count)
    return Offer(ProductType.DAYPASS, product.name, amount, product.currency, unlock_count, terms)
