"""The one place that talks to Stripe: five operations on PaymentIntents, with typed results and three typed failures.

Every write carries the caller's idempotency key, so the SDK may repeat a request whose answer was lost. A request
that finds the PaymentIntent in another state than expected is answered with that state, not with an error: the caller
settles it like any other fact.

Source: docs.stripe.com/api/idempotent_requests, /api/payment_intents, /error-handling.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

import stripe

from common import log
from common.params import STRIPE_SECRET_KEY, required
from payments.intent import Intent

TIMEOUT_SECONDS = 10.0
NETWORK_RETRIES = 1
_WITH_CHARGE: list[str] = ["latest_charge"]

_throttle: ContextVar[Callable[[], None] | None] = ContextVar("stripe_throttle", default=None)


class Unavailable(Exception):
    """Stripe did not answer, or asks to come back: the effect is unknown or none. Trying again later is safe.

    Attributes:
        rate_limited: Stripe answered 429 (a rate limit or a lock timeout), so back off.
    """

    def __init__(self, rate_limited: bool = False) -> None:
        super().__init__("Stripe is unavailable")
        self.rate_limited = rate_limited


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
    """Stripe knows no such PaymentIntent."""


@contextmanager
def throttled(wait: Callable[[], None]) -> Iterator[None]:
    """Call ``wait`` before every Stripe request made in this context: a sweep keeps its rate with it."""
    token = _throttle.set(wait)
    try:
        yield
    finally:
        _throttle.reset(token)


def create(params: dict[str, Any], key: str) -> Intent:
    """Create a PaymentIntent; the same key and parameters always give the same one."""
    return _call(lambda: _payment_intents().create(params=params, options=_keyed(key)))


def retrieve(payment_intent_id: str) -> Intent:
    """A PaymentIntent as it is now, with its charge."""
    return _call(lambda: _payment_intents().retrieve(payment_intent_id, {"expand": _WITH_CHARGE}))


def capture(payment_intent_id: str, amount: int, key: str) -> Intent:
    """Take ``amount`` JPY of what is held and release the rest."""
    return _call(lambda: _payment_intents().capture(payment_intent_id, {"amount_to_capture": amount}, _keyed(key)))


def cancel(payment_intent_id: str, key: str) -> Intent:
    """Void the hold, or close a PaymentIntent that was never paid."""
    return _call(lambda: _payment_intents().cancel(payment_intent_id, {}, _keyed(key)))


def find(ticket_id: str, created_after: int) -> Intent | None:
    """The newest PaymentIntent whose metadata names the ticket, created at or after a Unix time.

    The list is used because Stripe's search lags by up to a minute and is not offered everywhere.
    """

    def newest() -> Any:
        page = _payment_intents().list({"created": {"gte": created_after}, "limit": 100})
        for found in page.auto_paging_iter():
            if Intent.from_stripe(found).metadata.get("ticket_id") == ticket_id:
                return found
        return None

    found = _guarded(newest)
    return None if found is None else Intent.from_stripe(found)


def construct_event(payload: bytes, signature: str, secret: str) -> stripe.Event:
    """A webhook's event, verified by the SDK. Raises ``ValueError`` or ``SignatureVerificationError``."""
    event: stripe.Event = stripe.Webhook.construct_event(
        payload, signature, secret, api_key=required(STRIPE_SECRET_KEY)
    )
    return event


def live_mode() -> bool:
    """Whether the configured key is one of live mode."""
    return "_live_" in required(STRIPE_SECRET_KEY)


def _keyed(key: str) -> stripe.RequestOptions:
    return {"idempotency_key": key}


def _payment_intents() -> Any:
    return _client(required(STRIPE_SECRET_KEY), os.environ.get("STRIPE_API_BASE", "")).v1.payment_intents


@functools.lru_cache(maxsize=2)
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=NETWORK_RETRIES,
        base_addresses={"api": base} if base else {},
    )


def _call(request: Callable[[], Any]) -> Intent:
    return Intent.from_stripe(_guarded(request))


def _guarded(request: Callable[[], Any]) -> Any:
    """Make a request and sort its failure: closed by default, only what is known to be harmless is harmless."""
    wait = _throttle.get()
    if wait is not None:
        wait()
    try:
        return request()
    except stripe.InvalidRequestError as error:
        if error.code == "payment_intent_unexpected_state" and error.error is not None:
            return error.error.payment_intent
        if error.code == "resource_missing":
            raise Missing from error
        raise _rejected(error) from error
    except (stripe.RateLimitError, stripe.APIConnectionError) as error:
        raise _unavailable(error) from error
    except stripe.StripeError as error:
        if error.http_status == 409 or ((error.http_status or 500) >= 500 and not _replayed(error)):
            raise _unavailable(error) from error
        raise _rejected(error) from error


def _replayed(error: stripe.StripeError) -> bool:
    return str((error.headers or {}).get("idempotent-replayed", "")).lower() == "true"


def _unavailable(error: stripe.StripeError) -> Unavailable:
    log.warning("stripe unavailable", httpStatus=error.http_status, code=error.code, stripeRequest=error.request_id)
    return Unavailable(rate_limited=isinstance(error, stripe.RateLimitError))


def _rejected(error: stripe.StripeError) -> Rejected:
    log.error("stripe rejected", httpStatus=error.http_status, code=error.code, stripeRequest=error.request_id)
    return Rejected(error.code, _replayed(error))
