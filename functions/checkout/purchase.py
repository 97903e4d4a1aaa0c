"""A purchase: how one begins, and a typed view of ``purchases/{id}``."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from checkout.origin import NAME, CheckoutOrigin
from checkout.products import ProductType, Terms
from checkout.states import Decision, State, Status
from payments.purchase import Purchase

CREATED_WITHIN = timedelta(minutes=32)
"""Stripe makes no page that would be open for less than 30 minutes."""
EXPIRE = "expire"
"""``due_action`` of what waits for its payment: let go of it at the end of its page."""
CHECK = "check"
"""Look whether a payment that takes days has come."""
RESUME = "resume"
"""Carry out a decision that was cut short."""

PAYMENT_MISSING = "payment_missing"
"""``end_reason`` of a refund that cannot be made, as Stripe does not know the payment."""


def page_end(origin: CheckoutOrigin, created_at: datetime) -> datetime:
    """When a page ends that is opened now: a whole second, as Stripe's times are."""
    return created_at.replace(microsecond=0) + timedelta(minutes=origin.terms.pay_minutes)


def new_purchase(
    origin: CheckoutOrigin, amount: int, currency: str, created_at: datetime, **more: Any
) -> dict[str, Any]:
    """The fields of a purchase that begins."""
    expires_at = page_end(origin, created_at)
    return {
        "device_id": origin.device_id,
        "buyer_uid": origin.buyer_uid,
        "product_type": origin.type.value,
        "amount": amount,
        "currency": currency,
        "unlock_count": origin.unlock_count,
        "terms": asdict(origin.terms),
        "status": Status.OPEN,
        "decision": None,
        "decided_at": None,
        "carried_out_at": None,
        "end_reason": None,
        "attempt": 1,
        "session_id": None,
        "payment_intent_id": None,
        "created_at": created_at,
        "expires_at": expires_at,
        "due_action": EXPIRE,
        "due_at": expires_at,
        "paid_at": None,
        "amount_received": None,
        "fulfilled_at": None,
        "confirmed_at": None,
        "amount_refunded": 0,
        "refund_pending": False,
        "dispute_status": None,
        "refund_id": None,
        "receipt_url": None,
        "pass_ends_at": None,
        **more,
    }


class CheckoutPurchase(Purchase):
    """A purchase document with its fields typed. It always shows what its ``Doc`` holds, also after a commit."""

    domain = NAME

    @property
    def state(self) -> State:
        decision = self.doc.get("decision")
        done = self.doc.get("carried_out_at") is not None
        return State(Status(self.doc["status"]), Decision(decision) if decision and not done else None)

    @property
    def type(self) -> ProductType:
        return ProductType(self.doc["product_type"])

    @property
    def device_id(self) -> str:
        return str(self.doc["device_id"])

    @property
    def buyer(self) -> str:
        return str(self.doc["buyer_uid"])

    @property
    def amount(self) -> int:
        return int(self.doc["amount"])

    @property
    def currency(self) -> str:
        return str(self.doc["currency"])

    @property
    def unlock_count(self) -> int | None:
        count: int | None = self.doc.get("unlock_count")
        return count

    @property
    def terms(self) -> Terms:
        return Terms.of(self.doc.get("terms"))

    @property
    def session_id(self) -> str | None:
        known: str | None = self.doc.get("session_id")
        return known

    @property
    def amount_refunded(self) -> int:
        return int(self.doc.get("amount_refunded") or 0)

    @property
    def received(self) -> int:
        """What was paid, which may be another amount than was asked for."""
        known: int | None = self.doc.get("amount_received")
        return self.amount if known is None else known

    @property
    def buyer_left(self) -> bool:
        """Whether its buyer's account was deleted: it keeps no receipt."""
        return bool(self.doc.get("buyer_left"))

    @property
    def returned(self) -> bool:
        """Whether the buyer has the money back for good, for as long as no refund fails."""
        return self.is_returned(self.amount_refunded, self.doc.get("dispute_status")) or self.written_off

    @property
    def written_off(self) -> bool:
        """Whether an administrator ended a refund whose payment Stripe does not know, and Stripe still does not."""
        return self.doc.get("end_reason") == PAYMENT_MISSING and self.time("payment_missing_at") is not None

    def is_returned(self, refunded: int, dispute: str | None) -> bool:
        """Whether that is all of it."""
        return refunded >= self.received or dispute == "lost"

    def may_create(self, now: datetime) -> bool:
        """Whether Stripe would still make its page."""
        expires_at = self.time("expires_at")
        return expires_at is not None and now <= expires_at - CREATED_WITHIN
