"""What a session is created with at Stripe: enough to rebuild its purchase from it."""

from __future__ import annotations

from dataclasses import dataclass

from checkout.products import ProductType, Terms
from common import ids
from payments import origin
from payments.objects import CheckoutSession
from payments.origin import Origin

NAME = "checkout"
"""The domain's name."""


@dataclass(frozen=True)
class CheckoutOrigin:
    """A purchase as it was ordered.

    Attributes:
        unlock_count: what the price of a day pass went by; ``None`` for a licence.
    """

    purchase_id: str
    device_id: str
    buyer_uid: str
    type: ProductType
    unlock_count: int | None
    terms: Terms

    @classmethod
    def of(cls, found: Origin) -> CheckoutOrigin | None:
        """The order behind an object at Stripe; ``None`` if it does not tell one of this project's."""
        fields = found.metadata
        purchase_id, device_id, buyer = (fields.get(name, "") for name in ("purchase_id", "device_id", "buyer_uid"))
        if not (found.ours and found.domain == NAME and ids.purchase(purchase_id)):
            return None
        if not (ids.usable(device_id) and ids.usable_uid(buyer) and fields.get("product_type") in list(ProductType)):
            return None
        count = fields.get("unlock_count", "")
        return cls(
            purchase_id=purchase_id,
            device_id=device_id,
            buyer_uid=buyer,
            type=ProductType(fields["product_type"]),
            unlock_count=int(count) if count.isdecimal() and len(count) < 10 else None,
            terms=Terms.of_text(fields.get("terms", "")),
        )

    def metadata(self) -> dict[str, str]:
        """The metadata that says so."""
        counted = {} if self.unlock_count is None else {"unlock_count": str(self.unlock_count)}
        return origin.metadata(
            NAME,
            {
                "purchase_id": self.purchase_id,
                "device_id": self.device_id,
                "buyer_uid": self.buyer_uid,
                "product_type": self.type.value,
                "terms": self.terms.text(),
                **counted,
            },
        )


def purchase_of(fact: CheckoutSession) -> str | None:
    """The purchase that a session names: by what nobody can edit at Stripe, else by its metadata.

    Where to look, and no more: anybody may put a reference into the address of another application's Payment Link.
    """
    named = fact.reference or fact.origin.metadata.get("purchase_id")
    return named if ids.purchase(named) else None


def made_for(fact: CheckoutSession, purchase_id: str) -> bool:
    """Whether a session was created for a purchase, by this project: only the metadata that it was given tells."""
    origin = CheckoutOrigin.of(fact.origin)
    return origin is not None and purchase_of(fact) == origin.purchase_id == purchase_id
