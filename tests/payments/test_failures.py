"""What each failure of a request to Stripe means. What is in no row is a rejection."""

from __future__ import annotations

from typing import Any

import pytest
import stripe

from payments.failures import Meaning, loggable, meaning

# Most of the SDK's errors are made without types.
errors: Any = stripe
REPLAYED = {"Idempotent-Replayed": "true"}


def unexpected_state(status: str, headers: dict[str, str] | None = None) -> stripe.StripeError:
    body = {
        "error": {
            "code": "payment_intent_unexpected_state",
            "type": "invalid_request_error",
            "payment_intent": {"id": "pi_1", "object": "payment_intent", "status": status},
        }
    }
    return errors.InvalidRequestError(  # type: ignore[no-any-return]
        "no", None, code="payment_intent_unexpected_state", http_status=400, json_body=body, headers=_lower(headers)
    )


def failed(kind: type[stripe.StripeError], status: int | None, headers: dict[str, str] | None = None) -> Any:
    return kind("no", http_status=status, headers=_lower(headers))


def _lower(headers: dict[str, str] | None) -> dict[str, str]:
    return {name.lower(): value for name, value in (headers or {}).items()}


CASES: dict[str, tuple[stripe.StripeError, Meaning]] = {
    "another state, as of now": (unexpected_state("requires_capture"), Meaning.ANSWERED),
    "another state, as of then": (unexpected_state("requires_capture", REPLAYED), Meaning.REJECTED),
    "its end, as of then": (unexpected_state("canceled", REPLAYED), Meaning.ANSWERED),
    "unknown": (errors.InvalidRequestError("no", "id", code="resource_missing", http_status=404), Meaning.MISSING),
    "wrong request": (errors.InvalidRequestError("no", "amount", http_status=400), Meaning.REJECTED),
    "too many": (failed(stripe.RateLimitError, 429), Meaning.UNAVAILABLE),
    "no answer": (failed(stripe.APIConnectionError, None), Meaning.UNAVAILABLE),
    "an answer that breaks off": (failed(stripe.APIError, 200), Meaning.UNAVAILABLE),
    "key in use": (failed(stripe.IdempotencyError, 409), Meaning.UNAVAILABLE),
    "key of another request": (failed(stripe.IdempotencyError, 400), Meaning.REJECTED),
    "Stripe failed": (failed(stripe.APIError, 500), Meaning.UNAVAILABLE),
    "Stripe failed, saved": (failed(stripe.APIError, 500, REPLAYED), Meaning.REJECTED),
    "card": (errors.CardError("no", None, "card_declined", http_status=402), Meaning.REJECTED),
    "key without the right": (failed(stripe.PermissionError, 403), Meaning.REJECTED),
    "no such key": (failed(stripe.AuthenticationError, 401), Meaning.REJECTED),
}


@pytest.mark.parametrize("name", CASES)
def test_what_it_means(name: str) -> None:
    error, expected = CASES[name]
    assert meaning(error) is expected


def test_a_log_line_holds_no_message_of_stripes() -> None:
    error = errors.CardError("secret words", None, "card_declined", http_status=402)
    assert loggable(error) == {"httpStatus": 402, "code": "card_declined", "stripeRequest": None}
