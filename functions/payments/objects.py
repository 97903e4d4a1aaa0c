"""Stripe's objects as Kippu sees them: the few fields that decide anything, typed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from payments.origin import Origin

UNPAID = "requires_payment_method"
HELD = "requires_capture"
CAPTURED = "succeeded"
CANCELED = "canceled"
_UNDER_WAY = ("pending", "requires_action")
OPEN = "open"
COMPLETE = "complete"
EXPIRED = "expired"
_PAID = ("paid", "no_payment_required")


def _time(seconds: Any) -> datetime | None:
    return None if seconds is None else datetime.fromtimestamp(int(seconds), UTC)


def _get(obj: Any, name: str) -> Any:
    # SDK objects are not dicts, and a field an older API version lacks raises AttributeError.
    return getattr(obj, name, None) if obj is not None else None


def _given_back(charge: Any) -> int:
    """What was refunded of the captured money.

    Stripe counts what a capture or a void released as refunded too, and takes off again what a failed or canceled
    refund returned to the account.
    """
    released = int(charge.amount) - int(_get(charge, "amount_captured") or 0)
    return max(0, int(_get(charge, "amount_refunded") or 0) - released)


def _refund_pending(charge: Any) -> bool:
    refunds = _get(charge, "refunds")
    return refunds is not None and any(refund.status in _UNDER_WAY for refund in refunds.data)


def _declined(obj: Any) -> str | None:
    error = _get(obj, "last_payment_error")
    if error is None or obj.status != UNPAID:
        return None
    return str(_get(error, "charge") or _get(_get(error, "payment_method"), "id") or obj.id)


@dataclass(frozen=True)
class PaymentIntent:
    """A past or present true state of a PaymentIntent.

    Attributes:
        id: ``pi_…``.
        status: Stripe's status.
        amount: the amount asked for, in JPY.
        amount_received: the amount captured, in JPY.
        origin: who created it, from which records can be rebuilt.
        created: when the PaymentIntent was created.
        cancellation_reason: Stripe's reason, ``automatic`` when the bank released the hold.
        authorized_at: when the card was authorized, if the charge came with the object.
        capture_before: when the bank releases the hold, if the charge came with the object.
        charge_known: whether the charge came with the object.
        amount_refunded: JPY given back after the capture, if the charge came with the object. A refund under way
            counts, because Stripe has taken it from the account; one that failed or was canceled does not.
        refund_pending: whether a refund is under way, if the refunds came with the charge.
        disputed: whether the cardholder disputes the charge or once did, if it came with the object. How the dispute
            stands only the dispute says (``payments.disputes``).
        declined: what the last try to pay was declined as, if it was: its charge, or the card where none was made.
        client_secret: for the buyer's app only, never stored, never logged.
    """

    id: str
    status: str
    amount: int
    currency: str
    amount_received: int
    origin: Origin
    created: datetime
    cancellation_reason: str | None
    livemode: bool
    authorized_at: datetime | None
    capture_before: datetime | None
    charge_known: bool
    amount_refunded: int
    refund_pending: bool
    disputed: bool
    declined: str | None
    client_secret: str | None = field(repr=False)

    @property
    def given_back(self) -> bool:
        """Whether what was captured is refunded whole, for as long as no refund fails."""
        return self.status == CAPTURED and self.amount_refunded >= self.amount_received

    @property
    def ended(self) -> bool:
        """Whether it was captured or canceled, which nothing changes any more."""
        return self.status in (CAPTURED, CANCELED)

    @property
    def at_rest(self) -> bool:
        """Whether it neither holds, keeps nor may still take any of the buyer's money. A failed refund ends that."""
        return self.status == CANCELED or self.given_back

    @classmethod
    def from_stripe(cls, obj: Any) -> PaymentIntent:
        """From the SDK's object, whether retrieved, embedded in an error or delivered in an event."""
        charge = _get(obj, "latest_charge")
        expanded = charge is not None and not isinstance(charge, str)
        card = _get(_get(charge, "payment_method_details"), "card") if expanded else None
        return cls(
            id=obj.id,
            status=obj.status,
            amount=obj.amount,
            currency=obj.currency,
            amount_received=_get(obj, "amount_received") or 0,
            origin=Origin.of(obj),
            created=datetime.fromtimestamp(obj.created, UTC),
            cancellation_reason=_get(obj, "cancellation_reason"),
            livemode=bool(_get(obj, "livemode")),
            authorized_at=_time(_get(charge, "created")) if expanded else None,
            capture_before=_time(_get(card, "capture_before")),
            charge_known=expanded,
            amount_refunded=_given_back(charge) if expanded else 0,
            refund_pending=expanded and _refund_pending(charge),
            disputed=bool(_get(charge, "disputed")) if expanded else False,
            declined=_declined(obj),
            client_secret=_get(obj, "client_secret"),
        )


