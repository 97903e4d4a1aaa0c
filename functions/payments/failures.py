"""What a failed request to Stripe means: one table, closed by default.

Source: docs.stripe.com/error-handling, /error-codes, /api/idempotent_requests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

import stripe

from payments.objects import CANCELED, CAPTURED


class Unavailable(Exception):
    """Stripe did not answer, or asks to come back: the effect is unknown or none. Trying again later is safe."""


class Rejected(Exception):
    """Stripe refused the request as such, and will refuse it again under this idempotency key.

    Attributes:
        replayed: the answer is a saved one, so only a new attempt with another key can end differently.
        code: Stripe's error code, for logs.
    """

    def __init__(self, code: str | None, replayed: bool) -> None:
        super().__init__(code)
        self.code = code
        self.replayed = replayed


class Missing(Exception):
    """Stripe knows no such object."""


class Meaning(Enum):
    """What a failure comes to."""

    ANSWERED = auto()
    """The error shows the object as it is, which is as good as an answer."""
    MISSING = auto()
    UNAVAILABLE = auto()
    REJECTED = auto()


@dataclass(frozen=True)
class _Case:
    why: str
    applies: Callable[[stripe.StripeError], bool]
    meaning: Meaning


def replayed(error: stripe.StripeError) -> bool:
    """Whether the answer was saved under the idempotency key and is now given again."""
    return str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"


def embedded(error: stripe.StripeError) -> Any:
    """The PaymentIntent that an error carries, if it does."""
    return error.error.payment_intent if error.error is not None else None


def _shows_the_state(error: stripe.StripeError) -> bool:
    known = embedded(error)
    if error.code != "payment_intent_unexpected_state" or known is None:
        return False
    # A saved answer shows the PaymentIntent as it was when it was saved: still true only if that was its end.
    return not replayed(error) or known.status in (CAPTURED, CANCELED)


_TABLE = (
    _Case("it is in another state than expected", _shows_the_state, Meaning.ANSWERED),
    _Case("it does not exist", lambda e: e.code == "resource_missing", Meaning.MISSING),
    _Case("the request is wrong", lambda e: isinstance(e, stripe.InvalidRequestError), Meaning.REJECTED),
    _Case("too many requests", lambda e: isinstance(e, stripe.RateLimitError), Meaning.UNAVAILABLE),
    _Case("no answer", lambda e: isinstance(e, stripe.APIConnectionError), Meaning.UNAVAILABLE),
    # It may break off after its head. What it did is done, and the same key tells.
    _Case("it was done, the answer broke off", lambda e: (e.http_status or 0) // 100 == 2, Meaning.UNAVAILABLE),
    _Case("another request holds the object or the key", lambda e: e.http_status == 409, Meaning.UNAVAILABLE),
    _Case(
        "Stripe failed, and not only once under this key",
        lambda e: (e.http_status or 500) >= 500 and not replayed(e),
        Meaning.UNAVAILABLE,
    ),
)


def meaning(error: stripe.StripeError) -> Meaning:
    """What the error comes to: the first row that applies, else a rejection."""
    return next((case.meaning for case in _TABLE if case.applies(error)), Meaning.REJECTED)


def loggable(error: stripe.StripeError) -> dict[str, Any]:
    """What may be logged of an error. The SDK fills in ``code`` itself for some error classes only."""
    code = error.code or (error.error.code if error.error is not None else None)
    return {"httpStatus": error.http_status, "code": code, "stripeRequest": error.request_id}
