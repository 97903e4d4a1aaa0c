"""What Stripe says of a key and of the webhook endpoints, through the SDK that the functions use."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import stripe

from devkit.doctor.project import Endpoint, Unavailable

_TIMEOUT_SECONDS = 10.0
_RETRIES = 2
_NOBODYS = "pi_kippu_doctor"


class StripeAccount:
    """The account of `key` behind `base` (a base URL; empty for Stripe itself)."""

    def __init__(self, key: str, base: str = "") -> None:
        self._client = stripe.StripeClient(
            key,
            http_client=stripe.RequestsClient(timeout=_TIMEOUT_SECONDS),
            max_network_retries=_RETRIES,
            base_addresses={"api": base} if base else {},
        )

    def key_problem(self) -> str | None:
        """Why the key may not do what the functions do, or None when it may."""
        for what, resource in (("PaymentIntents", self._client.v1.payment_intents), ("Events", self._client.v1.events)):
            try:
                _ask(lambda resource=resource: resource.list({"limit": 1}))  # type: ignore[misc]
            except stripe.AuthenticationError:
                return "Stripe does not know it: revoked, mistyped, or of another account"
            except stripe.PermissionError:
                return f"it may not read {what}"
        try:
            # Rights come before the object, and there is none to cancel: nothing changes.
            self._client.v1.payment_intents.cancel(_NOBODYS)
        except stripe.PermissionError:
            return "it may not write PaymentIntents"
        except stripe.StripeError:
            pass
        return None

    def endpoints(self) -> list[Endpoint]:
        """Every webhook endpoint, page by page."""
        try:
            found: Any = _ask(lambda: self._client.v1.webhook_endpoints.list({"limit": 100}))
            return [_endpoint(endpoint) for endpoint in _ask(lambda: list(found.auto_paging_iter()))]
        except stripe.AuthenticationError as error:
            raise Unavailable("Stripe does not accept the key") from error
        except stripe.PermissionError as error:
            raise Unavailable("the key may not read Webhook Endpoints: allow it, or look yourself") from error


def _endpoint(found: Any) -> Endpoint:
    return Endpoint(
        id=found.id,
        url=found.url,
        events=frozenset(found.enabled_events),
        api_version=found.api_version or "",
        enabled=found.status == "enabled",
    )


def _ask(request: Callable[[], Any]) -> Any:
    """The answer; what says nothing about the key is `Unavailable`."""
    try:
        return request()
    except (stripe.AuthenticationError, stripe.PermissionError):
        raise
    except stripe.StripeError as error:
        raise Unavailable(f"Stripe does not answer ({type(error).__name__})") from error
