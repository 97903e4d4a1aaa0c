"""The test payment methods (`pm_card_…`) the simulator knows and what each does.

Source: docs.stripe.com/testing. Hold windows: docs.stripe.com/payments/place-a-hold-on-a-payment-method
(JPY holds of a Japanese account last 30 days on Visa, Mastercard and JCB, 7 days on American Express and
for other currencies).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from devkit.stripe_sim.errors import invalid_parameter, no_such

DAY = 86_400
"""Seconds."""


@dataclass(frozen=True)
class Decline:
    """An issuer's refusal, or an attempt that came to nothing: the error `code` and its finer `decline_code`."""

    code: str
    decline_code: str | None
    message: str
    kind: str = "card_error"


@dataclass(frozen=True)
class Card:
    """One test card: its brand and last four digits, and whether it declines or asks for 3-D Secure."""

    brand: str
    last4: str
    decline: Decline | None = None
    needs_3ds: bool = False
    refund: tuple[str, str] = ("succeeded", "succeeded")
    """What a refund to it begins and ends as."""
    dispute: tuple[str, str] | None = None
    """The status and reason of the dispute that follows a charge, if one does."""

    def hold_seconds(self, currency: str) -> int:
        """How long a hold lasts, in seconds."""
        return 30 * DAY if currency == "jpy" and self.brand != "amex" else 7 * DAY


DECLINED = Decline("card_declined", "generic_decline", "The card was declined.")


def _declined(decline_code: str, last4: str) -> Card:
    return Card("visa", last4, replace(DECLINED, decline_code=decline_code))


AUTHENTICATION_REQUIRED = Decline(
    "authentication_required", "authentication_required", "The card requires authentication."
)
AUTHENTICATION_FAILURE = Decline(
    "payment_intent_authentication_failure",
    None,
    "The payment method could not be authenticated; use another one.",
    "invalid_request_error",
)

_GENERIC = _declined("generic_decline", "0002")

_CARDS: dict[str, Card] = {
    "pm_card_visa": Card("visa", "4242"),
    "pm_card_mastercard": Card("mastercard", "4444"),
    "pm_card_jcb": Card("jcb", "0505"),
    "pm_card_amex": Card("amex", "0005"),
    "pm_card_jp": Card("visa", "0003"),
    "pm_card_chargeDeclined": _GENERIC,
    "pm_card_chargeDeclinedInsufficientFunds": _declined("insufficient_funds", "9995"),
    "pm_card_chargeDeclinedLostCard": _declined("lost_card", "9987"),
    "pm_card_chargeDeclinedStolenCard": _declined("stolen_card", "9979"),
    "pm_card_chargeDeclinedExpiredCard": Card(
        "visa", "0069", Decline("expired_card", "expired_card", "The card has expired.")
    ),
    "pm_card_chargeDeclinedIncorrectCvc": Card(
        "visa", "0127", Decline("incorrect_cvc", "incorrect_cvc", "The card's security code is incorrect.")
    ),
    "pm_card_chargeDeclinedProcessingError": Card(
        "visa",
        "0119",
        Decline("processing_error", "processing_error", "The card could not be processed; try again."),
    ),
    "pm_card_authenticationRequired": Card("visa", "3184", needs_3ds=True),
    "pm_card_threeDSecure2Required": Card("visa", "3220", needs_3ds=True),
    "pm_card_threeDSecureRequiredChargeDeclined": Card("visa", "1629", _GENERIC.decline, needs_3ds=True),
    "pm_card_pendingRefund": Card("visa", "7726", refund=("pending", "succeeded")),
    "pm_card_refundFail": Card("visa", "5126", refund=("succeeded", "failed")),
    "pm_card_createDispute": Card("visa", "0259", dispute=("needs_response", "fraudulent")),
    "pm_card_createDisputeProductNotReceived": Card("visa", "2685", dispute=("needs_response", "product_not_received")),
    "pm_card_createDisputeInquiry": Card("visa", "1976", dispute=("warning_needs_response", "fraudulent")),
}


def find_card(payment_method: str) -> Card | None:
    """The card behind a test id, written with or without `visa_` (`pm_card_visa_chargeDeclined`)."""
    return _CARDS.get(payment_method.replace("pm_card_visa_", "pm_card_", 1))


def every_card() -> dict[str, Card]:
    """The cards by their test ids."""
    return dict(_CARDS)


def payment_method_data(name: str, value: object) -> str:
    """The parameter of that name: the test id of the card that it describes, by one of Stripe's test tokens."""
    data = value if isinstance(value, dict) else {}
    if data.get("type") != "card":
        raise invalid_parameter(f"{name}[type]", "This account takes cards only.")
    card = data.get("card")
    if not isinstance(card, dict) or "token" not in card:
        raise invalid_parameter(f"{name}[card]", "Card numbers must not be sent to this API; use a token.")
    test_id = str(card["token"]).replace("tok_", "pm_card_", 1)
    if find_card(test_id) is None:
        raise no_such("token", card["token"], f"{name}[card][token]")
    return test_id
