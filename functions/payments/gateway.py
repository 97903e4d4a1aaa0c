"""The one way to Stripe: every request of every kind goes out here, paced, timed out, and with its failure sorted.

Every write carries the caller's idempotency key, so the SDK may repeat a request whose answer was lost. A request
that finds its object in another state than expected is answered with that state, not with an error: the caller settles
it like any other fact.

Source: docs.stripe.com/api/idempotent_requests, /error-handling.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Protocol
from urllib.parse import quote

import stripe

from common import log
from common.alerts import Alert
from common.made_once import MadeOnce
from common.params import STRIPE_SECRET_KEY, required
from payments import failures
from payments.answer import Answer
from payments.failures import Meaning, Missing, Rejected, Unavailable
from payments.stripe_http import PooledClient

TIMEOUT_SECONDS = 10.0
NETWORK_RETRIES = 1
PAGE = 100
"""The most that a list gives at once."""
NOTHING: Mapping[str, Any] = MappingProxyType({})


class Throttle(Protocol):
    """Keeps the rate of a run that makes many requests."""

    def wait(self) -> None:
        """Called before every request."""

    def back_off(self) -> None:
        """Called when Stripe asked to slow down."""


_throttle: ContextVar[Throttle | None] = ContextVar("stripe_throttle", default=None)


@contextmanager
def throttled(throttle: Throttle) -> Iterator[None]:
    """Make every Stripe request of this context at the pace of ``throttle``."""
    token = _throttle.set(throttle)
    try:
        yield
    finally:
        _throttle.reset(token)


def stripe_client() -> stripe.StripeClient:
    """The SDK's client for the configured key."""
    return _client(required(STRIPE_SECRET_KEY), os.environ.get("STRIPE_API_BASE", ""))


@MadeOnce
def _client(key: str, base: str) -> stripe.StripeClient:
    # What it would tell Stripe is gathered anew for each request, partly from files.
    stripe.enable_telemetry = False
    base = base or stripe.DEFAULT_API_BASE
    return stripe.StripeClient(
        key,
        http_client=PooledClient(base, TIMEOUT_SECONDS),
        max_network_retries=NETWORK_RETRIES,
        base_addresses={"api": base},
    )


def live_mode() -> bool:
    """Whether the configured key is one of live mode."""
    return "_live_" in required(STRIPE_SECRET_KEY)


def path(*parts: str) -> str:
    """The path of an object of Stripe's API, or of something to do with it."""
    return "/".join(("/v1", *(quote(part, safe="") for part in parts)))


def get(path: str, params: Mapping[str, Any] = NOTHING) -> Any:
    """Ask for an object, or for a page of them. Raises what ``post`` does."""
    return _request(lambda: _send("get", path, params))


def post(path: str, params: Mapping[str, Any], key: str, instead: Callable[[], Answer | None] = lambda: None) -> Answer:
    """Make or change an object, under the idempotency key with which the SDK may repeat it.

    Args:
        instead: asked when Stripe refuses. What it gives is the answer, and the refusal no news: its object was in
            another state than expected.

    Raises:
        Unavailable: the effect is unknown or none; try again later.
        Rejected: it will be refused again under this key.
        Missing: there is no such object.
    """
    answer: Answer = _request(lambda: _send("post", path, params, idempotency_key=key), instead)
    return answer


def _send(method: str, path: str, params: Mapping[str, Any], **options: str) -> Answer:
    answered = stripe_client().raw_request(method, path, **params, **options)
    return Answer(answered.data)


def _request(send: Callable[[], Answer], instead: Callable[[], Answer | None] = lambda: None) -> Any:
    throttle = _throttle.get()
    if throttle is not None:
        throttle.wait()
    try:
        return send()
    except stripe.StripeError as error:
        match failures.meaning(error):
            case Meaning.ANSWERED:
                return failures.embedded(error)
            case Meaning.MISSING:
                raise Missing from error
            case Meaning.UNAVAILABLE:
                raise _unavailable(error) from error
        known = instead()
        if known is None:
            raise _rejected(error) from error
        log.warning("stripe rejected what was over", **failures.loggable(error))
        return known


def pages(path: str, query: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    """A list page by page, each a request. Empty ones are left out."""
    start: dict[str, Any] = {"limit": PAGE}
    while True:
        page = get(path, {**query, **start})
        found = page.data
        if found:
            yield found
        if not page.has_more:
            return
        start = {"limit": PAGE, "starting_after": found[-1].id}


def _unavailable(error: stripe.StripeError) -> Unavailable:
    log.warning("stripe unavailable", **failures.loggable(error))
    throttle = _throttle.get()
    if isinstance(error, stripe.RateLimitError) and throttle is not None:
        throttle.back_off()
    return Unavailable()


def _rejected(error: stripe.StripeError) -> Rejected:
    what, replayed = failures.loggable(error), failures.replayed(error)
    # The first refusal is the news; what is saved of it comes back with every repetition.
    if replayed:
        log.warning("stripe rejected again", **what)
    else:
        log.error(Alert.STRIPE_REJECTED, **what)
    return Rejected(what["code"], replayed)
