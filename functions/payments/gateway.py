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
from datetime import datetime
from typing import Any, Protocol

import stripe

from common import log
from common.made_once import MadeOnce
from common.params import STRIPE_SECRET_KEY, required
from payments.objects import CANCELED, CAPTURED, PaymentIntent

TIMEOUT_SECONDS = 10.0
NETWORK_RETRIES = 1
_WITH_CHARGE: list[str] = ["latest_charge"]


class Throttle(Protocol):
    """Keeps the rate of a run that makes many requests."""

    def wait(self) -> None:
        """Called before every request."""

    def back_off(self) -> None:
        """Called when Stripe asked to slow down."""


_throttle: ContextVar[Throttle | None] = ContextVar("stripe_throttle", default=None)


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
    """Stripe knows no such PaymentIntent."""


@contextmanager
def throttled(throttle: Throttle) -> Iterator[None]:
    """Make every Stripe request of this context at the pace of ``throttle``."""
    token = _throttle.set(throttle)
    try:
        yield
    finally:
        _throttle.reset(token)


def create(params: dict[str, Any], key: str) -> PaymentIntent:
    """Create a PaymentIntent; the same key and parameters always give the same one."""
    return _call(lambda: _payment_intents().create(params=params, options=_keyed(key)))


def retrieve(payment_intent_id: str) -> PaymentIntent:
    """A PaymentIntent as it is now, with its charge."""
    return _call(lambda: _payment_intents().retrieve(payment_intent_id, {"expand": _WITH_CHARGE}))


def capture(payment_intent_id: str, amount: int, key: str) -> PaymentIntent:
    """Take ``amount`` JPY of what is held and release the rest."""
    return _call(lambda: _payment_intents().capture(payment_intent_id, {"amount_to_capture": amount}, _keyed(key)))


def cancel(payment_intent_id: str, key: str) -> PaymentIntent:
    """Void the hold, or close a PaymentIntent that was never paid."""
    return _call(lambda: _payment_intents().cancel(payment_intent_id, {}, _keyed(key)))


def find(ticket_id: str, created_after: datetime) -> PaymentIntent | None:
    """The newest PaymentIntent whose metadata names the ticket, created since then.

    The list is used because Stripe's search lags by up to a minute and is not offered everywhere.
    """
    return next((fact for fact in created_since(created_after) if fact.metadata.get("ticket_id") == ticket_id), None)


def created_since(moment: datetime) -> Iterator[PaymentIntent]:
    """Every PaymentIntent created since then, newest first, with its charge."""
    query = {"created": {"gte": int(moment.timestamp())}, "expand": [f"data.{name}" for name in _WITH_CHARGE]}
    yield from map(PaymentIntent.from_stripe, _pages(lambda start: _payment_intents().list({**query, **start})))


def undelivered_events(moment: datetime, types: tuple[str, ...]) -> Iterator[stripe.Event]:
    """The events since then that an endpoint of the account failed to take, newest first. Stripe keeps them 30 days."""
    query = {"created": {"gte": int(moment.timestamp())}, "types": list(types), "delivery_success": False}
    events: Any = _stripe().v1.events
    yield from _pages(lambda start: events.list({**query, **start}))


def _pages(request: Callable[[dict[str, Any]], Any]) -> Iterator[Any]:
    """The items of a list, page by page, each page a guarded request."""
    start: dict[str, Any] = {"limit": 100}
    while True:
        page = _guarded(functools.partial(request, start))
        yield from page.data
        if not page.has_more:
            return
        start = {"limit": 100, "starting_after": page.data[-1].id}


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
    return _stripe().v1.payment_intents


def _stripe() -> stripe.StripeClient:
    return _client(required(STRIPE_SECRET_KEY), os.environ.get("STRIPE_API_BASE", ""))


@MadeOnce
def _client(key: str, base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        key,
        http_client=stripe.RequestsClient(timeout=TIMEOUT_SECONDS),
        max_network_retries=NETWORK_RETRIES,
        base_addresses={"api": base} if base else {},
    )


def _call(request: Callable[[], Any]) -> PaymentIntent:
    return PaymentIntent.from_stripe(_guarded(request))


def _guarded(request: Callable[[], Any]) -> Any:
    """Make a request and sort its failure: closed by default, only what is known to be harmless is harmless."""
    throttle = _throttle.get()
    if throttle is not None:
        throttle.wait()
    try:
        return request()
    except stripe.InvalidRequestError as error:
        known: Any = error.error.payment_intent if error.error is not None else None
        # A saved answer shows the PaymentIntent as it was when it was saved: still true only if that was its end.
        unexpected = error.code == "payment_intent_unexpected_state" and known is not None
        if unexpected and (not _replayed(error) or known.status in (CAPTURED, CANCELED)):
            return known
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
    log.warning("stripe unavailable", **_what(error))
    throttle = _throttle.get()
    if isinstance(error, stripe.RateLimitError) and throttle is not None:
        throttle.back_off()
    return Unavailable()


def _rejected(error: stripe.StripeError) -> Rejected:
    what, replayed = _what(error), _replayed(error)
    # The first refusal is the news; what is saved of it comes back with every repetition.
    (log.warning if replayed else log.error)("stripe rejected", **what, replayed=replayed)
    return Rejected(what["code"], replayed)


def _what(error: stripe.StripeError) -> dict[str, Any]:
    """What may be logged of an error. The SDK fills in ``code`` itself for some error classes only."""
    code = error.code or (error.error.code if error.error is not None else None)
    return {"httpStatus": error.http_status, "code": code, "stripeRequest": error.request_id}
