"""What can be bought for a device, and what is promised then. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

KONBINI_DAYS = 3
"""How long a payment at a convenience store may take."""


class ProductType(StrEnum):
    """What can be bought for a device; also the id in ``products``."""

    LICENSE = "license"
    DAYPASS = "daypass"


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