@dataclass(frozen=True)
class CheckoutSession:
    """A past or present true state of a session of Stripe's Checkout page.

    Attributes:
        id: ``cs_…``.
        status: Stripe's status: whether the page can still be used.
        paid: whether the money is there, or none is asked for. Independent of the status.
        failed: whether a payment that takes days came to nothing, if that is known.
        amount: what it asks for, in JPY.
        origin: who created it, from which records can be rebuilt.
        reference: the purchase, where nobody can edit it.
        created: when it was created.
        expires_at: when the page ends unless it was used.
        payment_intent_id: its payment, once somebody tried to pay.
        payment: the same with its charge, if it came with the object.
        receipt_url: Stripe's receipt for the buyer, if the charge came with the object.
        url: the page, for the buyer only, never stored, never logged. A repeated creation may show one that is over.
    """

    id: str
    status: str
    paid: bool
    failed: bool
    amount: int
    currency: str
    origin: Origin
    reference: str | None
    created: datetime
    expires_at: datetime
    livemode: bool
    payment_intent_id: str | None
    payment: PaymentIntent | None
    receipt_url: str | None = field(repr=False)
    url: str | None = field(repr=False)

    @property
    def ended(self) -> bool:
        """Whether the page cannot be used any more."""
        return self.status != OPEN

    @property
    def amount_received(self) -> int:
        """JPY that were paid."""
        return self.amount if self.paid else 0

    @property
    def at_rest(self) -> bool:
        """Whether it neither keeps nor may still take any of the buyer's money. A failed refund ends that."""
        if self.paid:
            return self.amount == 0 or (self.payment is not None and self.payment.given_back)
        return self.status == EXPIRED or self.failed

    @property
    def paid_at(self) -> datetime | None:
        """When it was paid, if the charge came with the object."""
        return self.payment.authorized_at if self.paid and self.payment is not None else None

    @classmethod
    def from_stripe(cls, obj: Any, failed: bool = False) -> CheckoutSession:
        """From the SDK's object, whether retrieved, listed or delivered in an event.

        Args:
            failed: whether the event says that the payment came to nothing.
        """
        found = _get(obj, "payment_intent")
        payment = None if found is None or isinstance(found, str) else PaymentIntent.from_stripe(found)
        paid = obj.status == COMPLETE and obj.payment_status in _PAID
        came_to_nothing = failed or (payment is not None and payment.status in (UNPAID, CANCELED))
        return cls(
            id=obj.id,
            status=obj.status,
            paid=paid,
            failed=obj.status == COMPLETE and not paid and came_to_nothing,
            amount=_get(obj, "amount_total") or 0,
            currency=_get(obj, "currency") or "",
            origin=Origin.of(obj),
            reference=_get(obj, "client_reference_id"),
            created=datetime.fromtimestamp(obj.created, UTC),
            expires_at=datetime.fromtimestamp(obj.expires_at, UTC),
            livemode=bool(_get(obj, "livemode")),
            payment_intent_id=payment.id if payment is not None else found,
            payment=payment,
            receipt_url=_get(_get(found, "latest_charge"), "receipt_url") if payment is not None else None,
            url=_get(obj, "url"),
        )
