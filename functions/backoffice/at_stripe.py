"""What Stripe says of a payment: its objects as they are now, for a screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backoffice import plain_json
from payments import gateway
from payments.failures import Missing
from payments.objects import CheckoutSession, PaymentIntent

Json = dict[str, Any]
_WITH_REFUNDS = ["latest_charge.refunds"]
_WITH_PAYMENT = ["payment_intent.latest_charge.refunds"]


@dataclass(frozen=True)
class AtStripe:
    """A payment's objects; ``None`` for what Stripe does not know, or a payment has not.

    Attributes:
        fact: the session or the PaymentIntent, as the rules look at them.
    """

    fact: PaymentIntent | CheckoutSession | None = None
    session: Json | None = None
    payment_intent: Json | None = None
    charge: Json | None = None
    refunds: tuple[Json, ...] = ()
    disputes: tuple[Json, ...] = ()


def look(payment_intent_id: str | None, session_id: str | None) -> AtStripe:
    """What Stripe has of a payment: two requests at most for its objects, and one for disputes if there are any.

    Raises:
        Unavailable: Stripe did not answer.
    """
    session = _known("checkout", "sessions", session_id, expand=_WITH_PAYMENT) if session_id else None
    payment = session.payment_intent if session is not None else None
    if payment_intent_id is not None and getattr(payment, "id", None) != payment_intent_id:
        payment = _known("payment_intents", payment_intent_id, expand=_WITH_REFUNDS)
    fields = payment.to_dict() if payment is not None else None
    charge = fields.get("latest_charge") if fields is not None else None
    charge = charge if isinstance(charge, dict) else None
    refunds = (charge or {}).get("refunds") or {}
    disputed = fields is not None and charge is not None and charge.get("disputed")
    return AtStripe(
        CheckoutSession.from_stripe(session) if session is not None else _fact(payment),
        _shown(session.to_dict() if session is not None else None, "payment_intent"),
        _shown(fields, "latest_charge"),
        _shown(charge, "refunds"),
        tuple(plain_json.of_stripe(refunds.get("data", []))),
        tuple(_disputes(str(fields["id"]))) if fields is not None and disputed else (),
    )


def _known(*path: str, expand: list[str]) -> Any:
    try:
        return gateway.get(gateway.path(*path), {"expand": expand})
    except Missing:
        return None


def _fact(payment: Any) -> PaymentIntent | None:
    return PaymentIntent.from_stripe(payment) if payment is not None else None


def _disputes(payment_intent_id: str) -> list[Json]:
    pages = gateway.pages(gateway.path("disputes"), {"payment_intent": payment_intent_id})
    return [plain_json.of_stripe(dispute.to_dict()) for page in pages for dispute in page]


def _shown(fields: Json | None, without: str) -> Json | None:
    """An object without the one in it that is shown by itself, of which the id stays."""
    if fields is None:
        return None
    inner = fields.get(without)
    shown: Json = plain_json.of_stripe({name: value for name, value in fields.items() if name != without})
    return shown | {without: inner.get("id") if isinstance(inner, dict) else inner}
